import type { AdminDeps } from "./deps.ts";

/** Estimates in milliseconds; null: nothing was recorded. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** The latencies of a route, in the shape of `GET /api/routes`. */
export interface RouteLatency {
  readonly latency_ms: { readonly legacy: Quantiles; readonly candidate: Quantiles };
  /** Candidate minus legacy, of dual-run items. */
  readonly added_latency_ms: Quantiles;
  readonly overhead_ms: Quantiles;
}

export function latencyOf(book: AdminDeps["book"], route: string): RouteLatency {
  const side = (name: "legacy" | "candidate"): Quantiles =>
    quantiles((q) => book.quantile("latency_ms", { route, side: name }, q));
  return {
    latency_ms: { legacy: side("legacy"), candidate: side("candidate") },
    added_latency_ms: quantiles((q) => book.quantile("sombra_added_latency_ms", { route }, q)),
    overhead_ms: quantiles((q) => book.quantile("sombra_overhead_ms", { route }, q)),
  };
}

function quantiles(at: (q: number) => number | null): Quantiles {
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
