import type { Json, JsonArray, JsonObject } from "../model/index.ts";

export type { Json, JsonArray, JsonObject };

/** JSON.parse with its result's type; `__proto__` comes out as a member of its own. */
export const parseJson: (text: string) => Json = JSON.parse;

export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

export function isArray(value: Json | undefined): value is JsonArray {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function jsonType(value: Json): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
      return "number";
    case "string":
      return "string";
    default:
      return "object";
  }
}
