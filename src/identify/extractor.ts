import { boundedId } from "./bounded-id.ts";
import { parsePointer, valueAt } from "./pointer.ts";
import type { Reading } from "./reading.ts";

/**
 * Where a shopper's id is looked for. `profile` is what the route's profile reads from each item (for WhatsApp the
 * sender or recipient); the others give one id for the whole delivery.
 */
export type Extractor = { readonly kind: "profile" } | DeliveryExtractor;

export type DeliveryExtractor =
  | { readonly kind: "header"; readonly name: string }
  | { readonly kind: "query"; readonly name: string }
  /** 1-based. */
  | { readonly kind: "path"; readonly segment: number }
  | { readonly kind: "json"; readonly tokens: readonly string[] };

/** An extractor from its form: `profile`, `header:NAME`, `query:NAME`, `path:N` or `json:/POINTER`; null: none of them. */
export function parseExtractor(text: string): Extractor | null {
  if (text === "profile") return { kind: "profile" };
  const colon = text.indexOf(":");
  const argument = text.slice(colon + 1);
  switch (text.slice(0, Math.max(colon, 0))) {
    case "header":
      return /^[!#$%&'*+.^_`|~\w-]+$/.test(argument) ? { kind: "header", name: argument.toLowerCase() } : null;
    case "query":
      return argument === "" ? null : { kind: "query", name: argument };
    case "path":
      return /^[1-9]\d{0,2}$/.test(argument) ? { kind: "path", segment: Number(argument) } : null;
    case "json": {
      const tokens = parsePointer(argument);
      return tokens === null ? null : { kind: "json", tokens };
    }
    default:
      return null;
  }
}

/** The id an extractor finds; null when there is none, or none that may be an id. */
export function extract(extractor: DeliveryExtractor, reading: Reading): string | null {
  switch (extractor.kind) {
    case "header":
      return headerValue(reading.head.rawHeaders, extractor.name);
    case "query":
      return queryValue(reading.head.target, extractor.name);
    case "path":
      return pathSegment(reading.head.target, extractor.segment);
    case "json":
      return boundedId(valueAt(reading.json(), extractor.tokens));
  }
}

function headerValue(rawHeaders: readonly string[], name: string): string | null {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== name) continue;
    const id = boundedId(rawHeaders[i + 1]);
    if (id !== null) return id;
  }
  return null;
}

function queryValue(target: string, name: string): string | null {
  const mark = target.indexOf("?");
  if (mark < 0) return null;
  for (const value of new URLSearchParams(target.slice(mark + 1)).getAll(name)) {
    const id = boundedId(value);
    if (id !== null) return id;
  }
  return null;
}

function pathSegment(target: string, segment: number): string | null {
  // A target in absolute form (RFC 9112 3.2.2) begins with a scheme and an authority.
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "").replace(/[?#].*$/s, "");
  const raw = path.split("/")[segment];
  if (raw === undefined) return null;
  try {
    return boundedId(decodeURIComponent(raw));
  } catch {
    return null;
  }
}
