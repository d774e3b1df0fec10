import { isUtf8 } from "node:buffer";
import { isTooDeep } from "./depth.ts";
import type { Json, JsonObject } from "./json.ts";
import { parseJson } from "./json.ts";
import type { BodyClass } from "./media.ts";
import { NotComparable } from "./not-comparable.ts";

/** A body as what it is rather than how it is spelled. */
export type Lifted =
  | { readonly class: "empty" }
  | { readonly class: "json"; readonly value: Json }
  /** Each field's values in order. */
  | { readonly class: "form"; readonly fields: JsonObject }
  | { readonly class: "text"; readonly text: string }
  | { readonly class: "bytes"; readonly bytes: Uint8Array };

/** Reads a decoded body as the declared class; what is not that falls back to text, and what is not UTF-8 to bytes. */
export function lift(body: Buffer, declared: BodyClass): Lifted {
  if (body.length === 0) return { class: "empty" };
  if (declared === "bytes" || !isUtf8(body)) return { class: "bytes", bytes: body };
  const text = body.toString("utf8");
  if (declared === "json") return liftJson(text);
  return declared === "form" ? liftForm(text) : { class: "text", text };
}

function liftJson(text: string): Lifted {
  if (isTooDeep(text)) throw new NotComparable("too-deep");
  try {
    return { class: "json", value: parseJson(text) };
  } catch {
    return { class: "text", text };
  }
}

/** `Object.fromEntries` defines, so a field called `__proto__` is a field like any other. */
function liftForm(text: string): Lifted {
  const fields = new Map<string, string[]>();
  try {
    for (const pair of text.split("&")) {
      if (pair === "") continue;
      const equals = pair.indexOf("=");
      const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? "" : formDecode(pair.slice(equals + 1));
      const values = fields.get(name);
      if (values === undefined) fields.set(name, [value]);
      else values.push(value);
    }
  } catch {
    return { class: "text", text };
  }
  return { class: "form", fields: Object.fromEntries(fields) };
}

/** Strict, unlike URLSearchParams, which makes every malformed sequence the same U+FFFD and so unequal values equal. */
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
