import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/gates.ts";
import { metrics, type Metric } from "../../src/account/index.ts";
import type { ExchangeRecord } from "../../src/model/index.ts";
import { lineOfEvent, linesOfExchange, type LogLine } from "../../src/telemetry/log-lines.ts";
import { divergence, events, item, record } from "../../src/telemetry/sample.ts";
import { Firsts } from "../../src/telemetry/firsts.ts";
import { spansOf } from "../../src/telemetry/spans.ts";
import { namesIn, tableOf } from "./tables.ts";

const declared: readonly (readonly [string, Metric])[] = Object.entries(metrics);

describe("docs/telemetry.md", () => {
  it("has every metric with its type, unit, labels and meaning, and no other", () => {
    const rows = tableOf("metric").map(({ metric, type, unit, labels, what }) => [
      ...namesIn(metric),
      { type, unit, labels: namesIn(labels), help: what },
    ]);
    expect(rows).toEqual(declared.map(([name, { type, unit, labels, help }]) => [name, { type, unit, labels, help }]));
  });

  it("has every label, and no other", () => {
    const labels = new Set(declared.flatMap(([, metric]) => metric.labels));
    expect(tableOf("label").flatMap(({ label }) => namesIn(label))).toEqual([...labels].toSorted());
  });
});

/** Deliveries in which everything is said that spans can say. */
function told(): readonly ExchangeRecord[] {
  const [legacy, candidate] = record.calls;
  if (legacy === undefined || candidate === undefined) throw new Error("The sample has two sides");
  const effects = [{ side: "legacy", kind: "event.order_created", disposition: "released" }] as const;
  const call = {
    side: "legacy",
    kind: "send.text",
    upstream: "graph",
    method: "POST",
    path: "/{id}/messages",
    server: { address: "graph.example", port: 443 },
    status: 200,
    disposition: "released",
    startMs: 2,
    endMs: 8,
    parentSpanId: legacy.spanId,
  } as const;
  const failed = { ...candidate, status: null, failure: "timeout" } as const;
  const serverTiming = [{ name: "db", durationMs: 1, description: "primary" }];
  const noise = { by: "class", class: "uuid" } as const;
  return [
    {
      ...record,
      calls: [legacy, { ...candidate, serverTiming }],
      items: [{ ...item, effects, notCompared: "not-comparable", divergences: [{ ...divergence, noise }] }],
      egress: [call],
    },
    {
      ...record,
      trace: { ...record.trace, sampled: false },
      status: null,
      egress: [{ ...call, path: null, status: null }],
      calls: [{ ...legacy, serverTiming }, failed, { ...legacy, side: "twin", serverTiming }],
      items: [{ ...item, state: { state: "failed", substate: "timeout" }, orderUncertain: true, overlapping: true }],
    },
  ];
}

describe("the spans of docs/telemetry.md", () => {
  const origin = { resource: resourceFromAttributes({}), scope: { name: "sombra", version: "0" } };
  const server = { address: "handler.example", port: 80 };
  const servers = { legacy: server, candidate: server, twin: server };
  const routes = new Map([["default", { scheme: "https", servers }]]);
  const spans = told().flatMap((one) => spansOf(one, { ...origin, routes, firsts: new Firsts() }));
  const shown = ({ name }: { readonly name: string }): string =>
    ({ "POST /hook": "{method} {route}", "POST /{id}/messages": "{method} {template}", POST: "{method}" })[name] ??
    name;
  const attributesOf = (names: readonly string[]): readonly string[] => {
    const of = spans.filter((span) => names.includes(shown(span)));
    return [...new Set(of.flatMap(({ attributes }) => Object.keys(attributes)))].toSorted();
  };

  it("are all spans, each with all its attributes", () => {
    const rows = tableOf("span").map(({ span, attributes }) => ({
      names: namesIn(span),
      attributes: namesIn(attributes).toSorted(),
    }));
    expect(rows).toEqual(rows.map(({ names }) => ({ names, attributes: attributesOf(names) })));
    expect(new Set(rows.flatMap(({ names }) => names))).toEqual(new Set(spans.map(shown)));
  });

  it("are made by no other attribute of the source: the deliveries above say everything", () => {
    const source = readFileSync(join(root, "src/telemetry/spans.ts"), "utf8");
    const inSource = new Set([...source.matchAll(/"([a-z]+\.[a-z_.]+)":/g)].map(([, name]) => name));
    expect(new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)))).toEqual(inSource);
    expect(new Set(tableOf("attribute").flatMap(({ attribute }) => namesIn(attribute)))).toEqual(inSource);
  });

  it("bear the events of the page, with their attributes", () => {
    const found = Map.groupBy(
      spans.flatMap((span) => span.events.map((event) => ({ on: span.name, ...event }))),
      ({ name }) => name,
    );
    const inOrder = (words: Iterable<string>): readonly string[] => [...new Set(words)].toSorted();
    const told = [...found].map(([name, all]) => ({
      name,
      on: inOrder(all.map(({ on }) => on)),
      attributes: inOrder(all.flatMap(({ attributes = {} }) => Object.keys(attributes))),
    }));
    expect(told.toSorted((a, b) => a.name.localeCompare(b.name, "en"))).toEqual(
      tableOf("event | on").map(({ event, on, attributes }) => ({
        name: namesIn(event)[0],
        on: inOrder(namesIn(on)),
        attributes: inOrder(namesIn(attributes)),
      })),
    );
  });
});

describe("the log lines of docs/telemetry.md", () => {
  const lines: readonly LogLine[] = [
    ...told().flatMap(linesOfExchange),
    ...Object.values(events).map((event) => lineOfEvent(event, 0)),
    lineOfEvent({ ...events.store, up: true }, 0),
    lineOfEvent({ ...events.notification, outcome: "sent" }, 0),
  ];
  const everywhere = ["timestamp", "level", "event", "tag", "trace_id"];

  it("are all lines, each with its tag, its levels and its fields", () => {
    const found = Object.entries(Object.groupBy(lines, ({ event }) => event)).map(([event, of = []]) => ({
      event,
      tags: [...new Set(of.map(({ tag }) => tag))],
      levels: [...new Set(of.map(({ level }) => level))].toSorted(),
      fields: [...new Set(of.flatMap(Object.keys))].filter((field) => !everywhere.includes(field)).toSorted(),
    }));
    const rows = tableOf("event | tag").map(({ event, tag, level = "", fields }) => ({
      event: namesIn(event)[0],
      tags: namesIn(tag),
      levels: level.split(", ").toSorted(),
      fields: namesIn(fields).toSorted(),
    }));
    const byEvent = (a: { event?: string | undefined }, b: { event?: string | undefined }): number =>
      (a.event ?? "").localeCompare(b.event ?? "");
    expect(rows.toSorted(byEvent)).toEqual(found.toSorted(byEvent));
  });

  it("all have the fields that the page says all have", () => {
    for (const line of lines) expect(Object.keys(line)).toEqual(expect.arrayContaining(everywhere));
  });
});
