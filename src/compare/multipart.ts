import { createMultipart } from "../lib/multipart.ts";

/** A part of a multipart body. */
export interface Part {
  /** By names in lower case; what a name has more than once is one value. */
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

/** The parts of a multipart body in order; null where it is none. What comes before the first and after the last is none. */
export function partsOf(body: Buffer, boundary: string): readonly Part[] | null {
  const found: { readonly headers: Part["headers"] | null; readonly pieces: Uint8Array[] }[] = [];
  const read = createMultipart(boundary, (header) => {
    const pieces: Uint8Array[] = [];
    found.push({ headers: headersOf(header), pieces });
    return (piece) => pieces.push(piece);
  });
  if (!read(body)) return null;
  const parts: Part[] = [];
  for (const { headers, pieces } of found) {
    if (headers === null) return null;
    parts.push({ headers, content: Buffer.concat(pieces) });
  }
  return parts;
}

/** Lines of `Name: value`; one that begins with white space goes on with the one before (RFC 5322, 2.2.3). */
function headersOf(header: string): Part["headers"] | null {
  const headers = new Map<string, string>();
  for (const line of header.replaceAll(/\r\n(?=[ \t])/g, "").split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 0 && line.trim() === "") continue;
    if (colon < 0) return null;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

/** RFC 7578, 4.2. */
export function fieldNameOf({ headers }: Part): string | null {
  const match = /;\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(headers.get("content-disposition") ?? "");
  const name = match?.[1] ?? match?.[2] ?? null;
  return name === null ? null : Buffer.from(name, "latin1").toString("utf8");
}
