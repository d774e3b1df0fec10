import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type HrTime, type Link } from "@opentelemetry/api";
import { TraceState } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace";
import {
  randomHex,
  type CallRecord,
  type Divergence,
  type EgressCallRecord,
  type ExchangeRecord,
  type ItemRecord,
  type LoneCallRecord,
  type NoiseCause,
  type ServerTiming,
  type Side,
} from "../model/index.ts";
import { comparedAt } from "./calls.ts";
import type { Firsts } from "./firsts.ts";

/** Who says it. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly scope: { readonly name: string; readonly version: string };
}

/** By the name of a route: by which scheme clients call it, and where its sides are. */
export type RoutePlaces = ReadonlyMap<
  string,
  {
    readonly scheme: string;
    readonly servers: Readonly<Partial<Record<Side, { readonly address: string; readonly port: number }>>>;
  }
>;

/** Who says it of a delivery. */
export interface TraceOrigin extends SpanOrigin {
  readonly routes: RoutePlaces;
  readonly firsts: Firsts;
}

/** A span before it is in the SDK's shape. Times are milliseconds since the epoch. */
interface Draft {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly failed?: boolean;
  readonly events?: readonly TimedEvent[];
  readonly eventsDropped?: number;
  /** It links to the first ones of their groups. */
  readonly divergences?: readonly Divergence[];
}

/** Divergence events on one span; the rest is a count. */
const maxEvents = 100;
/** RFC 9110, section 9, and PATCH; any other method is `_OTHER`, by the HTTP semantic conventions, to keep names few. */
const methods = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"]);

/**
 * The trace of a delivery, made after the fact with the ids that its `traceparent` fields went out with: both handlers'
 * own spans hang below `legacy` and `candidate`, and what they call outside below these. The caller sees to it that the
 * trace is to be exported.
 */
export function spansOf(record: ExchangeRecord, origin: TraceOrigin): readonly ReadableSpan[] {
  const place = origin.routes.get(record.route);
  const drafts = [
    serverSpan(record, place?.scheme ?? "http"),
    ...record.calls.map((call) => callSpan(record, call, place?.servers[call.side])),
    ...record.egress.map((call) => egressSpan(record.receivedAt, call)),
    ...record.items.flatMap((item, i) => (item.state.state === "skipped" ? [] : [compareSpan(record, item, i)])),
  ];
  const context = contextOf(record, drafts);
  return drafts.map((draft) => {
    const span = readable(draft, context, origin);
    const { divergences = [] } = draft;
    return divergences.length === 0 ? span : linked(span, origin.firsts.linksFrom(span.spanContext(), divergences));
  });
}

function linked(span: ReadableSpan, links: Link[]): ReadableSpan {
  return { ...span, links };
}

/** Of a call outside that no exchange tells of: it hangs on what its own `traceparent` named. */
export function spanOf({ traceId, receivedAt, call }: LoneCallRecord, origin: SpanOrigin): ReadableSpan {
  return readable(egressSpan(receivedAt, call), { traceId, isRemote: () => true, traceState: null }, origin);
}

/** The trace that spans belong to. */
interface Context {
  readonly traceId: string;
  /** Whether a span is none of ours. */
  readonly isRemote: (spanId: string) => boolean;
  readonly traceState: TraceState | null;
}

function contextOf({ trace: { traceId, tracestate } }: ExchangeRecord, drafts: readonly Draft[]): Context {
  const ours = new Set(drafts.map(({ spanId }) => spanId));
  const traceState = tracestate === null ? null : new TraceState(tracestate);
  return { traceId, isRemote: (spanId) => !ours.has(spanId), traceState };
}

