import { PERCENT_MUST, isPercent, type Json, type JsonObject, type Problem } from "../flags/index.ts";

/** What a field of a body may be. */
interface Form<T extends Json> {
  readonly must: string;
  readonly takes: (value: Json) => value is T;
}

export const yesNo: Form<boolean> = {
  must: "true or false",
  takes: (value) => typeof value === "boolean",
};

export const text: Form<string> = {
  must: "text",
  takes: (value) => typeof value === "string",
};

export const percent: Form<number> = {
  must: PERCENT_MUST,
  takes: (value): value is number => typeof value === "number" && isPercent(value),
};

export function whole(min: number, max: number): Form<number> {
  return {
    must: `a whole number from ${min} to ${max}`,
    takes: (value): value is number =>
      typeof value === "number" && Number.isInteger(value) && value >= min && value <= max,
  };
}

export const shoppers: Form<readonly string[]> = {
  must: "a list of shoppers, each as text",
  takes: (value): value is readonly string[] => isList(value) && value.every((member) => typeof member === "string"),
};

/** Things by their names. */
export function named(must: string): Form<JsonObject> {
  return { must: `an object of ${must}`, takes: isObject };
}

export function oneOf<T extends string>(...words: readonly T[]): Form<T> {
  return {
    must: words.map((word) => `"${word}"`).join(" or "),
    takes: (value): value is T => words.some((word) => word === value),
  };
}

type Forms = Readonly<Record<string, Form<Json>>>;
type Fields<F extends Forms> = { readonly [K in keyof F]?: F[K] extends Form<infer T> ? T : never };

export type ReadFields<F extends Forms> =
  | { readonly ok: true; readonly fields: Fields<F> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The fields of a body: each may be absent, none may be there that nobody knows. */
export function readFields<F extends Forms>(body: Json, forms: F): ReadFields<F> {
  if (!isObject(body)) return { ok: false, problems: [{ where: "body", is: kindOf(body), must: "a JSON object" }] };
  const problems = problemsOf(body, forms);
  return isSound<F>(body, problems) ? { ok: true, fields: body } : { ok: false, problems };
}

function isSound<F extends Forms>(_body: object, problems: readonly Problem[]): _body is Fields<F> {
  return problems.length === 0;
}

function problemsOf(body: JsonObject, forms: Forms): readonly Problem[] {
  return Object.entries(body).flatMap(([name, value]): readonly Problem[] => {
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (form === undefined) {
      const known = Object.keys(forms).join(", ");
      return [{ where: fieldName(name), is: "there", must: `absent: the fields are ${known}` }];
    }
    return form.takes(value) ? [] : [{ where: name, is: kindOf(value), must: form.must }];
  });
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** null: it is none. */
export function objectOf(value: Json): JsonObject | null {
  return isObject(value) ? value : null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Not the value, which may be personal. A number that a percentage is not is no shopper. */
function kindOf(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Math.abs(value) < 1e6 ? String(value) : "a number";
  if (typeof value === "string") return value.trim() === "" ? "blank" : `text of ${value.length} characters`;
  return isList(value) ? "a list" : "an object";
}

/** A field that nobody knows could be named after anybody. */
function fieldName(name: string): string {
  return /^[A-Za-z_][A-Za-z_-]{0,39}$/.test(name) ? name : `a field of ${name.length} characters`;
}
