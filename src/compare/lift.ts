import { textOf } from "./charset.ts";
import type { Node, NodeObject } from "./json.ts";
import { Exact } from "./json.ts";
import type { BodyClass, Media } from "./media.ts";
import { mediaOf } from "./media.ts";
import { fieldNameOf, partsOf } from "./multipart.ts";
import { NotComparable } from "./not-comparable.ts";
import { parseJson, TooDeep } from "../lib/exact-json.ts";
import { parseXml } from "./xml.ts";

/** A body as what it is rather than how it is spelled. */
export type Lifted =
  | { readonly class: "empty" }
  /** Of a form: each field's values in order; of a multipart body: see `liftParts`. */
  | { readonly class: "json" | "xml" | "form" | "multipart"; readonly value: Node }
  | { readonly class: "text"; readonly text: string }
  | { readonly class: "bytes"; readonly bytes: Uint8Array };

/**
 * Reads a decoded body as what it is declared to be; what is not that falls back to text, and what is no text in its
 * charset to bytes.
 */
export function lift(body: Buffer, media: Media): Lifted {
  if (body.length === 0) return { class: "empty" };
  if (media.class === "bytes") return { class: "bytes", bytes: body };
  if (media.class === "multipart") {
    const value = liftParts(body, media);
    if (value !== null) return { class: "multipart", value };
  }
  const text = textOf(body, media);
  return text === null ? { class: "bytes", bytes: body } : liftText(text, media.class);
}

function liftText(text: string, declared: BodyClass): Lifted {
  const found = declared === "text" && looksLikeXml(text) ? "xml" : declared;
  if (found !== "json" && found !== "xml" && found !== "form") return { class: "text", text };
  try {
    return { class: found, value: READERS[found](text) };
  } catch (error) {
    if (error instanceof TooDeep) throw new NotComparable("too-deep");
    if (error instanceof NotComparable) throw error;
    return { class: "text", text };
  }
}

const READERS: Readonly<Record<"json" | "xml" | "form", (text: string) => Node>> = {
  json: parseJson,
  xml: parseXml,
  form: parseForm,
};

/** Handlers send TwiML as whatever their framework calls a string, most often HTML. */
function looksLikeXml(text: string): boolean {
  return /^\s*<\?xml\s/.test(text) || /^(?:[\w.-]+:)?Response$/.test(rootOf(text) ?? "");
}

const SPACE = /\s*/y;
const ROOT = /<([\w.:-]{1,256})(?=[\s/>])/y;
/** What may stand before the root of an XML document, with its end. */
const PROLOG: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<?", "?>"],
];

/** The name of the first element of a text that may be XML, however badly formed; null: it does not begin as XML does. */
export function rootOf(text: string): string | null {
  let at = afterSpace(text, 0);
  for (;;) {
    const from = at;
    const passed = PROLOG.find(([begin]) => text.startsWith(begin, from));
    if (passed === undefined) break;
    const [begin, close] = passed;
    const end = text.indexOf(close, at + begin.length);
    if (end < 0) return null;
    at = afterSpace(text, end + close.length);
  }
  ROOT.lastIndex = at;
  return ROOT.exec(text)?.[1] ?? null;
}

function afterSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

/** `Object.fromEntries` defines, so a field called `__proto__` is a field like any other. Throws where an escape is none. */
function parseForm(text: string): NodeObject {
  const fields = new Map<string, string[]>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
    addTo(fields, name, equals < 0 ? "" : formDecode(pair.slice(equals + 1)));
  }
  return Object.fromEntries(fields);
}

function addTo<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}

/** Strict, unlike URLSearchParams, which makes every malformed sequence the same U+FFFD and so unequal values equal. */
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/** Multipart bodies in each other, to so many levels; what is deeper is compared by its bytes. */
const MAX_MULTIPARTS = 4;

/** The values of each field (RFC 7578), or `{parts: [...]}`; null where the body is no multipart one. */
function liftParts(body: Buffer, { boundary, fields }: Media, level = 1): Node | null {
  const parts = boundary === null ? null : partsOf(body, boundary);
  if (parts === null) return null;
  const lists = new Map<string, Node[]>();
  for (const part of parts) {
    const name = fields ? (fieldNameOf(part) ?? "") : "parts";
    const headers = Object.fromEntries(part.headers);
    addTo(lists, name, { headers, ...liftPart(part.content, part.headers.get("content-type"), level) });
  }
  return Object.fromEntries(lists);
}

/** By its class, so that a text is never told to be equal to JSON that says the same. A part is text unless it says more. */
function liftPart(content: Buffer, contentType: string | undefined, level: number): NodeObject {
  const media = mediaOf(contentType ?? "text/plain");
  if (content.length === 0 || media === null) return {};
  if (media.class === "multipart") {
    const value = level < MAX_MULTIPARTS ? liftParts(content, media, level + 1) : null;
    return value === null ? { bytes: Exact.bytes(content) } : { multipart: value };
  }
  const lifted = lift(content, media);
  switch (lifted.class) {
    case "empty":
      return {};
    case "text":
      return { text: linesOf(lifted.text) };
    case "bytes":
      return { bytes: Exact.bytes(lifted.bytes) };
    default:
      return { [lifted.class]: lifted.value };
  }
}

/** Text is compared by lines. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n");
}
