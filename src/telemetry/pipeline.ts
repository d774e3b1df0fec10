import {
  detectResources,
  defaultResource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
  type Resource,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import type { Series } from "../account/index.ts";
import type { ExchangeRecord } from "../model/index.ts";
import { metricExporter, spanExporter, watched } from "./exporters.ts";
import { createMetricProducer } from "./metric-data.ts";
import { read, readCount, type Env, type OtlpWanted, type Protocol } from "./otel-env.ts";
import { spansOf, type SpanOrigin } from "./spans.ts";

export interface OtlpOptions {
  /** The process's environment: the exporters read their endpoints, headers and certificates from it themselves. */
  readonly env: Env;
  /** Every metric as it stands, asked once per export. */
  readonly series: () => Series;
  readonly serviceVersion: string;
  /** An export failed where the one before had not; `error` is a name or code. */
  readonly onProblem?: (operation: string, error: string) => void;
}

/** The loaded SDK. */
export interface Pipeline {
  export(record: ExchangeRecord): void;
  /** Settles when the exporters have; they are not asked to hurry. */
  stop(): Promise<void>;
}

export async function createPipeline(options: OtlpOptions, { traces, metrics }: OtlpWanted): Promise<Pipeline> {
  const resource = resourceOf(options);
  const origin = { resource, scope: { name: "sombra", version: options.serviceVersion } };
  const spans = traces === null ? null : await startSpans(options, origin, traces);
  const numbers = metrics === null ? null : await startMetrics(options, origin, metrics);
  return {
    export: (record) => spans?.export(record),
    async stop() {
      await Promise.allSettled([spans?.stop(), numbers?.stop()]);
    },
  };
}

/** The standard variables win over what we say of ourselves. */
function resourceOf({ env, serviceVersion }: OtlpOptions): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        "service.name": "sombra",
        "service.version": serviceVersion,
        "deployment.environment.name": read(env, "SOMBRA_ENVIRONMENT") ?? "production",
      }),
    )
    .merge(
      detectResources({
        detectors: [serviceInstanceIdDetector, resourceAttributesEnvDetector, serviceNameEnvDetector],
      }),
    );
}

async function startSpans({ env, onProblem }: OtlpOptions, origin: SpanOrigin, protocol: Protocol): Promise<Pipeline> {
  const exporter = watched(await spanExporter(protocol), (error) => onProblem?.("otlp traces", error));
  const processor = new BatchSpanProcessor({ exporter, ...batchLimits(env) });
  return {
    export(record) {
      for (const span of spansOf(record, origin)) processor.onEnd(span);
    },
    async stop() {
      await Promise.allSettled([processor.shutdown()]);
      // The processor gives up at the first batch that fails; the exporter waits for the others.
      await exporter.shutdown();
    },
  };
}

function batchLimits(env: Env) {
  return {
    maxQueueSize: readCount(env, "OTEL_BSP_MAX_QUEUE_SIZE") ?? 2_048,
    scheduledDelayMillis: readCount(env, "OTEL_BSP_SCHEDULE_DELAY") ?? 5_000,
    exportTimeoutMillis: readCount(env, "OTEL_BSP_EXPORT_TIMEOUT") ?? 30_000,
    maxExportBatchSize: readCount(env, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE") ?? 512,
  };
}

async function startMetrics(
  options: OtlpOptions,
  { resource, scope }: SpanOrigin,
  protocol: Protocol,
): Promise<Pick<Pipeline, "stop">> {
  const { env, onProblem, series } = options;
  const intervalMs = readCount(env, "OTEL_METRIC_EXPORT_INTERVAL") ?? 60_000;
  const reader = new PeriodicExportingMetricReader({
    exporter: watched(await metricExporter(protocol), (error) => onProblem?.("otlp metrics", error)),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(readCount(env, "OTEL_METRIC_EXPORT_TIMEOUT") ?? 30_000, intervalMs),
    metricProducers: [createMetricProducer(series, { resource, scope })],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { stop: () => provider.shutdown() };
}
