import { z } from "zod";
import { adminCommand } from "../frame.ts";
import { readInput } from "../input.ts";
import { breakGlassOption, reasonOption } from "../usage.ts";
import type { Imported } from "./imported.ts";
import { readFlags } from "./read-file.ts";
import { changedShape, flagsShape, unsaidFlag, type Changed, type ToldFlag } from "./shapes.ts";
import { changeLines, differences } from "./show.ts";
import { wholeFlags } from "./whole.ts";

/** A write of flags with lists of a million shoppers takes its time. */
const writeMs = 60_000;

const writtenShape = z.looseObject({ version: z.number(), changes: z.array(changedShape) });

export const importFlags = adminCommand(
  {
    name: "flags import",
    takes: "FILE|-",
    summary: "bring in flags from a file, in one write",
    about: [
      "",
      "FILE (- reads the standard input) holds",
      "  rows of flag_key,value,description, as CSV with a first line of these names or as JSON;",
      `    a value is JSON like {"enabled": true, "percentage": 2, "force_on": ["..."]}, the same as text, 2 (percent), or true or false`,
      "  or Django's dumpdata of a FeatureFlagConfig model",
      "  or what sombra flags export prints.",
      "whitelist, blacklist and force_on find their places; what a row does not say keeps its value.",
      "Nothing is written where anything is wrong, or where flags changed after the plan was made.",
    ],
    options: {
      "dry-run": { takes: null, help: "show the plan and write nothing" },
      ...breakGlassOption,
      ...reasonOption,
    },
    examples: ["flags.csv --dry-run", 'dump.json --reason "move from the old table"', "- < flags.json"],
  },
  async (session) => {
    const { given, ask, print, look } = session;
    const [name = ""] = given.values;
    const imported = readFlags(name === "-" ? "standard input" : name, await readInput(name, session));
    const shown = (changes: readonly Changed[]): readonly string[] =>
      changes.flatMap((change) => changeLines(change, look));
    if (given.has("dry-run")) {
      const keys = new Set(imported.map(({ key }) => key));
      const known = await wholeFlags(ask, ({ key }) => keys.has(key));
      const plan = imported.map((flag) => {
        return planned(flag, known.flags.find(({ key }) => key === flag.key) ?? null, known.version + 1);
      });
      print({ written: false, version: known.version, changes: plan }, () => [
        ...shown(plan),
        "",
        "nothing written (--dry-run)",
      ]);
      return 0;
    }
    const known = await ask({ path: "/api/flags", timeoutMs: writeMs, shape: flagsShape });
    const written = await ask({
      path: "/api/flags",
      method: "PATCH",
      body: { flags: Object.fromEntries(imported.map(({ key, sent }) => [key, sent])) },
      ifVersion: known.version,
      timeoutMs: writeMs,
      shape: writtenShape,
    });
    const changed = written.changes.filter(({ unchanged }) => !unchanged).length;
    const sum = `${changed} changed, ${written.changes.length - changed} unchanged, version ${written.version}`;
    print({ written: changed > 0, ...written }, () => [...shown(written.changes), "", sum]);
    return 0;
  },
);

/** What a write would make of a flag, as far as can be told from here. */
function planned({ key, fields }: Imported, before: ToldFlag | null, version: number): Changed {
  const base = before ?? unsaidFlag(key);
  const after: ToldFlag = { ...base, ...fields, version };
  const unchanged = before !== null && differences(before, after).length === 0;
  return { key, before, after: unchanged ? before : after, unchanged, members: {} };
}
