/** How a body is read: `json` by structure, `form` by field, `text` by lines, `bytes` by hash. */
export type BodyClass = "json" | "form" | "text" | "bytes";

const TEXT_TYPES: ReadonlySet<string> = new Set([
  "application/xml",
  "application/javascript",
  "application/yaml",
  "application/x-ndjson",
  "application/jsonl",
]);

/** The class of a `Content-Type`; null where none was declared. */
export function bodyClassOf(contentType: string | undefined): BodyClass | null {
  const semicolon = contentType?.indexOf(";") ?? -1;
  const type = (semicolon < 0 ? contentType : contentType?.slice(0, semicolon))?.trim().toLowerCase();
  if (type === undefined || type === "") return null;
  if (type === "application/json" || type === "text/json" || type.endsWith("+json")) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type.startsWith("text/") || type.endsWith("+xml") || TEXT_TYPES.has(type)) return "text";
  return "bytes";
}
