/** Reading JSON of which nothing is promised. */
export type JsonObject = Readonly<Record<string, unknown>>;

const empty: JsonObject = {};

/** A value's members; none when it is no object. */
export function members(value: unknown): JsonObject {
  return isObject(value) ? value : empty;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
