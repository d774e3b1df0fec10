import { z } from "zod";
import { adminCommand } from "./frame.ts";
import { table } from "./table.ts";

const shape = z.looseObject({
  key: z.string(),
  enabled: z.boolean(),
  reason: z.string(),
  bucket: z.number().nullable(),
  threshold: z.number().nullable(),
  version: z.number(),
  source: z.string(),
  list: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  sentence: z.string(),
});

export const explain = adminCommand(
  {
    name: "explain",
    takes: "KEY SHOPPER",
    summary: "what a flag says for a shopper, and why",
    about: ["Percent: a shopper is on while bucket is below threshold."],
    examples: ["WHATSAPP_CANONICAL_EVENTS_ENABLED 15550100001", "WHATSAPP_DUAL_RUN 15550100001 --json"],
  },
  async ({ given, ask, print, look }) => {
    const [key = "", shopper = ""] = given.values;
    const path = `/api/flags/${encodeURIComponent(key)}/explain?shopper_id=${encodeURIComponent(shopper)}`;
    const answer = await ask({ path, shape });
    const { enabled, reason, list, bucket, threshold, source, version, settings, sentence } = answer;
    const rows = [
      ["value", enabled ? "on" : "off"],
      ["reason", reason],
      ["list", list ?? "-"],
      ["bucket", String(bucket ?? "-")],
      ["threshold", String(threshold ?? "-")],
      ["source", source],
      ["version", String(version)],
      ["settings", JSON.stringify(settings)],
    ];
    print(answer, () => [`${look.style("bold", answer.key)}: ${sentence}`, table(["FIELD", "VALUE"], rows, look)]);
    return 0;
  },
);
