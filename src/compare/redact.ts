import type { Redacted } from "../model/index.ts";
import type { Node } from "./json.ts";
import { Exact, nodeType } from "./json.ts";
import type { KeyedHash } from "./keyed-hash.ts";

/** What a side has at a place; undefined is absence. */
export type Value = Node | Uint8Array | undefined;

const ABSENT: Redacted = { type: "absent" };
const NULL: Redacted = { type: "null" };
const NUMBER: Redacted = { type: "number" };

/** What is shown of a value: type and length. A number's length would say something of its size and is left out. */
export function describe(value: Value): Redacted {
  if (value === undefined) return ABSENT;
  if (value === null) return NULL;
  if (value instanceof Uint8Array) return { type: "bytes", length: value.length };
  if (typeof value === "string") return { type: "string", length: value.length };
  if (value instanceof Exact) return value.type === "number" ? NUMBER : { type: value.type, length: value.length };
  if (typeof value !== "object") return { type: nodeType(value) };
  return { type: nodeType(value), length: Object.keys(value).length };
}

/** The description with a keyed hash. Containers are hashed as JSON text, in their own order of members. */
export function redact(value: Value, hash: KeyedHash): Redacted {
  if (value === undefined || value === null) return describe(value);
  return { ...describe(value), hash: hash(bytesOf(value)) };
}

function bytesOf(value: Exclude<Value, undefined | null>): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (value instanceof Exact) return value.text;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
