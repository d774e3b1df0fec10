import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";

import { z } from "zod";

import type { Role, Token } from "../../admin/index.ts";
import { variable } from "./errors.ts";
import type { Findings, Place } from "./errors.ts";
import type { Variables } from "./env.ts";
import { bearerToken, listOf, options, sha256, tokenName, word } from "./fields.ts";
import { codeOf } from "./file.ts";
import type { ReadFile, SettingsFile } from "./file.ts";
import { problemsOf } from "./issues.ts";
import { quote } from "./say.ts";
import { readYaml } from "./yaml.ts";
import type { YamlFile } from "./yaml.ts";

const ROLES = ["read", "operate", "approve"] as const satisfies readonly Role[];

/** Whose SOMBRA_ADMIN_TOKEN is. */
const ADMIN = "admin";

/** What the group and everybody else may do with a file. */
const OTHERS = 0o077;

const entrySchema = options({
  name: tokenName,
  roles: listOf(word(ROLES)).min(1, "a list of at least one role"),
  token: z.string("text in quotes").pipe(bearerToken).optional(),
  sha256: z.string("text in quotes").pipe(sha256).optional(),
});

const tokensSchema = z.array(entrySchema, "a list of tokens").min(1, "a list of at least one token");

export interface TokenSources {
  readonly variables: Variables;
  readonly file: SettingsFile;
  readonly readFile: ReadFile;
  /** Permission bits of a file that can be read. */
  readonly modeOf: (path: string) => number;
  readonly cwd: string;
}

export interface GivenTokens {
  readonly tokens: readonly Token[];
  /** As it was named; null: there is none. */
  readonly tokensFile: string | null;
}

/** Who may use the admin port; null: what is wrong is among the findings. */
export function readTokens(sources: TokenSources, findings: Findings): GivenTokens | null {
  const { SOMBRA_ADMIN_TOKEN: token } = sources.variables;
  const tokens: readonly Token[] =
    token === undefined ? [] : [{ name: ADMIN, roles: ["operate", "approve"], sha256: hashOf(token) }];
  const named = nameOf(sources);
  if (named === null) {
    return { tokens, tokensFile: null };
  }
  const more = readTokensFile(named, { sources, before: tokens }, findings);
  return more && { tokens: [...tokens, ...more], tokensFile: named.name };
}

interface Named {
  readonly name: string;
  readonly path: string;
  readonly place: Place;
  /** The option that names it: "" for the variable. */
  readonly option: string;
}

function nameOf({ variables, file, cwd }: TokenSources): Named | null {
  const fromVariable = variables.SOMBRA_ADMIN_TOKENS;
  if (fromVariable !== undefined) {
    const place = variable("SOMBRA_ADMIN_TOKENS");
    return { name: fromVariable, path: resolve(cwd, fromVariable), place, option: "" };
  }
  const name = file.settings.admin.tokens;
  if (name === null) {
    return null;
  }
  const place = file.placeOf(["admin", "tokens"]);
  return { name, path: resolve(dirname(file.path), name), place, option: "admin.tokens " };
}

interface Reading {
  readonly sources: TokenSources;
  /** Those that are given already. */
  readonly before: readonly Token[];
}

function readTokensFile(named: Named, reading: Reading, findings: Findings): readonly Token[] | null {
  const { sources } = reading;
  let bytes: Uint8Array;
  let mode: number;
  try {
    bytes = sources.readFile(named.path);
    mode = sources.modeOf(named.path);
  } catch (error) {
    const text = `${named.option}${JSON.stringify(named.name)} cannot be read (${codeOf(error)}), must be a readable file`;
    findings.problems.push({ place: named.place, text });
    return null;
  }
  if ((mode & OTHERS) !== 0) {
    const may = (mode & OTHERS).toString(8).padStart(2, "0");
    findings.warnings.push(
      `The file of tokens ${JSON.stringify(named.name)} is open to others than its owner (mode ..${may}): chmod 600 closes it`,
    );
  }
  const file = readYaml(named.name, bytes);
  if (!("data" in file)) {
    findings.problems.push(...file);
    return null;
  }
  const checked = tokensSchema.safeParse(file.data);
  if (!checked.success) {
    findings.problems.push(...checked.error.issues.flatMap((issue) => problemsOf(issue, file, privacy)));
    return null;
  }
  return tokensOf(checked.data, { file, before: reading.before }, findings);
}

interface Entries {
  readonly file: YamlFile;
  readonly before: readonly Token[];
}

/** Each name and each token is given once. */
function tokensOf(
  entries: z.output<typeof tokensSchema>,
  { file, before }: Entries,
  { problems }: Findings,
): readonly Token[] | null {
  const known: Token[] = [...before];
  const found = problems.length;
  for (const [index, { name, roles, token, sha256: given }] of entries.entries()) {
    const refuse = (option: string | null, text: string): void => {
      const { place } = file.find(option === null ? [index] : [index, option]);
      problems.push({ place, text: `[${index}]${option === null ? "" : `.${option}`} ${text}` });
    };
    const [option, hash] = given === undefined ? ["token", hashOf(token ?? "")] : ["sha256", given];
    if ((token === undefined) === (given === undefined)) {
      refuse(null, `has ${token === undefined ? "neither token nor" : "both token and"} sha256, must have one of them`);
      continue;
    }
    if (known.some((other) => other.name === name)) {
      const whose = before.some((other) => other.name === name) ? " (SOMBRA_ADMIN_TOKEN has it)" : "";
      refuse("name", `is ${quote(name)}, must be given once${whose}`);
    }
    const same = known.find((other) => other.sha256 === hash);
    if (same !== undefined) {
      refuse(option, `is that of ${quote(same.name)} as well, must be another`);
    }
    known.push({ name, roles: [...new Set(roles)], sha256: hash });
  }
  return problems.length > found ? null : known.slice(before.length);
}

/** Only names and roles are no secret. */
function privacy([, option]: readonly PropertyKey[]): "all" | "name" | "nothing" {
  switch (option) {
    case "name":
    case "roles":
      return "all";
    case undefined:
    case "token":
    case "sha256":
      return "name";
    default:
      return "nothing";
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
