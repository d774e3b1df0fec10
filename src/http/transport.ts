import { monotonic } from "../lib/clock.ts";
import type { Call, CallRequest, CallSink, Transport } from "./call.ts";
import { createLean } from "./lean.ts";
import type { LeanRequest } from "./lean-call.ts";
import { createPlain } from "./plain.ts";
import { createPool, PooledCall, type PoolOptions } from "./pooled.ts";
import { servernameOf } from "./upstream-host.ts";

/** undici would send these otherwise than they came; see `createPlain`. */
function needsPlain({ chunked, target }: CallRequest): boolean {
  return chunked || !target.startsWith("/");
}

function isWhole(request: CallRequest): request is LeanRequest {
  return request.body === null || Buffer.isBuffer(request.body);
}

/**
 * Calls one upstream: with a whole body by the lean client, with one that still comes in through undici's pool, and plainly what
 * neither sends as it came or where no connection is to be kept.
 */
export function createTransport(url: URL, options: PoolOptions): Transport {
  const plain = createPlain(url, options);
  if (options.keepAliveMs === 0) return plain;
  const pool = createPool(url.origin, servernameOf(url), options);
  const lean = createLean(url, options, monotonic);
  return {
    call(request: CallRequest, sink: CallSink): Call {
      if (needsPlain(request)) return plain.call(request, sink);
      if (isWhole(request)) return lean.call(request, sink);
      const call = new PooledCall(sink);
      call.dispatch(pool, request);
      return call;
    },
    async close() {
      await Promise.all([lean.close(), plain.close(), pool.close()]);
    },
    async destroy() {
      await Promise.all([lean.destroy(), plain.destroy(), pool.destroy()]);
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
