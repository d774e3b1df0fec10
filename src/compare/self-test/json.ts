import type { Json, JsonArray, JsonObject } from "../../model/index.ts";

/** What is lost of a document that is written anew (numbers as they were written) is no reason to compare it otherwise. */
export const parseJson: (text: string) => Json = JSON.parse;

export function isArray(value: Json): value is JsonArray {
  return Array.isArray(value);
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
