import { describe, expect, it } from "vitest";
import type { ExchangeRecord } from "../model/index.ts";
import type { SombraEvent } from "./events.ts";
import { logLevels, type LogLevel } from "./log-lines.ts";
import { createLogs } from "./logs.ts";
import { events, item, record } from "./sample.ts";

function told(level: LogLevel, tell: (logs: ReturnType<typeof createLogs>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  tell(createLogs({ level, write: (line) => lines.push(line) }));
  return lines.map((line) => {
    expect(line.indexOf("\n")).toBe(line.length - 1);
    const parsed: Record<string, unknown> = JSON.parse(line);
    return parsed;
  });
}

const ofExchange = (exchange: ExchangeRecord) => told("info", (logs) => logs.exchange(exchange));

describe("a log line of an exchange", () => {
  it("says each flag check", () => {
    const [first, second] = ofExchange(record);
    expect(first).toEqual({
      timestamp: "2026-03-01T12:00:00.250Z",
      level: "info",
      event: "feature_flag_check",
      tag: "FEATURE_FLAG",
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      flag_name: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
      enabled: true,
      shopper_id: "h:5f1c",
      reason: "percent",
    });
    expect(second).toMatchObject({ flag_name: "WHATSAPP_CANONICAL_SHADOW_MODE", enabled: false, reason: "disabled" });
  });

  it("says the answer", () => {
    expect(ofExchange(record).filter(({ event }) => event === "delivery")).toEqual([
      {
        timestamp: "2026-03-01T12:00:00.262Z",
        level: "info",
        event: "delivery",
        tag: "DELIVERY",
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
        route: "default",
        mode: "dual-run",
        items: 1,
        answered_by: "legacy",
        status: 200,
        latency_ms: 12.5,
        overhead_ms: 0.313,
      },
    ]);
  });

  it("says each comparison", () => {
    expect(ofExchange(record).filter(({ event }) => event === "dual_run_comparison")).toEqual([
      {
        timestamp: "2026-03-01T12:00:00.267Z",
        level: "info",
        event: "dual_run_comparison",
        tag: "DUAL_RUN",
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
        exchange: "0123456789abcdef",
        route: "default",
        item_kind: "message.text",
        mode: "dual-run",
        shopper_id: "h:5f1c",
        legacy_status: 200,
        candidate_status: 500,
        legacy_ms: 12,
        candidate_ms: 16.25,
        added_latency_ms: 4.25,
        verdict: "divergent",
        severity: "critical",
        signatures: ["00112233aabbccdd", "ffeeddccbbaa9988"],
      },
    ]);
  });

  it("says a failed candidate as a comparison without its answer", () => {
    const [legacy, candidate] = record.calls;
    if (legacy === undefined || candidate === undefined) throw new Error("The sample has two sides");
    const lines = ofExchange({
      ...record,
      calls: [legacy, { ...candidate, status: null, failure: "timeout" }],
      items: [{ ...item, state: { state: "failed", substate: "timeout" }, divergences: [], addedLatencyMs: null }],
    });
    expect(lines.at(-1)).toMatchObject({
      event: "dual_run_comparison",
      candidate_status: null,
      added_latency_ms: null,
      verdict: "failed",
      severity: null,
      signatures: [],
    });
  });

  it("says no comparison of what was skipped, and of a request without items only the answer", () => {
    const skipped = { ...item, flags: [], state: { state: "skipped", substate: "not-enabled" } } as const;
    expect(ofExchange({ ...record, items: [skipped] }).map(({ event }) => event)).toEqual(["delivery"]);
    expect(ofExchange({ ...record, mode: "legacy", items: [] })).toMatchObject([
      { event: "delivery", mode: "legacy", items: 0 },
    ]);
  });
});

describe("a log line of an event", () => {
  it.each([
    ["started", "info", "SOMBRA"],
    ["stopped", "info", "SOMBRA"],
    ["setting", "info", "SOMBRA"],
    ["config", "warn", "SOMBRA"],
    ["problem", "warn", "SOMBRA"],
    ["logs_dropped", "warn", "SOMBRA"],
    ["flag_changed", "info", "FEATURE_FLAG"],
    ["store", "warn", "SOMBRA"],
    ["alarm", "error", "SOMBRA"],
    ["alarm_over", "info", "SOMBRA"],
    ["mode", "info", "ROLLOUT"],
    ["kill", "warn", "ROLLOUT"],
  ] as const)("%s is %s, %s, with its fields and no more", (name, level, tag) => {
    const [line] = told("debug", (logs) => logs.event(events[name]));
    expect(line).toEqual({ ...events[name], level, tag, timestamp: expect.any(String), trace_id: null });
    expect(new Date(String(line?.["timestamp"])).toISOString()).toBe(line?.["timestamp"]);
  });
});

describe("a canonical event", () => {
  it("is a line of what a side said that it published, held, or failed to publish", () => {
    const declared = [
      { side: "legacy", kind: "event.message.received", disposition: "released" },
      { side: "candidate", kind: "event.message.received", disposition: "held" },
      { side: "candidate", kind: "publish-failure.order_created", disposition: "failed" },
      { side: "candidate", kind: "assignment.sales", disposition: "held" },
      { side: "candidate", kind: "send.text", disposition: "held" },
    ] as const;
    const lines = ofExchange({ ...record, items: [{ ...item, effects: declared }] });
    const said = lines.filter(({ tag }) => tag === "CANONICAL_EVENT");
    expect(said[0]).toEqual({
      timestamp: "2026-03-01T12:00:00.267Z",
      level: "info",
      event: "canonical_event",
      tag: "CANONICAL_EVENT",
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      event_type: "message.received",
      side: "legacy",
      disposition: "published",
      shopper_id: "h:5f1c",
      reason: "percent",
    });
    expect(said.map(({ event_type, side, disposition }) => [event_type, side, disposition])).toEqual([
      ["message.received", "legacy", "published"],
      ["message.received", "candidate", "held"],
      ["order_created", "candidate", "failed"],
    ]);
  });
});

describe("the level", () => {
  const all = Object.keys(events);
  const warnings = [
    "started",
    "kill",
    "alarm",
    "problem",
    "config",
    "logs_dropped",
    "rollback",
    "rollout_due",
    "notification",
    "store",
  ];
  it.each([
    ["debug", all],
    ["info", all],
    ["warn", warnings],
    ["error", ["started", "alarm"]],
    ["silent", ["started"]],
  ] as const)("%s lets through %j", (level, names) => {
    const lines = told(level, (logs) => Object.values(events).forEach((event) => logs.event(event)));
    expect(lines.map(({ event }) => event)).toEqual(names);
  });

  it("above info keeps exchanges out", () => {
    const counts = logLevels.map((level) => told(level, (logs) => logs.exchange(record)).length);
    expect(counts).toEqual([4, 4, 0, 0, 0]);
  });
});

describe("a line for a terminal", () => {
  const pretty = (event: SombraEvent): string => {
    const lines: string[] = [];
    createLogs({ level: "info", pretty: true, write: (line) => lines.push(line) }).event(event);
    return lines.join("");
  };

  it("is one short line", () => {
    expect(pretty(events.started)).toMatch(
      /^\d\d:\d\d:\d\d \u001B\[36mstarted {12}\u001B\[39m plane=data port=8080 pid=42\n$/,
    );
  });

  it("neither moves the cursor nor goes on for ever", () => {
    const line = pretty({ event: "config", message: `a\u001B[2J\r\n${"x".repeat(500)}` });
    expect(line).toContain("message=a?[2J??xxx");
    expect(line.length).toBeLessThan(130);
  });
});