function readable(draft: Draft, { traceId, isRemote, traceState }: Context, origin: SpanOrigin): ReadableSpan {
  const contextAt = (spanId: string, remote: boolean) => ({
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: remote,
    ...(traceState === null ? {} : { traceState }),
  });
  const context = contextAt(draft.spanId, false);
  const { parentSpanId: parent } = draft;
  return {
    name: draft.name,
    kind: draft.kind,
    spanContext: () => context,
    ...(parent === null ? {} : { parentSpanContext: contextAt(parent, isRemote(parent)) }),
    startTime: hrTime(draft.startMs),
    endTime: hrTime(draft.endMs),
    duration: hrTime(draft.endMs - draft.startMs),
    status: { code: draft.failed === true ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: draft.attributes,
    links: [],
    events: [...(draft.events ?? [])],
    ended: true,
    resource: origin.resource,
    instrumentationScope: origin.scope,
    droppedAttributesCount: 0,
    droppedEventsCount: draft.eventsDropped ?? 0,
    droppedLinksCount: 0,
  };
}

function serverSpan(record: ExchangeRecord, scheme: string): Draft {
  const { trace, status, receivedAt, request } = record;
  const failed = status === null || status >= 500;
  return {
    name: [methods.has(record.method) ? record.method : "HTTP", request?.route ?? []].flat().join(" "),
    kind: SpanKind.SERVER,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId,
    startMs: receivedAt,
    endMs: receivedAt + record.latencyMs,
    attributes: {
      ...methodOf(record),
      ...(request === undefined ? {} : requestOf(request, scheme)),
      // The client went away or the answer broke off: there is no word for it in the conventions.
      ...(status === null ? { "error.type": "incomplete" } : statusOf(status, failed)),
      "sombra.exchange": record.exchange,
      "sombra.route": record.route,
      "sombra.mode": record.mode,
      "sombra.items": record.items.length,
      "sombra.answered_by": record.answeredBy,
      "sombra.overhead_ms": record.overheadMs,
      "sombra.flag_version": record.flagVersion,
      ...(trace.sampled ? {} : { "sombra.sampled": "tail" }),
    },
    failed,
  };
}

function requestOf(
  { route, path, protocolVersion }: NonNullable<ExchangeRecord["request"]>,
  scheme: string,
): Attributes {
  return {
    "url.scheme": scheme,
    "url.path": path,
    "http.route": route,
    "network.protocol.version": protocolVersion,
  };
}

function callSpan(record: ExchangeRecord, part: CallRecord, server: EgressCallRecord["server"] = null): Draft {
  const { side } = part;
  const failed = part.status === null || part.status >= 400;
  return {
    name: side,
    kind: SpanKind.CLIENT,
    spanId: part.spanId,
    parentSpanId: record.trace.spanId,
    startMs: record.receivedAt + part.startMs,
    endMs: record.receivedAt + part.endMs,
    attributes: {
      ...methodOf(record),
      ...serverOf(server),
      ...(part.status === null ? { "error.type": part.failure ?? "_OTHER" } : statusOf(part.status, failed)),
      "sombra.side": side,
      "sombra.items": part.items.length,
      "sombra.waited_ms": part.waitedMs,
    },
    events: (part.serverTiming ?? []).map((timing) => timingEvent(timing, record.receivedAt + part.endMs)),
    failed,
  };
}

/** Whom a call is about never shows: in the place of the whole address (`url.full`) there is its template. */
function egressSpan(receivedAt: number, call: EgressCallRecord): Draft {
  const { side, upstream, kind, path, server, disposition, status } = call;
  const failed = status === null || status >= 400;
  const method = methods.has(call.method) ? call.method : "HTTP";
  return {
    name: path === null ? method : `${method} ${path}`,
    kind: SpanKind.CLIENT,
    spanId: randomHex(8),
    parentSpanId: call.parentSpanId,
    startMs: receivedAt + call.startMs,
    endMs: receivedAt + call.endMs,
    attributes: {
      ...methodOf(call),
      ...(path === null ? {} : { "url.template": path }),
      ...serverOf(server),
      ...(status === null ? { "error.type": "incomplete" } : statusOf(status, failed)),
      "sombra.side": side,
      "sombra.upstream": upstream,
      "sombra.effect": kind,
      "sombra.disposition": disposition,
    },
    failed,
  };
}

function compareSpan(record: ExchangeRecord, item: ItemRecord, index: number): Draft {
  const { state, divergences, divergenceCount } = item;
  const startMs = record.receivedAt + comparedAt(record, index);
  const endMs = startMs + item.compareMs;
  const shown = divergences.slice(0, maxEvents);
  return {
    name: "compare",
    kind: SpanKind.INTERNAL,
    spanId: randomHex(8),
    parentSpanId: record.trace.spanId,
    startMs,
    endMs,
    attributes: {
      "sombra.exchange": record.exchange,
      "sombra.route": record.route,
      "sombra.mode": item.mode,
      "sombra.item_kind": item.kind,
      "sombra.verdict": state.state === "compared" ? state.substate : state.state,
      "sombra.divergences": divergenceCount,
      ...(item.notCompared === undefined ? {} : { "sombra.not_compared": item.notCompared }),
      ...(item.overlapping ? { "sombra.overlapping": true } : {}),
      ...(item.orderUncertain ? { "sombra.order_uncertain": true } : {}),
      ...(state.state === "failed" ? { "error.type": state.substate } : {}),
    },
    divergences: shown,
    events: shown.map((divergence) => divergenceEvent(divergence, endMs)),
    eventsDropped: Math.max(0, divergenceCount - Math.min(divergences.length, maxEvents)),
  };
}

function divergenceEvent(divergence: Divergence, atMs: number): TimedEvent {
  const { path, kind, severity, signature, downstream, change, noise } = divergence;
  const attributes = { path, kind, severity, signature, downstream, change };
  return {
    name: "sombra.divergence",
    time: hrTime(atMs),
    attributes: noise === null ? attributes : { ...attributes, noise: causeOf(noise) },
  };
}

function causeOf(noise: NoiseCause): string {
  if (noise.by === "twin") return "twin";
  return noise.by === "class" ? `class:${noise.class}` : `rule:${noise.rule}`;
}

/** When within the call it was is not said. */
function timingEvent({ name, durationMs, description }: ServerTiming, atMs: number): TimedEvent {
  const attributes = {
    name,
    ...(durationMs === null ? {} : { duration_ms: durationMs }),
    ...(description === null ? {} : { description }),
  };
  return { name: "sombra.server_timing", time: hrTime(atMs), attributes };
}

function serverOf(server: EgressCallRecord["server"]): Attributes {
  return server === null ? {} : { "server.address": server.address, "server.port": server.port };
}

function methodOf({ method }: Pick<ExchangeRecord, "method">): Attributes {
  return { "http.request.method": methods.has(method) ? method : "_OTHER" };
}

function statusOf(status: number, failed: boolean): Attributes {
  return { "http.response.status_code": status, ...(failed ? { "error.type": String(status) } : {}) };
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.min(Math.round((ms - seconds * 1_000) * 1e6), 999_999_999)];
}
