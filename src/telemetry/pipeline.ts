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
import { BatchSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Series } from "../account/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { ExchangeRecord, LoneCallRecord } from "../model/index.ts";
import { metricExporter, spanExporter, watched } from "./exporters.ts";
import { createMetricProducer } from "./metric-data.ts";
import { read, readCount, type Env, type OtlpWanted, type Protocol } from "./otel-env.ts";
import { Firsts, type FirstOf } from "./firsts.ts";
import { spanOf, spansOf, type SpanOrigin, type RoutePlaces } from "./spans.ts";

export interface OtlpOptions {
  /** The process's environment: the exporters read their endpoints, headers and certificates from it themselves. */
  readonly env: Env;
  /** Every metric as it stands, asked once per export. */
  readonly series: () => Series;
  readonly serviceVersion: string;
  /** What spans say of routes beside their names. */
  readonly routes?: RoutePlaces;
  /** Absent: groups begin with this process. */
  readonly firstOf?: FirstOf;
  /** Absent: the process's. */
  readonly clock?: Clock;
  /** An export failed where the one before had not; `error` is a name or code. */
  readonly onProblem?: (operation: string, error: string) => void;
  /** An export has succeeded. */
  readonly onDelivered?: () => void;
  /** So many spans do not reach the collector: it refused them or did not answer, or takes them too slowly. */
  readonly onDropped?: (spans: number) => void;
  /** A trace that would have been kept at its end is not: there are too many. */
  readonly onUnkept?: () => void;
}

/** Records that may wait to be told what they link to; those beyond are exported at once, without links to what is not known. */
const maxLookedUp = 1_000;

/** The loaded SDK. */
export interface Pipeline {
  export(record: ExchangeRecord): void;
  exportCall(call: LoneCallRecord): void;
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
    exportCall: (call) => spans?.exportCall(call),
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

async function startSpans(options: OtlpOptions, origin: SpanOrigin, protocol: Protocol): Promise<Pipeline> {
  const { env, onProblem, onDelivered, onDropped } = options;
  const limits = batchLimits(env);
  /** In the processor's queue, which drops what is beyond its limit without a word. */
  let waiting = 0;
  const exporter = watched(await spanExporter(protocol), {
    failing: (error) => onProblem?.("otlp traces", error),
    exported: () => onDelivered?.(),
    exporting: (spans) => void (waiting -= spans.length),
    lost: (spans) => onDropped?.(spans.length),
  });
  const processor = new BatchSpanProcessor({ exporter, ...limits });
  const end = (spans: readonly ReadableSpan[]): void => {
    const room = Math.max(0, limits.maxQueueSize - waiting);
    for (const span of spans.slice(0, room)) {
      waiting += 1;
      processor.onEnd(span);
    }
    if (spans.length > room) onDropped?.(spans.length - room);
  };
  const firsts = new Firsts(options.firstOf ?? null);
  const whole = { ...origin, routes: options.routes ?? new Map(), firsts };
  /** Of which it is looked up what they link to. */
  const lookedUp = new Set<Promise<void>>();
  const make = (record: ExchangeRecord): void => end(spansOf(record, whole));
  return {
    export(record) {
      const lookup = lookedUp.size < maxLookedUp ? firsts.lookUp(record) : null;
      if (lookup === null) return make(record);
      const made = lookup.then(() => void lookedUp.delete(made)).then(() => make(record));
      lookedUp.add(made);
    },
    exportCall: (call) => end([spanOf(call, origin)]),
    async stop() {
      await Promise.allSettled(lookedUp);
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
  const { env, onProblem, onDelivered, series } = options;
  const intervalMs = readCount(env, "OTEL_METRIC_EXPORT_INTERVAL") ?? 60_000;
  const reader = new PeriodicExportingMetricReader({
    exporter: watched(await metricExporter(protocol), {
      failing: (error) => onProblem?.("otlp metrics", error),
      exported: () => onDelivered?.(),
    }),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(readCount(env, "OTEL_METRIC_EXPORT_TIMEOUT") ?? 30_000, intervalMs),
    metricProducers: [createMetricProducer(series, { resource, scope })],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { stop: () => provider.shutdown() };
}
