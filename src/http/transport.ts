import { monotonic } from "../lib/clock.ts";
import type { Call, CallRequest, CallSink, Transport } from "./call.ts";
import { headerValue } from "./headers.ts";
import { createLean, type LeanRequest } from "./lean.ts";
import { createPlain } from "./plain.ts";
import { createPool, PooledCall, type PoolOptions } from "./pooled.ts";
import { expectPayload } from "./request-head.ts";
import { servernameOf } from "./upstream-host.ts";

/** undici would send these otherwise than they came; see `createPlain`. */
function needsPlain(request: CallRequest): boolean {
  if (request.chunked || !request.target.startsWith("/")) return true;
  return !expectPayload.has(request.method) && headerValue(request.headers, "content-length") === "0";
}

export interface TransportOptions extends PoolOptions {
  /** Whole bodies go by the lean client, where the upstream's is no TLS. */
  readonly lean?: boolean;
}

function isWhole(request: CallRequest): request is LeanRequest {
  return !request.chunked && request.target.startsWith("/") && (request.body === null || Buffer.isBuffer(request.body));
}

/** Calls one upstream: through a pool of its own, or plainly where the pool cannot or none is wanted. */
export function createTransport(url: URL, options: TransportOptions): Transport {
  const plain = createPlain(url, options);
  if (options.keepAliveMs === 0) return plain;
  const pool = createPool(url.origin, servernameOf(url), options);
  const lean = options.lean === true && url.protocol === "http:" ? createLean(url, options, monotonic) : null;
  return {
    call(request: CallRequest, sink: CallSink): Call {
      if (lean !== null && isWhole(request)) return lean.call(request, sink);
      if (needsPlain(request)) return plain.call(request, sink);
      const call = new PooledCall(sink);
      call.dispatch(pool, request);
      return call;
    },
    async close() {
      await Promise.all([lean?.close(), plain.close(), pool.close()]);
    },
    async destroy() {
      await Promise.all([lean?.destroy(), plain.destroy(), pool.destroy()]);
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
