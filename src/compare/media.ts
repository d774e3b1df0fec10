import { createRecent } from "../lib/recent.ts";

/** How a body is read: `json` and `xml` by structure, `form` by field, `multipart` by part, `text` by lines, `bytes` by hash. */
export type BodyClass = "json" | "xml" | "form" | "multipart" | "text" | "bytes";

/** What a `Content-Type` says of a body. */
export interface Media {
  readonly class: BodyClass;
  /** Lower case; null: not declared. */
  readonly charset: string | null;
  /** Of `multipart`. */
  readonly boundary: string | null;
  /** Of `multipart`: parts are fields of a form, known by their names (RFC 7578). */
  readonly fields: boolean;
}

const TEXT_TYPES: ReadonlySet<string> = new Set([
  "application/javascript",
  "application/yaml",
  "application/x-ndjson",
  "application/jsonl",
]);

/** Where neither side declares a type: as JSON, else text, else bytes. */
export const UNDECLARED: Media = { class: "json", charset: null, boundary: null, fields: false };

/** Handlers declare a few types again and again; what is longer is a boundary of its own each time. */
const MAX_KNOWN = 64;
const MAX_KNOWN_CHARACTERS = 64;
const known = createRecent<Media>(MAX_KNOWN);

/** What a `Content-Type` declares; null where there is none. */
export function mediaOf(contentType: string | undefined): Media | null {
  const before = contentType === undefined ? undefined : known.get(contentType);
  if (before !== undefined) return before;
  const media = read(contentType);
  if (contentType !== undefined && media !== null && contentType.length <= MAX_KNOWN_CHARACTERS) {
    known.set(contentType, media);
  }
  return media;
}

function read(contentType: string | undefined): Media | null {
  const semicolon = contentType?.indexOf(";") ?? -1;
  const type = (semicolon < 0 ? contentType : contentType?.slice(0, semicolon))?.trim().toLowerCase();
  if (contentType === undefined || type === undefined || type === "") return null;
  const parameters = semicolon < 0 ? "" : contentType.slice(semicolon);
  return {
    class: classOf(type),
    charset: parameterOf(parameters, CHARSET)?.toLowerCase() ?? null,
    boundary: type.startsWith("multipart/") ? parameterOf(parameters, BOUNDARY) : null,
    fields: type === "multipart/form-data",
  };
}

function classOf(type: string): BodyClass {
  if (type === "application/json" || type === "text/json" || type.endsWith("+json")) return "json";
  if (type === "application/xml" || type === "text/xml" || type.endsWith("+xml")) return "xml";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type.startsWith("multipart/")) return "multipart";
  return type.startsWith("text/") || TEXT_TYPES.has(type) ? "text" : "bytes";
}

const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i;
const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i;

function parameterOf(parameters: string, pattern: RegExp): string | null {
  if (parameters === "") return null;
  const match = pattern.exec(parameters);
  return match?.[1] ?? match?.[2] ?? null;
}
