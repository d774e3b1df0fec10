import { z } from "zod";
import { adminCommand } from "../frame.ts";
import { table } from "../table.ts";
import { expiresText, ruleShape, saysText, scopeText, type ToldRule } from "./shapes.ts";

const titles = ["ID", "PATH", "APPLIES", "SAYS", "HID", "EXPIRES", "OWNER", "REASON", "SOURCE"];

export const list = adminCommand(
  {
    name: "rules list",
    takes: "",
    summary: "every rule, whose it is, why, until when, and how many divergences it hid",
    examples: ["", "--json"],
  },
  async ({ ask, print, look }) => {
    const answer = await ask({ path: "/api/rules", shape: z.looseObject({ rules: z.array(ruleShape) }) });
    print(answer, () => [answer.rules.length === 0 ? "no rule" : table(titles, answer.rules.map(row), look)]);
    return 0;
  },
);

function row(rule: ToldRule): readonly string[] {
  const { id, path = "-", hidden, owner = "-", reason = "-", source } = rule;
  return [id, path, scopeText(rule), saysText(rule), String(hidden), expiresText(rule), owner, reason, source];
}
