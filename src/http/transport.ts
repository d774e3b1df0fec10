import type { Call, CallRequest, CallSink, Transport } from "./call.ts";
import { headerValue } from "./headers.ts";
import { createPlain } from "./plain.ts";
import { createPool, PooledCall, type PoolOptions } from "./pooled.ts";
import { servernameOf } from "./upstream-host.ts";

/** undici drops a zero content-length on all other methods. */
const expectPayload: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"]);

/** undici would send these otherwise than they came; see `createPlain`. */
function needsPlain(request: CallRequest): boolean {
  if (request.chunked || !request.target.startsWith("/")) return true;
  return !expectPayload.has(request.method) && headerValue(request.headers, "content-length") === "0";
}

/** Calls one upstream: through a pool of its own, or plainly where the pool cannot or none is wanted. */
export function createTransport(url: URL, options: PoolOptions): Transport {
  const plain = createPlain(url, options);
  if (options.keepAliveMs === 0) return plain;
  const pool = createPool(url.origin, servernameOf(url), options);
  return {
    call(request: CallRequest, sink: CallSink): Call {
      if (needsPlain(request)) return plain.call(request, sink);
      const call = new PooledCall(sink);
      call.dispatch(pool, request);
      return call;
    },
    async close() {
      await Promise.all([plain.close(), pool.close()]);
    },
    async destroy() {
      await Promise.all([plain.destroy(), pool.destroy()]);
    },
  };
}

const authority = /^https?:\/\/[^/?#]*/;

/** The request target at an upstream: as it came, or below its base path (absolute form becomes origin form then). */
export function targetAt(upstream: URL, target: string): string {
  if (upstream.pathname === "/" || target === "*") return target;
  const path = target.replace(authority, "");
  return upstream.pathname.replace(/\/$/, "") + (path.startsWith("/") ? path : `/${path}`);
}
