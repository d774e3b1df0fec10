import { z } from "zod";
import { checkShape, checkTable } from "./checks.ts";
import { WrongUse } from "./command.ts";
import { changeLines } from "./flags/show.ts";
import { flagShape, movedShape, type Changed, type ToldFlag } from "./flags/shapes.ts";
import { adminCommand } from "./frame.ts";
import { reasonOption, type Given } from "./usage.ts";

const pairShape = z.looseObject({ shadow: flagShape.nullable(), dualRun: flagShape.nullable() });

const shape = z.looseObject({
  route: z.string(),
  before: pairShape,
  after: pairShape,
  members: z.object({ shadow: movedShape, dualRun: movedShape }).default({ shadow: {}, dualRun: {} }),
  checks: z.array(checkShape),
});

/** The candidate and legacy are looked at before, and the candidate gets its time to answer a probe. */
const checksMs = 120_000;

export const cutover = adminCommand(
  {
    name: "cutover",
    takes: "ROUTE",
    summary: "let the candidate answer a share of a route's shoppers",
    about: [
      "Shadow and dual-run flag change in one write. Raising the share un-serves nobody.",
      "Refused while a check fails (a rollout's last checkpoint is not PASS, a critical divergence is open, the candidate",
      "cannot be reached), or the probe shows that what the candidate sends goes past its own address;",
      "--to-shadow, the way back, never is.",
    ],
    options: {
      percent: { takes: "N", help: "of the shoppers, 0 to 100; 100 where not given" },
      "to-shadow": { takes: null, help: "legacy answers everybody again, everything is compared" },
      "break-glass": { takes: null, help: "although checks fail or a rollout holds the flags; needs --reason" },
      ...reasonOption,
    },
    examples: ["default --percent 10", "default", 'default --to-shadow --reason "answers differ"'],
  },
  async ({ given, ask, print, look }) => {
    const asked = { path: "/api/cutover", method: "POST", timeoutMs: checksMs, shape } as const;
    const answer = await ask({ ...asked, body: bodyOf(given) });
    const { before, after, members, checks } = answer;
    const open = checks.filter(({ status }) => status !== "ok");
    print(answer, () => [
      ...(open.length === 0 ? [] : [checkTable(open, look), ""]),
      ...changeLines(changeOf(before.shadow, after.shadow, members.shadow), look),
      ...changeLines(changeOf(before.dualRun, after.dualRun, members.dualRun), look),
    ]);
    return 0;
  },
);

function bodyOf(given: Given): object {
  const [route = ""] = given.values;
  const [percent, toShadow] = [given.text("percent"), given.has("to-shadow")];
  if (percent !== undefined && toShadow) throw new WrongUse("--percent and --to-shadow exclude each other");
  if (percent !== undefined && !/^\d+(?:\.\d+)?$/.test(percent)) throw new WrongUse("--percent must be a number");
  return {
    route,
    ...(percent === undefined ? {} : { percent: Number(percent) }),
    ...(toShadow ? { to_shadow: true } : {}),
    ...(given.has("break-glass") ? { break_glass: true } : {}),
  };
}

function changeOf(before: ToldFlag | null, after: ToldFlag | null, members: Changed["members"]): Changed {
  const unchanged = JSON.stringify(before) === JSON.stringify(after);
  return { key: after?.key ?? before?.key ?? "", before, after, unchanged, members };
}
