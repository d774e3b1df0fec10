import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { headerValue, type RawHeaders } from "../http/index.ts";

/** What a kept body, small as it is coded, may come to. */
const maxPlainBytes = 1_048_576;

/** A body without its content coding (RFC 9110 section 8.4); null where that is not to be had. */
export function plainBody(body: Buffer, headers: RawHeaders): Buffer | null {
  const options = { maxOutputLength: maxPlainBytes };
  try {
    switch ((headerValue(headers, "content-encoding") ?? "identity").trim().toLowerCase()) {
      case "identity":
      case "":
        return body;
      case "gzip":
      case "x-gzip":
        return gunzipSync(body, options);
      case "deflate":
        return inflateSync(body, options);
      case "br":
        return brotliDecompressSync(body, options);
      case "zstd":
        return zstdDecompressSync(body, options);
      default:
        return null;
    }
  } catch {
    return null;
  }
}
