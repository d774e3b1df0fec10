import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { headerValues } from "./header-values.ts";
import { NotComparable } from "./not-comparable.ts";

const MAX_DECODED_BYTES = 16 * 1024 * 1024;

/** More codings on one body than this is not something a handler does. */
const MAX_CODINGS = 4;

const LIMIT = { maxOutputLength: MAX_DECODED_BYTES };

/** The content codings of an answer in the order they were applied (RFC 9110, 8.4), lower case, without `identity`. */
export function contentCodings(rawHeaders: readonly string[]): readonly string[] {
  const values = headerValues(rawHeaders, "content-encoding");
  if (values.length === 0) return values;
  return values
    .join(",")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
}

/** Undoes the codings, each to a bound. Throws where it cannot; see `reasonOf`. */
export function decodeBody(body: Buffer, codings: readonly string[]): Buffer {
  if (codings.length > MAX_CODINGS) throw new NotComparable("unknown-coding");
  // An answer to HEAD and a 304 name a coding and have no body.
  return body.length === 0 ? body : codings.reduceRight(undo, body);
}

function undo(bytes: Buffer, coding: string): Buffer {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return gunzipSync(bytes, LIMIT);
    case "deflate":
      return hasZlibHeader(bytes) ? inflateSync(bytes, LIMIT) : inflateRawSync(bytes, LIMIT);
    case "br":
      return brotliDecompressSync(bytes, LIMIT);
    case "zstd":
      return zstdDecompressSync(bytes, LIMIT);
    default:
      throw new NotComparable("unknown-coding");
  }
}

/**
 * `deflate` means the zlib format (RFC 9110, 8.4.1.2), yet some servers send the bare stream. The zlib header
 * (RFC 1950, 2.2) says method 8 and is a multiple of 31; a bare stream that begins so would be a stored block with
 * non-zero padding.
 */
function hasZlibHeader(bytes: Buffer): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}
