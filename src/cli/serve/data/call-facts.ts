import type { FindRule, RecordedCall } from "../../../effects/index.ts";
import type { ItemEffects } from "../../../exchanges/index.ts";
import { serverTimings } from "../../../http/index.ts";
import type {
  CallFacts,
  CallRecord,
  EgressCallRecord,
  Effect,
  ExchangeRecord,
  LoneCallRecord,
} from "../../../model/index.ts";
import type { SidePart } from "../../../mirror/index.ts";
import type { Delivery } from "../../../proxy/index.ts";
import { graphPath } from "../../../whatsapp/index.ts";
import type { Config } from "../../config/index.ts";

export interface CallFactsDeps {
  readonly upstreams: Config["egress"]["upstreams"];
  readonly rules: FindRule;
}

/** Reads of a call what its span shows. */
export function createCallFacts({ upstreams, rules }: CallFactsDeps): (call: RecordedCall) => CallFacts {
  const servers = new Map(upstreams.map(({ name, url }) => [name, serverAt(url)]));
  return ({ upstream, method, target, status, disposition, startMs, endMs, parentSpanId, sampled }) => ({
    upstream,
    method,
    // Of other APIs it is not known what in a path is data: whoever wrote a rule for one said so.
    path: speaksGraph(upstream) ? graphPath(target) : (rules({ upstream, method, target })?.match.path ?? null),
    server: disposition === "released" || disposition === "failed" ? (servers.get(upstream) ?? null) : null,
    status,
    durationMs: endMs - startMs,
    parentSpanId,
    sampled,
  });
}

function speaksGraph(upstream: string): boolean {
  return upstream === "graph" || upstream === "lookaside";
}

export function serverAt(url: string): NonNullable<CallFacts["server"]> {
  const { hostname, port, protocol } = new URL(url);
  return { address: hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

/** A call to a side, as of the delivery's receipt. `everyItem`: what it was about where nothing was judged. */
export function callRecordOf(part: SidePart, receivedMs: number, everyItem: readonly number[]): CallRecord {
  const { side, errand, spanId, startMs, endMs, outcome } = part;
  const serverTiming = outcome.kind === "answered" ? serverTimings(outcome.answer.rawHeaders) : [];
  return {
    side,
    items: errand?.items ?? everyItem,
    spanId,
    startMs: startMs - receivedMs,
    endMs: endMs - receivedMs,
    latencyMs: outcome.latencyMs,
    waitedMs: outcome.waitedMs,
    status: outcome.kind === "answered" ? outcome.answer.status : null,
    failure: outcome.kind === "failed" ? outcome.failure : null,
    ...(serverTiming.length === 0 ? {} : { serverTiming }),
  };
}

/** What is below a route's path may be about somebody. */
export function requestOf({ route, head, protocolVersion }: Delivery): Pick<ExchangeRecord, "request"> {
  if (protocolVersion === undefined) return {};
  const [path = "/"] = head.target.split("?", 1);
  const below = path === route.path ? route.path : `${route.path === "/" ? "" : route.path}/{rest}`;
  return { request: { route: route.path, path: below, protocolVersion } };
}

const maxCalls = 50;

/** A delivery that is over, with what its sides did outside, by item. */
interface Over {
  readonly delivery: Delivery;
  readonly parts: readonly SidePart[];
  readonly effects: readonly ItemEffects[];
}

/** The calls that its trace shows. */
export function egressCallsOf({ delivery, parts, effects }: Over): readonly EgressCallRecord[] {
  const calls: EgressCallRecord[] = [];
  for (const [item, { legacy, candidate, twin }] of effects.entries()) {
    for (const { side, kind, disposition, traceId, atMs, call } of [...legacy, ...candidate, ...twin]) {
      if (call === undefined) continue;
      const { durationMs, parentSpanId, sampled: _, ...facts } = call;
      const part = parts.findLast((one) => one.side === side && (one.errand?.items.includes(item) ?? true));
      const own = traceId === delivery.trace.traceId ? parentSpanId : null;
      // Its time is of the wall clock, perhaps another machine's: no call was made before its side was asked.
      const startMs = Math.max(
        atMs - delivery.receivedAt,
        (part?.startMs ?? delivery.receivedMs) - delivery.receivedMs,
      );
      calls.push({
        ...facts,
        side,
        kind,
        disposition,
        startMs,
        endMs: startMs + durationMs,
        parentSpanId: own ?? part?.spanId ?? delivery.trace.spanId,
      });
    }
  }
  return calls.toSorted((one, other) => one.startMs - other.startMs).slice(0, maxCalls);
}

/** A call that hangs on nothing but its own `traceparent`; null: that names no trace, or one that is not recorded. */
export function loneCallOf({ side, kind, disposition, traceId, atMs, call }: Effect): LoneCallRecord | null {
  if (call === undefined || traceId === null || call.parentSpanId === null || !call.sampled) return null;
  const { durationMs, parentSpanId, sampled: _, ...facts } = call;
  return {
    traceId,
    receivedAt: atMs,
    call: { ...facts, side, kind, disposition, startMs: 0, endMs: durationMs, parentSpanId },
  };
}
