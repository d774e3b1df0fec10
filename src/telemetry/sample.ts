import type { Divergence, ExchangeRecord, ItemRecord } from "../model/index.ts";
import type { SombraEvent } from "./events.ts";

/** What the tests of this folder tell: a dual-run delivery whose candidate answered something else. */
export const divergence: Divergence = {
  where: "answer",
  path: "/status",
  kind: "changed",
  severity: "critical",
  signature: "00112233aabbccdd",
  legacy: 200,
  candidate: 500,
  change: "number",
  noise: null,
  downstream: false,
};

export const item: ItemRecord = {
  kind: "message.text",
  id: "h:77aa",
  shopper: "h:5f1c",
  mode: "dual-run",
  reason: "percent",
  flags: [
    { flag: "WHATSAPP_CANONICAL_EVENTS_ENABLED", value: true, reason: "percent" },
    { flag: "WHATSAPP_CANONICAL_SHADOW_MODE", value: false, reason: "disabled" },
  ],
  state: { state: "compared", substate: "divergent" },
  divergences: [divergence, { ...divergence, path: "/body/id", severity: "minor", signature: "ffeeddccbbaa9988" }],
  divergenceCount: 2,
  addedLatencyMs: 4.25,
  compareMs: 0.5,
  orderUncertain: false,
  overlapping: false,
  story: null,
  effects: [],
};

export const record: ExchangeRecord = {
  exchange: "0123456789abcdef",
  route: "default",
  method: "POST",
  request: { route: "/hook", path: "/hook/{rest}", protocolVersion: "1.1" },
  receivedAt: Date.parse("2026-03-01T12:00:00.250Z"),
  flagVersion: 3,
  trace: {
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "1111111111111111",
    parentSpanId: "00f067aa0ba902b7",
    tracestate: "vendor=1,other=2",
    sampled: true,
  },
  mode: "dual-run",
  answeredBy: "legacy",
  status: 200,
  latencyMs: 12.5,
  overheadMs: 0.3125,
  egress: [],
  calls: [
    {
      side: "legacy",
      items: [0],
      spanId: "2222222222222222",
      startMs: 0.25,
      endMs: 12.25,
      latencyMs: 12,
      waitedMs: 0,
      status: 200,
      failure: null,
    },
    {
      side: "candidate",
      items: [0],
      spanId: "3333333333333333",
      startMs: 1,
      endMs: 17.25,
      latencyMs: 16.25,
      waitedMs: 0,
      status: 500,
      failure: null,
    },
  ],
  items: [item],
};

/** One of each. */
export const events: { readonly [E in SombraEvent["event"]]: Extract<SombraEvent, { event: E }> } = {
  started: { event: "started", plane: "data", port: 8080, pid: 42 },
  mode: {
    event: "mode",
    route: "default",
    enabled: true,
    shadow: true,
    dual_run: false,
    mode: "shadow",
    reason: "default",
  },
  kill: { event: "kill", killed: true, actor: "signal" },
  alarm: { event: "alarm", alarm: "candidate-egress", message: "The candidate has not used the egress" },
  alarm_over: { event: "alarm_over", alarm: "candidate-silent", message: "The candidate does something again" },
  problem: { event: "problem", operation: "flags", error: "TypeError" },
  config: { event: "config", message: "Nothing sends to the candidate" },
  setting: { event: "setting", name: "SOMBRA_PORT", value: "8080", from: "env" },
  logs_dropped: { event: "logs_dropped", lines: 3 },
  flag_changed: {
    event: "flag_changed",
    flag_name: "KEY",
    enabled: true,
    shopper_id: null,
    version: 7,
    actor: "token:ana",
    reason: null,
  },
  store: { event: "store", up: false, message: "Flags are the last known ones" },
  stopped: { event: "stopped" },
};
