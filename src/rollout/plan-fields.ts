import { z } from "zod";
import { LIST, listFault, PERCENT_MUST, SETTINGS, isPercent, isSettings, type JsonObject } from "../flags/index.ts";
import type { RollbackTarget } from "./plan.ts";

/*
 * Kinds of values of a plan. The message of every issue ends the sentence "must be ...", save that of unknown keys, which lists
 * the keys there are.
 */

/** A map with these keys and no others. */
export function map<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? known : `a map of ${known}`) });
}

/** `map` that may be left out, or left empty, which YAML calls null. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess((value) => value ?? {}, map(shape));
}

export function word<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, oneOf(words));
}

export function oneOf(words: readonly string[]): string {
  return words
    .map((one) => JSON.stringify(one))
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1");
}

export function listOf<Element extends z.ZodType>(element: Element, of: string) {
  return z.preprocess((value) => value ?? [], z.array(element, `a list of ${of}`));
}

export function whole(min: number, max: number) {
  const must = `a whole number from ${min} to ${max}`;
  return z.int(must).min(min, must).max(max, must);
}

export const yesNo = z.boolean("true or false");

export function text(max: number) {
  const must = `one line of 1 to ${max} characters`;
  return matching(must, new RegExp(`^[^\\p{Cc}]{1,${max}}$`, "u")).refine((given) => given.trim() === given, must);
}

export const planName = matching(
  "lower-case words joined by hyphens, of at most 64 characters",
  /^(?=.{1,64}$)[a-z\d]+(?:-[a-z\d]+)*$/,
);

/** Also of gates: both are written on command lines, and label metrics. */
export const partName = matching(
  '1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit',
  /^[a-z\d][\w.-]{0,63}$/i,
);

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A whole number and a unit; a day is 24 hours. In milliseconds. */
export function duration(least: string, most: string) {
  const must = `a whole number and a unit (ms, s, m, h or d) such as 90m, 24h or 7d, in quotes or not, from ${least} to ${most}`;
  const [min, max] = [durationMs(least) ?? 0, durationMs(most) ?? 0];
  return z.string(must).transform((given, context): number => {
    const ms = durationMs(given);
    if (ms !== null && ms >= min && ms <= max) return ms;
    context.addIssue(must);
    return z.NEVER;
  });
}

/** null: no duration. */
export function durationMs(given: string): number | null {
  const [, count = "", unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(given) ?? [];
  const unitMs = UNITS_MS[unit];
  return unitMs === undefined ? null : Number(count) * unitMs;
}

const PERCENTAGE = /^(\d{1,3}(?:\.\d{1,9})?) ?%$/;

const percentMust = `${PERCENT_MUST}, or the same as text such as "0.1%"`;

/** Of shoppers: 0 to 100. */
export const percent = z.preprocess(
  (value) => percentageOf(value) ?? value,
  z.number(percentMust).refine(isPercent, percentMust),
);

/** Of cells or items, 0 to 1, and so are numbers: 0.1 is 10 %. */
export function share(min: number, max: number) {
  const must = `a percentage such as "0.1%", or a number of which 1 is all, from ${percentText(min)} to ${percentText(max)}`;
  return z.preprocess(
    (value) => {
      const percentage = percentageOf(value);
      // In decimals: 0.1 % is 0.001, not 0.1 / 100.
      return percentage === null ? value : Number(`${percentage}e-2`);
    },
    z.number(must).min(min, must).max(max, must),
  );
}

/** `0.1 %`: of a share of which 1 is all. */
function percentText(value: number): string {
  return `${Number((value * 100).toPrecision(6))} %`;
}

function percentageOf(value: unknown): number | null {
  const [, number] = typeof value === "string" ? (PERCENTAGE.exec(value) ?? []) : [];
  return number === undefined ? null : Number(number);
}

/** Shoppers: personal, never shown. */
export const shoppers = z.custom<readonly string[]>(Array.isArray, LIST).superRefine((list, context) => {
  const fault = listFault(list);
  if (fault === null) return;
  const quoted = fault.at !== null && typeof list[fault.at] === "number" ? ", as text: in quotes" : "";
  context.addIssue({ code: "custom", path: fault.at === null ? [] : [fault.at], message: fault.must + quoted });
});

/** Origin, path and query; no credentials. */
export const address = z.string(ADDRESS()).refine((given) => {
  if (!/^https?:\/\/[^\s\\#@]+$/i.test(given) || !URL.canParse(given)) return false;
  const { username, password } = new URL(given);
  return username === "" && password === "";
}, ADDRESS());

/** Where a way back leads. */
export const target: z.ZodType<RollbackTarget> = z.union(
  [z.enum(["shadow", "previous", "off"]), z.strictObject({ phase: z.string() })],
  '"shadow", "previous", "off", or {phase: the name of one}',
);

const someSettings = `${SETTINGS}, with at least one member`;

/** Of a flag; what is written there beside what it has. */
export const settings = z.custom<JsonObject>(
  (value) => isSettings(value) && Object.keys(value).length > 0,
  someSettings,
);

function ADDRESS(): string {
  return "an http:// or https:// address without user name, password or fragment";
}

export function matching(must: string, pattern: RegExp) {
  return z.string(must).regex(pattern, must);
}
