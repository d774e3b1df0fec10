import type { FlagFields } from "./edit.ts";
import { showValue, type Problem } from "./problem.ts";
import { NAME, fieldPath, isFlagKey, parseFields } from "./schema.ts";

/** What is said of a flag: an edit is this with its kind and key. */
export interface Said {
  readonly fields: FlagFields;
  readonly enabledMissing: boolean;
}

export type ParsedForm =
  | { readonly ok: true; readonly said: Said }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Names by which other flag systems, and SPEC 3's JSON form, call a field. Who uses one leaves out `enabled` for false. */
const SYNONYMS: ReadonlyMap<string, keyof FlagFields> = new Map([
  ["percentage", "percent"],
  ["force_on", "forceOn"],
  ["whitelist", "allowlist"],
  ["blacklist", "denylist"],
]);

/** What a flag is answered and exported with and is not for the writer to say: not looked at. */
const STAMPED: ReadonlySet<string> = new Set(["version", "updatedAt", "updatedBy", "source", "overridden"]);

/** Some or all fields of the flag `key`, as SPEC 3's JSON or in its JSON form. */
export function parseForm(input: unknown, key: string): ParsedForm {
  if (!isFlagKey(key)) return refused({ where: "key", is: showValue(key), must: NAME });
  const where = `flags.${key}`;
  if (!isRecord(input)) return refused({ where, is: showValue(input), must: "a JSON object" });
  const { key: named = key, ...rest } = input;
  if (named !== key) return refused({ where: `${where}.key`, is: showValue(named), must: `absent, or "${key}"` });
  return readFields(Object.fromEntries(Object.entries(rest).filter(([name]) => !STAMPED.has(name))), where);
}

/** Fields by any of their names. */
function readFields(input: Readonly<Record<string, unknown>>, where: string): ParsedForm {
  const names = new Map<string, string>();
  for (const name of Object.keys(input)) {
    const field = SYNONYMS.get(name) ?? name;
    const other = names.get(field);
    if (other !== undefined) {
      return refused({ where: `${where}.${name}`, is: "there", must: `absent, as \`${other}\` says the same` });
    }
    names.set(field, name);
  }
  const bySynonym = Object.keys(input).some((name) => SYNONYMS.has(name));
  const enabledMissing = bySynonym && !names.has("enabled");
  const given = Object.fromEntries([...names].map(([field, name]) => [field, input[name]]));
  const parsed = parseFields(enabledMissing ? { ...given, enabled: false } : given);
  if (parsed.ok) return { ok: true, said: { fields: parsed.fields, enabledMissing } };
  const problems = parsed.problems.map((problem) => ({
    ...problem,
    // By the name that was used: `percentage`, `whitelist[3]`.
    where: fieldPath(
      where,
      problem.where.replace(/^\w+/, (field) => names.get(field) ?? field),
    ),
  }));
  return { ok: false, problems };
}

/** A body that `parseForm` reads back as what is said. */
export function formOf({ fields, enabledMissing }: Said): Readonly<Record<string, unknown>> {
  if (!enabledMissing) return fields;
  const { enabled: _enabled, ...rest } = fields;
  const synonymOf = new Map<string, string>([...SYNONYMS].map(([synonym, field]) => [field, synonym]));
  return Object.fromEntries(Object.entries(rest).map(([field, value]) => [synonymOf.get(field) ?? field, value]));
}

export function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [problem] };
}
