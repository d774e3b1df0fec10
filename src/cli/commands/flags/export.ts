import Papa from "papaparse";
import { WrongUse } from "../command.ts";
import { adminCommand } from "../frame.ts";
import type { ToldFlag } from "./shapes.ts";
import { wholeFlags } from "./whole.ts";

export const exportFlags = adminCommand(
  {
    name: "flags export",
    takes: "",
    summary: "print the stored flags, for sombra flags import",
    about: ["Lists are in it: shoppers are personal data. Stored lists (audiences) are not: see sombra audience get."],
    options: {
      format: { takes: "json|csv", help: "json where not given" },
      all: { takes: null, help: "those of the environment and the defaults as well" },
    },
    examples: ["> flags.json", "--format csv > flags.csv"],
  },
  async ({ given, ask, print }) => {
    const format = given.text("format") ?? "json";
    if (format !== "json" && format !== "csv") throw new WrongUse("--format must be json or csv");
    if (format === "csv" && given.has("json")) throw new WrongUse("--format csv and --json exclude each other");
    const isAsked = ({ version }: ToldFlag): boolean => given.has("all") || version > 0;
    const { flags } = await wholeFlags(ask, isAsked);
    const rows = flags.filter(isAsked).map(rowOf);
    print(rows, () => [format === "json" ? JSON.stringify(rows, null, 2) : csv(rows)]);
    return 0;
  },
);

interface Row {
  readonly flag_key: string;
  readonly value: object;
  readonly description: string;
}

function rowOf(flag: ToldFlag): Row {
  const { key, description, enabled, percent, allowlist, denylist, forceOn } = flag;
  const { audience, default: byDefault, salt, bucketing, settings } = flag;
  const lists = { allowlist, denylist, forceOn };
  return {
    flag_key: key,
    value: { enabled, percent, ...lists, audience, default: byDefault, salt, bucketing, settings },
    description,
  };
}

function csv(rows: readonly Row[]): string {
  const data = rows.map(({ flag_key: key, value, description }) => [key, JSON.stringify(value), description]);
  return Papa.unparse({ fields: ["flag_key", "value", "description"], data }, { newline: "\n" });
}
