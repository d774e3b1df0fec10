import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type HrTime } from "@opentelemetry/api";
import { TraceState } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { randomHex, type CallRecord, type Divergence, type ExchangeRecord, type ItemRecord } from "../model/index.ts";
import { comparedAt } from "./calls.ts";

/** Who says it. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly scope: { readonly name: string; readonly version: string };
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
  readonly divergences?: readonly Divergence[];
  readonly divergencesDropped?: number;
}

/** Divergence events on one span; the rest is a count. */
const maxEvents = 100;
/** RFC 9110, section 9, and PATCH; any other method is `_OTHER`, by the HTTP semantic conventions, to keep names few. */
const methods = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"]);

/**
 * The trace of a delivery, made after the fact with the ids that its `traceparent` fields went out with: both handlers'
 * own spans hang below `legacy` and `candidate`. The caller sees to it that the trace is sampled.
 */
export function spansOf(record: ExchangeRecord, origin: SpanOrigin): readonly ReadableSpan[] {
  const drafts = [
    serverSpan(record),
    ...record.calls.map((call) => callSpan(record, call)),
    ...record.items.flatMap((item, i) => (item.state.state === "skipped" ? [] : [compareSpan(record, item, i)])),
  ];
  const { tracestate } = record.trace;
  const traceState = tracestate === null ? null : new TraceState(tracestate);
  return drafts.map((draft) => {
    const contextOf = (spanId: string) => ({
      traceId: record.trace.traceId,
      spanId,
      traceFlags: TraceFlags.SAMPLED,
      isRemote: spanId === record.trace.parentSpanId,
      ...(traceState === null ? {} : { traceState }),
    });
    const context = contextOf(draft.spanId);
    return {
      name: draft.name,
      kind: draft.kind,
      spanContext: () => context,
      ...(draft.parentSpanId === null ? {} : { parentSpanContext: contextOf(draft.parentSpanId) }),
      startTime: hrTime(draft.startMs),
      endTime: hrTime(draft.endMs),
      duration: hrTime(draft.endMs - draft.startMs),
      status: { code: draft.failed === true ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: draft.attributes,
      links: [],
      events: (draft.divergences ?? []).map((divergence) => divergenceEvent(divergence, draft.endMs)),
      ended: true,
      resource: origin.resource,
      instrumentationScope: origin.scope,
      droppedAttributesCount: 0,
      droppedEventsCount: draft.divergencesDropped ?? 0,
      droppedLinksCount: 0,
    };
  });
}

function serverSpan(record: ExchangeRecord): Draft {
  const { trace, status, receivedAt } = record;
  const failed = status === null || status >= 500;
  return {
    name: `${methods.has(record.method) ? record.method : "HTTP"} ${record.route}`,
    kind: SpanKind.SERVER,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId,
    startMs: receivedAt,
    endMs: receivedAt + record.latencyMs,
    attributes: {
      ...methodOf(record),
      // The client went away or the answer broke off: there is no word for it in the conventions.
      ...(status === null ? { "error.type": "incomplete" } : statusOf(status, failed)),
      "sombra.exchange": record.exchange,
      "sombra.route": record.route,
      "sombra.mode": record.mode,
      "sombra.items": record.items.length,
      "sombra.answered_by": record.answeredBy,
      "sombra.overhead_ms": record.overheadMs,
      "sombra.flag_version": record.flagVersion,
    },
    failed,
  };
}

function callSpan(record: ExchangeRecord, part: CallRecord): Draft {
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
      ...(part.status === null ? { "error.type": part.failure ?? "_OTHER" } : statusOf(part.status, failed)),
      "sombra.side": side,
      "sombra.items": part.items.length,
      "sombra.waited_ms": part.waitedMs,
    },
    failed,
  };
}

function compareSpan(record: ExchangeRecord, item: ItemRecord, index: number): Draft {
  const { state, divergences, divergenceCount } = item;
  const startMs = record.receivedAt + comparedAt(record, index);
  return {
    name: "compare",
    kind: SpanKind.INTERNAL,
    spanId: randomHex(8),
    parentSpanId: record.trace.spanId,
    startMs,
    endMs: startMs + item.compareMs,
    attributes: {
      "sombra.exchange": record.exchange,
      "sombra.route": record.route,
      "sombra.mode": item.mode,
      "sombra.item_kind": item.kind,
      "sombra.verdict": state.state === "compared" ? state.substate : state.state,
      "sombra.divergences": divergenceCount,
      ...(item.orderUncertain ? { "sombra.order_uncertain": true } : {}),
      ...(state.state === "failed" ? { "error.type": state.substate } : {}),
    },
    divergences: divergences.slice(0, maxEvents),
    divergencesDropped: Math.max(0, divergenceCount - Math.min(divergences.length, maxEvents)),
  };
}

function divergenceEvent({ path, kind, severity, signature }: Divergence, atMs: number) {
  return { name: "sombra.divergence", time: hrTime(atMs), attributes: { path, kind, severity, signature } };
}

function methodOf({ method }: ExchangeRecord): Attributes {
  return { "http.request.method": methods.has(method) ? method : "_OTHER" };
}

function statusOf(status: number, failed: boolean): Attributes {
  return { "http.response.status_code": status, ...(failed ? { "error.type": String(status) } : {}) };
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.min(Math.round((ms - seconds * 1_000) * 1e6), 999_999_999)];
}
