import { z } from "zod";
import { adminCommand } from "../frame.ts";
import { table } from "../table.ts";
import { ruleOf, ruleOptions } from "./given.ts";

const shape = z.looseObject({
  of: z.number(),
  hidden: z.number(),
  already: z.number(),
  unknown: z.number(),
  groups: z.array(
    z.looseObject({
      signature: z.string(),
      severity: z.string(),
      path: z.string(),
      kind: z.string(),
      count: z.number(),
      hidden: z.number(),
      already: z.number(),
      unknown: z.number(),
      looked_at: z.number(),
    }),
  ),
});

/** Every example of every group is looked at. */
const previewMs = 30_000;

const titles = [
  "SIGNATURE",
  "SEVERITY",
  "PATH",
  "KIND",
  "COUNT",
  "WOULD HIDE",
  "NOISE ALREADY",
  "NOT KNOWN",
  "EXAMPLES",
];

export const preview = adminCommand(
  {
    name: "rules preview",
    takes: "",
    summary: "what a rule would have hidden of the last days; nothing is written",
    about: [
      "Counted by the examples that are kept, scaled to what was found in 7 days, of each group in the latest 48 hours with any.",
    ],
    options: ruleOptions,
    examples: ["--path /body/sent_at --ms 2000", "--path '/body/items/**' --ignore --route default --json"],
  },
  async ({ given, ask, print, look }) => {
    const body = { rule: ruleOf(given) };
    const answer = await ask({ path: "/api/rules/preview", method: "POST", body, timeoutMs: previewMs, shape });
    const { of, hidden, already, unknown, groups } = answer;
    const rows = groups.map((group) => [
      group.signature,
      group.severity,
      group.path,
      group.kind,
      ...[group.count, group.hidden, group.already, group.unknown, group.looked_at].map(String),
    ]);
    const noise = already === 0 ? "" : `, ${already} more are noise already`;
    const rest = unknown === 0 ? "" : `, of ${unknown} more it is not known`;
    print(answer, () => [
      ...(rows.length === 0 ? [] : [table(titles, rows, look), ""]),
      `would hide about ${hidden} of ${of} divergences${noise}${rest}`,
    ]);
    return 0;
  },
);
