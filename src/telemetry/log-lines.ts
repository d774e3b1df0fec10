import type { Divergence, ExchangeRecord, ItemRecord, Severity } from "../model/index.ts";
import type { SombraEvent } from "./events.ts";
import { callOf, comparedAt, legacyCallOf } from "./calls.ts";

/** From the most to the least talkative; `silent` leaves the `started` lines, which scripts read ports from. */
export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line of the log (SPEC 9) as it is written. */
export interface LogLine {
  readonly timestamp: string;
  readonly level: Exclude<LogLevel, "silent">;
  readonly event: string;
  readonly tag: string;
  /** null: it is about no delivery. */
  readonly trace_id: string | null;
  readonly [field: string]: unknown;
}

type Head = Pick<LogLine, "level" | "tag">;

/** `timestamp`: milliseconds since the epoch. */
export function lineOfEvent(event: SombraEvent, timestamp: number): LogLine {
  const { event: name, ...fields } = event;
  return { timestamp: iso(timestamp), event: name, ...headOf(event), trace_id: null, ...fields };
}

function headOf(event: SombraEvent): Head {
  switch (event.event) {
    case "started":
    case "stopped":
    case "setting":
    case "alarm_over":
      return { level: "info", tag: "SOMBRA" };
    case "config":
    case "problem":
    case "logs_dropped":
      return { level: "warn", tag: "SOMBRA" };
    case "alarm":
      return { level: "error", tag: "SOMBRA" };
    case "mode":
    case "rollout_phase":
    case "rollout_leader":
    case "checkpoint":
      return { level: "info", tag: "ROLLOUT" };
    case "rollback":
    case "rollout_due":
      return { level: "warn", tag: "ROLLOUT" };
    case "notification":
      return { level: event.outcome === "sent" ? "info" : "warn", tag: "ROLLOUT" };
    case "flag_changed":
      return { level: "info", tag: "FEATURE_FLAG" };
    case "store":
      return { level: event.up ? "info" : "warn", tag: "SOMBRA" };
    case "kill":
      return { level: "warn", tag: "ROLLOUT" };
  }
}

/** The lines of an exchange: its flag checks, its answer, the canonical events of its sides, its comparisons. */
export function linesOfExchange(record: ExchangeRecord): readonly LogLine[] {
  return [
    ...record.items.flatMap((item) => flagChecks(record, item)),
    delivery(record),
    ...record.items.flatMap((item, i) => canonicalEvents(record, item, i)),
    ...record.items.flatMap((item, i) => (item.state.state === "skipped" ? [] : [comparison(record, item, i)])),
  ];
}

function flagChecks(record: ExchangeRecord, item: ItemRecord): readonly LogLine[] {
  return item.flags.map(({ flag, value, reason }) => ({
    timestamp: iso(record.receivedAt),
    level: "info",
    event: "feature_flag_check",
    tag: "FEATURE_FLAG",
    trace_id: record.trace.traceId,
    flag_name: flag,
    enabled: value,
    shopper_id: item.shopper,
    reason,
  }));
}

function delivery(record: ExchangeRecord): LogLine {
  return {
    timestamp: iso(record.receivedAt + record.latencyMs),
    level: "info",
    event: "delivery",
    tag: "DELIVERY",
    trace_id: record.trace.traceId,
    route: record.route,
    mode: record.mode,
    items: record.items.length,
    answered_by: record.answeredBy,
    status: record.status,
    latency_ms: rounded(record.latencyMs),
    overhead_ms: rounded(record.overheadMs),
  };
}

const dispositions = { released: "published", held: "held", failed: "failed", refused: "skipped" } as const;

/** What the sides declared: events, and those that they could not publish. */
function canonicalEvents(record: ExchangeRecord, item: ItemRecord, index: number): readonly LogLine[] {
  return item.effects.flatMap(({ side, kind, disposition }) => {
    const [, type] = /^(?:event|publish-failure)\.(.+)$/.exec(kind) ?? [];
    if (type === undefined) return [];
    return {
      timestamp: iso(record.receivedAt + comparedAt(record, index)),
      level: "info" as const,
      event: "canonical_event",
      tag: "CANONICAL_EVENT",
      trace_id: record.trace.traceId,
      event_type: type,
      side,
      disposition: dispositions[disposition],
      shopper_id: item.shopper,
      reason: item.reason,
    };
  });
}

function comparison(record: ExchangeRecord, item: ItemRecord, index: number): LogLine {
  const legacy = legacyCallOf(record, index);
  const candidate = callOf(record, "candidate", index);
  return {
    timestamp: iso(record.receivedAt + comparedAt(record, index) + item.compareMs),
    level: "info",
    event: "dual_run_comparison",
    tag: "DUAL_RUN",
    trace_id: record.trace.traceId,
    exchange: record.exchange,
    route: record.route,
    item_kind: item.kind,
    mode: item.mode,
    shopper_id: item.shopper,
    legacy_status: legacy?.status ?? null,
    candidate_status: candidate?.status ?? null,
    legacy_ms: rounded(legacy?.latencyMs ?? null),
    candidate_ms: rounded(candidate?.latencyMs ?? null),
    added_latency_ms: rounded(item.addedLatencyMs),
    verdict: item.state.state === "compared" ? item.state.substate : item.state.state,
    ...(item.notCompared === undefined ? {} : { not_compared: item.notCompared }),
    severity: gravest(item.divergences),
    signatures: [...new Set(item.divergences.map(({ signature }) => signature))],
  };
}

const severities: readonly Severity[] = ["critical", "major", "minor", "noise"];

function gravest(divergences: readonly Divergence[]): Severity | null {
  return severities.find((severity) => divergences.some((divergence) => divergence.severity === severity)) ?? null;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** To the microsecond. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000;
}
