import { ValueType, type HrTime } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import { metricOf, type Labels, type Series } from "../account/index.ts";
import type { SpanOrigin } from "./spans.ts";

/** The book's series as metrics that were aggregated elsewhere: cumulative since this was made. */
export function createMetricProducer(series: () => Series, { resource, scope }: SpanOrigin): MetricProducer {
  const startTime = wallClock();
  return {
    async collect() {
      const metrics = metricData(series(), { startTime, endTime: wallClock() });
      return {
        resourceMetrics: { resource, scopeMetrics: metrics.length === 0 ? [] : [{ scope, metrics }] },
        errors: [],
      };
    },
  };
}

interface Span {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function metricData({ counters, gauges, histograms }: Series, span: Span): MetricData[] {
  const temporality = AggregationTemporality.CUMULATIVE;
  return [
    ...byName(counters).map(([name, values]): MetricData => ({
      descriptor: descriptor(name),
      aggregationTemporality: temporality,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: values.map(({ labels, value }) => ({ ...span, attributes: { ...labels }, value })),
    })),
    ...byName(gauges).map(([name, values]): MetricData => ({
      descriptor: descriptor(name),
      aggregationTemporality: temporality,
      dataPointType: DataPointType.GAUGE,
      dataPoints: values.map(({ labels, value }) => ({ ...span, attributes: { ...labels }, value })),
    })),
    ...byName(histograms).map(([name, values]): MetricData => ({
      descriptor: descriptor(name),
      aggregationTemporality: temporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: values.map(({ labels, buckets, sum, count }) => ({
        ...span,
        attributes: { ...labels },
        value: { buckets: { boundaries: [...(metricOf(name)?.bounds ?? [])], counts: [...buckets] }, sum, count },
      })),
    })),
  ];
}

function byName<T extends { readonly name: string; readonly labels: Labels }>(values: readonly T[]): [string, T[]][] {
  return [...Map.groupBy(values, ({ name }) => name)];
}

function descriptor(name: string): MetricData["descriptor"] {
  const metric = metricOf(name);
  return { name, description: metric?.help ?? "", unit: metric?.unit ?? "1", valueType: ValueType.DOUBLE };
}

function wallClock(): HrTime {
  const ms = Date.now();
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1e6];
}
