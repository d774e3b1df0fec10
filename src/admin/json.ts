import type { Json } from "../flags/index.ts";
import { jsonFault } from "./json-fault.ts";

export type ParsedJson =
  | { readonly ok: true; readonly value: Json }
  /** `detail`: a sentence for whoever sent it. */
  | { readonly ok: false; readonly detail: string };

const parse: (text: string) => Json = JSON.parse;

export function parseJson(bytes: ArrayBuffer): ParsedJson {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, detail: "Body must be JSON in UTF-8: it is not UTF-8" };
  }
  if (text.trim() === "") return { ok: false, detail: "Body must be JSON: it is empty" };
  try {
    return { ok: true, value: parse(text) };
  } catch {
    const { line, column } = jsonFault(text);
    return { ok: false, detail: `Body must be JSON: it is not from line ${line}, column ${column} on` };
  }
}
