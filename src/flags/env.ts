import type { RouteFlags } from "../model/index.ts";
import { unsetFlag, type Flag, type FlagDefinition } from "./flag.ts";
import { showKind, showValue, type Problem } from "./problem.ts";
import { flagRoles, type FlagRole } from "./roles.ts";
import { MEMBER, isShopper } from "./member.ts";
import { PERCENT_MUST, isFlagKey, isPercent } from "./schema.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentFlags {
  /** Those of which at least one variable speaks. */
  readonly flags: readonly Flag[];
  /** `SOMBRA_FORCE_OFF`. */
  readonly forceOff: readonly string[];
  /** Any of these stops the start. What is wrong counts as not set above. */
  readonly problems: readonly Problem[];
  /** What does not count and may be a slip, each naming the variable and the entry. */
  readonly remarks: readonly string[];
}

const FORCE_OFF = "SOMBRA_FORCE_OFF";

/** Percent by phase. */
const PHASES: ReadonlyMap<string, number> = new Map([
  ["disabled", 0],
  ["alpha", 10],
  ["beta", 50],
  ["ga", 100],
]);

/** A variable that is there and says nothing is an easy mistake. */
const NOT_EMPTY =
  "unset, or a list with a shopper: with an empty list this shadow or dual-run flag would be off for everybody, " +
  "which would cut over (say false to cut over)";

/** A list of a million may hold as many slips. */
const MAX_REMARKS = 20;

const DECIMAL = /^\d{1,3}(\.\d+)?$/;

/** Flags as SPEC 3 reads them from the environment. */
export function flagsFromEnv(
  env: Environment,
  definitions: readonly FlagDefinition[],
  routes: readonly RouteFlags[],
): EnvironmentFlags {
  const reader: Reader = { env, roles: flagRoles(routes), problems: [], remarks: [] };
  const flags = definitions.flatMap((definition) => readFlag(reader, definition) ?? []);
  const forceOff = readForceOff(reader);
  return { flags, forceOff, problems: reader.problems, remarks: reader.remarks };
}

interface Reader {
  readonly env: Environment;
  readonly roles: ReadonlyMap<string, FlagRole>;
  readonly problems: Problem[];
  readonly remarks: string[];
}

function readFlag(reader: Reader, definition: FlagDefinition): Flag | null {
  const prefix = definition.env ?? definition.key;
  const enabled = readSwitch(reader, definition.env === null ? prefix : `${prefix}_ENABLED`);
  const phase = readPhase(reader, `${prefix}_PHASE`);
  const percent = readPercent(reader, prefix) ?? phase;
  const listed = readList(reader, `${prefix}_ALLOWLIST`);
  const isOffForAll = enabled !== false && percent === null && listed?.length === 0;
  const wouldCutOver = isOffForAll && reader.roles.get(definition.key)?.failOn === true;
  const allowlist = wouldCutOver ? wrong(reader, `${prefix}_ALLOWLIST`, NOT_EMPTY) : listed;
  const denylist = readList(reader, `${prefix}_DENYLIST`);
  const forceOn = readList(reader, `${prefix}_FORCE_ON`);
  if ([enabled, percent, allowlist, denylist, forceOn].every((value) => value === null)) return null;
  return {
    ...unsetFlag(definition, "environment"),
    // The phase `disabled` is off whatever else is set.
    enabled: phase === 0 ? false : enabled,
    percent,
    allowlist,
    denylist: denylist ?? [],
    forceOn: forceOn ?? [],
  };
}

function readSwitch(reader: Reader, name: string): boolean | null {
  const text = reader.env[name]?.trim().toLowerCase();
  if (text === undefined) return null;
  if (text === "true" || text === "false") return text === "true";
  return wrong(reader, name, "true or false");
}

function readPhase(reader: Reader, name: string): number | null {
  const text = reader.env[name]?.trim().toLowerCase();
  if (text === undefined) return null;
  return PHASES.get(text) ?? wrong(reader, name, "disabled, alpha, beta or ga");
}

/** `_PERCENT` or `_PERCENTAGE`; both only where they are equal. */
function readPercent(reader: Reader, prefix: string): number | null {
  const percent = readNumber(reader, `${prefix}_PERCENT`);
  const percentage = readNumber(reader, `${prefix}_PERCENTAGE`);
  if (percent !== null && percentage !== null && percent !== percentage) {
    wrong(reader, `${prefix}_PERCENTAGE`, `${percent} as \`${prefix}_PERCENT\` is, or one of the two unset`);
    return null;
  }
  return percent ?? percentage;
}

function readNumber(reader: Reader, name: string): number | null {
  const text = reader.env[name]?.trim();
  if (text === undefined) return null;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return isPercent(value) ? value : wrong(reader, name, PERCENT_MUST);
}

/** null: not set. Set and empty is a list of nobody. */
function readList(reader: Reader, name: string): readonly string[] | null {
  const text = reader.env[name];
  if (text === undefined) return null;
  noteSlips(reader, name, text);
  const shoppers = splitList(text);
  const wrong = shoppers.findIndex((shopper) => !isShopper(shopper));
  if (wrong === -1) return shoppers;
  const is = `a list whose entry ${wrong + 1} is ${showKind(shoppers[wrong])}`;
  reader.problems.push({ where: name, is, must: `entries separated by commas, each ${MEMBER}` });
  return null;
}

/** A list that is empty says so on purpose. */
function noteSlips({ remarks }: Reader, name: string, text: string): void {
  const entries = text.split(",").map((entry) => entry.trim());
  if (entries.every((entry) => entry === "")) return;
  const places = new Map<string, number>();
  for (const [i, entry] of entries.entries()) {
    const before = places.get(entry);
    if (entry === "") remarks.push(`${name}: entry ${i + 1} is empty and does not count`);
    else if (before !== undefined)
      remarks.push(`${name}: entry ${i + 1} is entry ${before + 1} again and does not count`);
    else places.set(entry, i);
    if (remarks.length >= MAX_REMARKS) return;
  }
}

function readForceOff(reader: Reader): readonly string[] {
  return splitList(reader.env[FORCE_OFF] ?? "").filter((key) => {
    const must = forceOffMust(key, reader.roles.get(key)?.failOn === true);
    if (must !== null) reader.problems.push({ where: FORCE_OFF, is: `a list with ${showValue(key)}`, must });
    return must === null;
  });
}

function forceOffMust(key: string, failOn: boolean): string | null {
  if (!isFlagKey(key)) return "a list of flag keys, separated by commas";
  return failOn ? "without shadow and dual-run flags (this would cut over; name the `enabled` flag)" : null;
}

/** Spaces around an entry, empty entries and repetitions do not count. */
function splitList(text: string): readonly string[] {
  const entries = text.split(",").map((entry) => entry.trim());
  return [...new Set(entries)].filter((entry) => entry !== "");
}

function wrong(reader: Reader, name: string, must: string): null {
  reader.problems.push({ where: name, is: showValue(reader.env[name]), must });
  return null;
}
