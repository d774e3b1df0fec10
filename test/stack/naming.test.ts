import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { metrics, type Labels, type Metric, type Series } from "../../src/account/index.ts";
import { prometheusPage } from "../../src/telemetry/prometheus.ts";
import { runs } from "./files.ts";

/** Names that the guides and SPEC 9 fix, and `sombra_wait_ms` beside them in their unit. */
const fixed = [
  "canonical_events_published_count",
  "canonical_publish_fail_count",
  "divergence_count",
  "latency_ms",
  "routing_assignments_count",
  "sombra_added_latency_ms",
  "sombra_overhead_ms",
  "sombra_wait_ms",
];

/** One series of every metric. */
function everyMetric(): Series {
  const all = Object.entries<Metric>(metrics).map(([name, metric]) => ({ name, ...metric, labels: labelsOf(metric) }));
  const of = (wanted: Metric["type"]) => all.filter(({ type }) => type === wanted);
  return {
    counters: of("counter").map(({ name, labels }) => ({ name, labels, value: 1 })),
    gauges: of("gauge").map(({ name, labels }) => ({ name, labels, value: 1 })),
    histograms: of("histogram").map(({ name, labels }) => ({
      name,
      labels,
      buckets: [1],
      sum: 1,
      count: 1,
      exemplars: [],
    })),
  };
}

function labelsOf({ labels }: Metric): Labels {
  return Object.fromEntries(labels.map((label) => [label, "a"]));
}

describe.runIf(runs("promtool", "--version"))("promtool", () => {
  it("reads every metric, and finds fault with no name that we were free to choose", () => {
    const input = prometheusPage(everyMetric(), "").text;
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
    const faults = (stdout + stderr).trim().split("\n");
    // 1: it cannot be read; 3: it can, with faults.
    expect(status, faults.join("\n")).toBe(3);
    expect(faults.filter((fault) => !fixed.includes(fault.split(" ")[0] ?? ""))).toEqual([]);
  });
});
