import { describe, expect, it } from "vitest";
import { plain } from "../../test/support/collector.ts";
import { start } from "../../test/support/otel/exporting.ts";
import { metrics, type Series } from "../account/index.ts";

describe("metrics", () => {
  const labels = { route: "default", side: "legacy" };
  const { bounds } = metrics.latency_ms;
  const series: Series = {
    counters: [{ name: "divergence_count", labels: { route: "default", severity: "minor" }, value: 3 }],
    gauges: [{ name: "sombra_killed", labels: {}, value: 1 }],
    histograms: [
      {
        name: "latency_ms",
        labels,
        buckets: [2, ...bounds.map(() => 1)],
        sum: 99.5,
        count: bounds.length + 2,
        exemplars: [],
      },
    ],
  };

  it("are the book's series, cumulative, by their names", async () => {
    const { otlp, collector } = await start(200, {}, { series: () => series });
    await otlp.stop(10_000);
    expect(collector.metrics.map(({ name, unit }) => [name, unit])).toEqual([
      ["divergence_count", "1"],
      ["sombra_killed", "1"],
      ["latency_ms", "ms"],
    ]);
    const [counter, gauge, histogram] = collector.metrics;
    expect(counter?.sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asDouble: 3 }] });
    expect(plain(counter?.sum?.dataPoints[0]?.attributes ?? [])).toEqual({ route: "default", severity: "minor" });
    expect(gauge?.gauge?.dataPoints).toMatchObject([{ asDouble: 1 }]);
    expect(histogram?.histogram).toMatchObject({
      aggregationTemporality: 2,
      dataPoints: [
        { sum: 99.5, count: bounds.length + 2, explicitBounds: bounds, bucketCounts: [2, ...bounds.map(() => 1)] },
      ],
    });
  });

  it("are exported every interval", async () => {
    const { collector } = await start(
      200,
      { OTEL_METRIC_EXPORT_INTERVAL: "20", OTEL_TRACES_EXPORTER: "none" },
      { series: () => series },
    );
    await collector.asked.promise;
    expect(collector.metrics[0]?.name).toBe("divergence_count");
  });
});
