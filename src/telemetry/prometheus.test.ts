import { describe, expect, it } from "vitest";
import { readMetricsPage } from "../../test/support/metrics-page.ts";
import { metrics, type Series } from "../account/index.ts";
import { prometheusPage } from "./prometheus.ts";

const empty: Series = { counters: [], gauges: [], histograms: [] };
/** What Prometheus 2.42 sends. */
const prometheusAccepts =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

const labels = { route: "default", side: "legacy" };
const { bounds } = metrics.latency_ms;
const buckets = [...bounds.map((_, i) => i % 3), 5];
const count = buckets.reduce((a, b) => a + b, 0);
const exemplar = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  value: 0.4,
  at: 1_767_225_600_250,
};
const everything: Series = {
  counters: [
    { name: "divergence_count", labels: { route: "default", severity: "critical" }, value: 2 },
    { name: "sombra_deliveries_total", labels: { route: "default", mode: "dual-run" }, value: 7 },
    { name: "divergence_count", labels: { route: "default", severity: "minor" }, value: 1 },
  ],
  gauges: [{ name: "sombra_killed", labels: {}, value: 0 }],
  histograms: [
    { name: "latency_ms", labels, buckets, sum: 1234.5, count, exemplars: [undefined, undefined, exemplar] },
  ],
};
const names = (page: ReturnType<typeof readMetricsPage>): readonly string[] =>
  [...page.values()].flatMap(({ samples }) => samples.map(({ name }) => name));

describe("the Prometheus page", () => {
  it("names every metric before anything is counted, and shows 0 of those that have one series", () => {
    const page = readMetricsPage(prometheusPage(empty, "").text);
    expect([...page.keys()]).toEqual(Object.keys(metrics));
    const lone = Object.entries(metrics).filter(([, { type, labels }]) => type === "counter" && labels.length === 0);
    expect([...page.values()].flatMap(({ samples }) => samples)).toMatchObject(
      lone.map(([name]) => ({ name, labels: {}, value: 0 })),
    );
    expect(prometheusPage(empty, prometheusAccepts).text).toMatch(/\n# EOF\n$/);
  });

  it("bears the names of SPEC 9 as they are, with help and type", () => {
    const page = readMetricsPage(prometheusPage(everything, "").text);
    expect(page.get("divergence_count")).toMatchObject({
      type: "counter",
      help: metrics.divergence_count.help,
      samples: [
        { name: "divergence_count", labels: { route: "default", severity: "critical" }, value: 2 },
        { labels: { route: "default", severity: "minor" }, value: 1 },
      ],
    });
    expect(page.get("sombra_killed")?.samples).toMatchObject([{ labels: {}, value: 0 }]);
  });

  it("shows a histogram cumulatively, up to +Inf", () => {
    const family = readMetricsPage(prometheusPage(everything, "").text).get("latency_ms");
    const samples = (family?.samples ?? []).map(({ name, labels: { le }, value }) => [name, le, value]);
    expect(family?.type).toBe("histogram");
    expect(samples).toHaveLength(bounds.length + 3);
    expect(samples.slice(0, 4)).toEqual([
      ["latency_ms_bucket", "0.1", 0],
      ["latency_ms_bucket", "0.25", 1],
      ["latency_ms_bucket", "0.5", 3],
      ["latency_ms_bucket", "1.0", 3],
    ]);
    expect(samples.slice(-3)).toEqual([
      ["latency_ms_bucket", "+Inf", count],
      ["latency_ms_sum", undefined, 1234.5],
      ["latency_ms_count", undefined, count],
    ]);
  });

  it("escapes what a label may not hold as it is", () => {
    const route = 'a"b\\c\nd';
    const series: Series = { ...empty, gauges: [{ name: "sombra_items_pending", labels: { route }, value: 1 }] };
    for (const accept of ["", prometheusAccepts]) {
      const page = readMetricsPage(prometheusPage(series, accept).text);
      expect(page.get("sombra_items_pending")?.samples).toMatchObject([{ labels: { route }, value: 1 }]);
    }
  });
});

describe("the form", () => {
  it.each([
    ["nothing", "", "text/plain; version=0.0.4"],
    ["anything", "*/*", "text/plain; version=0.0.4"],
    ["plain text", "text/plain;version=0.0.4", "text/plain; version=0.0.4"],
    ["OpenMetrics, as Prometheus does", prometheusAccepts, "application/openmetrics-text; version=1.0.0"],
  ])("is what was asked for: %s", (_, accept, type) => {
    expect(prometheusPage(everything, accept).contentType).toBe(`${type}; charset=utf-8`);
  });

  it("changes no series: names, labels and values are the same in both", () => {
    const [plain, open] = ["", prometheusAccepts].map((accept) =>
      [...readMetricsPage(prometheusPage(everything, accept).text).values()].flatMap(({ samples }) =>
        samples.map(({ name, labels: of, value }) => [name, of, value]),
      ),
    );
    expect(open).toEqual(plain);
  });

  it("of OpenMetrics calls only that a counter which ends in _total", () => {
    const page = readMetricsPage(prometheusPage(everything, prometheusAccepts).text);
    expect(Object.fromEntries([...page].map(([name, { type }]) => [name, type]))).toMatchObject({
      divergence_count: "unknown",
      sombra_deliveries: "counter",
      sombra_killed: "gauge",
      latency_ms: "histogram",
    });
    expect(names(page)).toContain("sombra_deliveries_total");
  });

  it("of OpenMetrics has neither sum nor count where values may be negative: its +Inf bucket counts all", () => {
    const added = { name: "sombra_added_latency_ms", labels: { route: "default" }, sum: -3, count: 2, exemplars: [] };
    const series: Series = { ...empty, histograms: [{ ...added, buckets: [1, 1] }] };
    const of = (accept: string) =>
      names(readMetricsPage(prometheusPage(series, accept).text)).filter((name) => name.startsWith(added.name));
    expect(new Set(of(prometheusAccepts))).toEqual(new Set(["sombra_added_latency_ms_bucket"]));
    expect(of("").slice(-2)).toEqual(["sombra_added_latency_ms_sum", "sombra_added_latency_ms_count"]);
  });

  it("of OpenMetrics alone shows from which trace a value of a bucket is", () => {
    const exemplars = (accept: string) =>
      [...readMetricsPage(prometheusPage(everything, accept).text).values()]
        .flatMap(({ samples }) => samples)
        .filter((sample) => sample.exemplar !== null);
    expect(exemplars("")).toEqual([]);
    expect(exemplars(prometheusAccepts)).toMatchObject([
      {
        name: "latency_ms_bucket",
        labels: { le: "0.5" },
        exemplar: {
          labels: { trace_id: exemplar.traceId, span_id: exemplar.spanId },
          value: 0.4,
          at: 1_767_225_600.25,
        },
      },
    ]);
  });
});
