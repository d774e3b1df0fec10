import type { Call, CallRequest, CallSink, Transport } from "./call.ts";
import { headerValue } from "./headers.ts";
import { plainCall } from "./plain.ts";
import { servernameOf } from "./upstream-host.ts";
import { createPool, PooledCall, type PoolOptions } from "./pooled.ts";

/** undici drops a zero content-length on all other methods. */
const expectPayload: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"]);

/** undici would send these otherwise than they came; see `plainCall`. */
function needsPlain(request: CallRequest): boolean {
  if (request.chunked || !request.target.startsWith("/")) return true;
  return !expectPayload.has(request.method) && headerValue(request.headers, "content-length") === "0";
}

/** Calls one upstream: through a pool of its own, or plainly where the pool cannot. */
export function createTransport(url: URL, options: PoolOptions): Transport {
  const pool = createPool(url.origin, servernameOf(url), options);
  return {
    call(request: CallRequest, sink: CallSink): Call {
      if (needsPlain(request)) return plainCall(url, request, sink);
      const call = new PooledCall(sink);
      call.dispatch(pool, request);
      return call;
    },
    close: () => pool.close(),
    destroy: () => pool.destroy(),
  };
}

const authority = /^https?:\/\/[^/?#]*/;

/** The request target at an upstream: as it came, or below its base path (absolute form becomes origin form then). */
export function targetAt(upstream: URL, target: string): string {
  if (upstream.pathname === "/" || target === "*") return target;
  const path = target.replace(authority, "");
  return upstream.pathname.replace(/\/$/, "") + (path.startsWith("/") ? path : `/${path}`);
}
