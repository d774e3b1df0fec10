import { WrongUse } from "../command.ts";
import { adminCommand } from "../frame.ts";
import { reasonOption } from "../usage.ts";
import { ruleOf, ruleOptions } from "./given.ts";
import { changedShape, changeLines } from "./shapes.ts";

const versionOption = {
  "if-version": { takes: "N", help: "only while the rule has this version, 0: while there is none" },
} as const;

export const add = adminCommand(
  {
    name: "rules add",
    takes: "ID",
    summary: "add a rule, or put it in the place of the one of that id",
    options: {
      ...ruleOptions,
      owner: { takes: "NAME", help: "who is to be asked" },
      reason: { takes: "TEXT", help: "why; for the audit as well" },
      expires: { takes: "DAY", help: "from then on it does nothing; a day or a time in ISO 8601, UTC, or never" },
      ...versionOption,
    },
    examples: [
      'clocks --path /body/sent_at --ms 2000 --owner anna --reason "clocks differ" --expires 2027-01-31',
      'order --path /body/items --unordered --by /sku --owner anna --reason "no order" --expires never',
    ],
  },
  async ({ given, ask, print, look }) => {
    const [id = ""] = given.values;
    const { owner, reason, expires } = {
      owner: given.text("owner"),
      reason: given.text("reason"),
      expires: given.text("expires"),
    };
    if (owner === undefined || reason === undefined || expires === undefined) {
      throw new WrongUse("--owner, --reason and --expires are needed");
    }
    const answer = await ask({
      path: `/api/rules/${encodeURIComponent(id)}`,
      method: "PUT",
      body: { ...ruleOf(given), owner, reason, expires },
      ifVersion: given.whole("if-version"),
      shape: changedShape,
    });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);

export const remove = adminCommand(
  {
    name: "rules remove",
    takes: "ID",
    summary: "take a rule out: what it hid counts again",
    options: { ...versionOption, ...reasonOption },
    examples: ['clocks --reason "clocks are the same now"'],
  },
  async ({ given, ask, print, look }) => {
    const [id = ""] = given.values;
    const answer = await ask({
      path: `/api/rules/${encodeURIComponent(id)}`,
      method: "DELETE",
      ifVersion: given.whole("if-version"),
      shape: changedShape,
    });
    print(answer, () => changeLines(answer, look));
    return 0;
  },
);
