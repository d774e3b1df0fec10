import type { IncomingMessage } from "node:http";
import { headerCount, headerValue } from "./headers.ts";

/** Ways in which a request that node's parser let through is still ambiguous (RFC 9112 sections 3.2, 6.1). */
export type Refusal = "duplicate-host" | "transfer-coding" | "target";

const visible = /^[\u0021-\u00ff]+$/;

/** Why a request is answered with 400 and never passed on; null: it is fine. */
export function refusalOf(request: IncomingMessage): Refusal | null {
  const raw = request.rawHeaders;
  if (headerCount(raw, "host") > 1) return "duplicate-host";
  const coding = headerValue(raw, "transfer-encoding");
  if (coding !== null && (coding.trim().toLowerCase() !== "chunked" || headerCount(raw, "transfer-encoding") > 1)) {
    return "transfer-coding";
  }
  const target = request.url ?? "";
  const known = target.startsWith("/") || target.startsWith("http://") || target.startsWith("https://");
  if (!(known || (target === "*" && request.method === "OPTIONS")) || !visible.test(target)) return "target";
  return null;
}
