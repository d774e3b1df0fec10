import { adminCommand } from "../frame.ts";
import { table } from "../table.ts";
import { flagsShape, listNames, sizeOf, type ToldFlag } from "./shapes.ts";
import { wholeFlags } from "./whole.ts";

const titles = ["KEY", "ENABLED", "PERCENT", "ALLOW", "DENY", "FORCE ON", "AUDIENCE", "VERSION", "SOURCE"];

export const list = adminCommand(
  {
    name: "flags list",
    takes: "",
    summary: "every flag, and who has the say",
    about: ["ALLOW, DENY and FORCE ON count shoppers; null: there is no allowlist."],
    examples: ["", "--json"],
  },
  async ({ given, ask, print, warn, look }) => {
    const answer = given.has("json") ? await wholeFlags(ask) : await ask({ path: "/api/flags", shape: flagsShape });
    const { version, store, flags } = answer;
    const state = store.up ? "up" : "down";
    print(answer, () => [
      table(titles, flags.map(row), look),
      "",
      `version ${version}, store ${store.kind} is ${state}`,
    ]);
    if (!store.up) warn(`The flags are the last known ones: ${store.problem ?? "the store does not answer"}`);
    return 0;
  },
);

function row(flag: ToldFlag): readonly string[] {
  const { key, enabled, percent, audience, version, source, overridden } = flag;
  const over = overridden.length === 0 ? "" : ` (over ${overridden.join(", ")})`;
  const counts = listNames.map((name) => sizeOf(flag, name));
  return [key, ...[enabled, percent, ...counts, audience, version].map(String), source + over];
}
