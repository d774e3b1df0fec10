import { dirname, resolve } from "node:path";

import type { Aliases, Extractor } from "../../identify/index.ts";
import { parserFor } from "./aliases.ts";
import { codeOf } from "./file.ts";
import type { GivenRoute, RouteSources } from "./given.ts";
import type { ProfileName, ShopperConfig } from "./types.ts";
import { decode } from "./yaml.ts";

const WHATSAPP: readonly Extractor[] = [{ kind: "profile" }];

/** What a route says of shoppers; entries of the file itself win over those of the alias file. */
export function resolveShopper(given: GivenRoute, profile: ProfileName, sources: RouteSources): ShopperConfig {
  const { from, aliases, aliasFile } = given.route.shopper;
  const reads = from?.findIndex(({ kind }) => kind === "profile") ?? -1;
  if (profile === "http" && reads >= 0) {
    const text = `routes[${given.index}].shopper.from[${reads}] is "whatsapp", must not be on a route of profile "http"`;
    sources.findings.problems.push({ place: given.placeOf("shopper", "from", reads), text });
  }
  const table = aliasFile === undefined ? [] : readAliasFile(aliasFile, given, sources);
  return {
    from: from ?? (profile === "http" ? [] : WHATSAPP),
    aliases: new Map([...table, ...Object.entries(aliases)]),
  };
}

function readAliasFile(name: string, given: GivenRoute, { readFile, file, findings }: RouteSources): Aliases {
  const refuse = (is: string, mustBe: string): Aliases => {
    const text = `routes[${given.index}].shopper.aliasFile ${JSON.stringify(name)} ${is}, must ${mustBe}`;
    findings.problems.push({ place: given.placeOf("shopper", "aliasFile"), text });
    return new Map();
  };
  const parse = parserFor(name);
  if (parse === null) {
    return refuse("has another ending", "end in .json or .csv");
  }
  let bytes: Uint8Array;
  try {
    bytes = readFile(resolve(dirname(file.path), name));
  } catch (error) {
    return refuse(`cannot be read (${codeOf(error)})`, "be a readable file");
  }
  const source = decode(bytes);
  if (source === null) {
    return refuse("is not UTF-8", "be UTF-8");
  }
  const parsed = parse(source);
  if ("aliases" in parsed) {
    return parsed.aliases;
  }
  const { line, column, text } = parsed;
  findings.problems.push({ place: { kind: "file", file: name, line, column }, text });
  return new Map();
}
