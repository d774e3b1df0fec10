import { z } from "zod";
import type { FlagFields } from "./edit.ts";
import type { Flag, JsonObject } from "./flag.ts";
import { LIST, listFault } from "./member.ts";
import { showKind, showValue, type Problem } from "./problem.ts";

/** Letters that need no quoting in an address, a header field or an environment variable. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const SALT = /^[\x21-\x7e]{1,128}$/;

const MAX_SETTINGS_BYTES = 4096;
/** 4 KiB of brackets nest 2,000 deep; handlers in other languages give up earlier. */
const MAX_SETTINGS_DEPTH = 32;
const MAX_DESCRIPTION_CHARACTERS = 1000;

export const NAME = "1 to 128 letters, digits, `_`, `.` or `-`, the first a letter or digit";
export const SETTINGS = `a JSON object of at most ${MAX_SETTINGS_BYTES} bytes, nested at most ${MAX_SETTINGS_DEPTH} deep`;

export const PERCENT_MUST = "a number from 0 to 100 with at most three decimals";

export function isPercent(value: number): boolean {
  return value >= 0 && value <= 100 && Number(value.toFixed(3)) === value;
}

export function isFlagKey(text: string): boolean {
  return KEY.test(text);
}

/** Fields whose value an error may show; of the others only the kind. */
const SHOWN: ReadonlySet<unknown> = new Set([
  "key",
  "enabled",
  "percent",
  "audience",
  "default",
  "bucketing",
  "version",
]);

const name = z.string(NAME).regex(KEY, NAME);
const yesNo = "true or false";

/** A list of a million is checked in one pass that stops at the first fault. */
const shoppers = z.custom<readonly string[]>(Array.isArray, LIST).superRefine((list: readonly unknown[], context) => {
  const fault = listFault(list);
  if (fault !== null)
    context.addIssue({ code: "custom", path: fault.at === null ? [] : [fault.at], message: fault.must });
});

const settings = z.custom<JsonObject>(isSettings, SETTINGS);

export function isSettings(value: unknown): value is JsonObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    isJson(value, MAX_SETTINGS_DEPTH) &&
    Buffer.byteLength(JSON.stringify(value)) <= MAX_SETTINGS_BYTES
  );
}

/** `__proto__` is refused: whoever copies the object member by member would change its prototype. */
export function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === 0) return false;
  if (Array.isArray(value)) return value.every((element) => isJson(element, depth - 1));
  return Object.entries(value).every(([member, inner]) => member !== "__proto__" && isJson(inner, depth - 1));
}

const fields = {
  description: z
    .string("text")
    .max(MAX_DESCRIPTION_CHARACTERS, `text of at most ${MAX_DESCRIPTION_CHARACTERS} characters`),
  enabled: z.boolean(`${yesNo}, or null`).nullable(),
  percent: z.number(`${PERCENT_MUST}, or null`).refine(isPercent, `${PERCENT_MUST}, or null`).nullable(),
  allowlist: shoppers.nullable(),
  denylist: shoppers,
  forceOn: shoppers,
  audience: name.nullable(),
  default: z.boolean(yesNo),
  salt: z.string("text, or null").regex(SALT, "1 to 128 visible ASCII characters, or null").nullable(),
  bucketing: z.enum(["murmur3", "md5"], '"murmur3" or "md5"'),
  settings,
};

const strict = {
  error: (issue: z.core.$ZodRawIssue): string =>
    issue.code === "unrecognized_keys" ? "absent: a flag has no such field" : "a JSON object",
};

const flagSchema = z.strictObject(
  {
    key: name,
    ...fields,
    version: z.int("a whole number from 0").min(0, "a whole number from 0"),
    updatedAt: z.iso.datetime("a time in ISO 8601, UTC, or null").nullable(),
    updatedBy: z.string("text"),
  },
  strict,
) satisfies z.ZodType<Flag>;

const fieldsSchema = z.strictObject(fields, strict).partial() satisfies z.ZodType<FlagFields>;

export type ParsedFlag =
  | { readonly ok: true; readonly flag: Flag }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A flag from outside: a store's record or a whole flag of the API. Every field must be there. */
export function parseFlag(input: unknown): ParsedFlag {
  const parsed = flagSchema.safeParse(input);
  if (parsed.success) return { ok: true, flag: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, input)) };
}

export type ParsedFields =
  | { readonly ok: true; readonly fields: FlagFields }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Some fields of a flag, by the same rules. */
export function parseFields(input: unknown): ParsedFields {
  const parsed = fieldsSchema.safeParse(input);
  if (parsed.success) return { ok: true, fields: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, input)) };
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ where: showValue(key), is: "there", must: issue.message }));
  }
  const value = valueAt(input, issue.path);
  const is = issue.path.length === 0 || SHOWN.has(issue.path[0]) ? showValue(value) : showKind(value);
  return [{ where: pathText(issue.path), is, must: issue.message }];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function pathText(path: readonly PropertyKey[]): string {
  const [field = "flag", ...rest] = path;
  return [String(field), ...rest.map((step) => `[${String(step)}]`)].join("");
}

/** Where a problem of a flag is, as part of something larger. */
export function fieldPath(flag: string, where: string): string {
  return where === "flag" ? flag : `${flag}.${where}`;
}
