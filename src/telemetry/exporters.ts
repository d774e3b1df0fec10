import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Protocol } from "./otel-env.ts";

interface Exporter<T> {
  export(items: T, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** Each protocol is loaded when it is asked for: gRPC alone is larger than the rest of the SDK. */
export async function spanExporter(protocol: Protocol): Promise<SpanExporter> {
  switch (protocol) {
    case "http/protobuf":
      return new (await import("@opentelemetry/exporter-trace-otlp-proto")).OTLPTraceExporter();
    case "http/json":
      return new (await import("@opentelemetry/exporter-trace-otlp-http")).OTLPTraceExporter();
    case "grpc":
      return new (await import("@opentelemetry/exporter-trace-otlp-grpc")).OTLPTraceExporter();
  }
}

export async function metricExporter(protocol: Protocol): Promise<PushMetricExporter> {
  switch (protocol) {
    case "http/protobuf":
      return new (await import("@opentelemetry/exporter-metrics-otlp-proto")).OTLPMetricExporter();
    case "http/json":
      return new (await import("@opentelemetry/exporter-metrics-otlp-http")).OTLPMetricExporter();
    case "grpc":
      return new (await import("@opentelemetry/exporter-metrics-otlp-grpc")).OTLPMetricExporter();
  }
}

export interface Watch<T> {
  /** Exports begin to fail: said once, until one has succeeded again. */
  failing(error: string): void;
  /** One has succeeded. */
  exported?(): void;
  exporting?(items: T): void;
  /** They do not come again. */
  lost?(items: T): void;
}

export function watched<T>(exporter: Exporter<T>, watch: Watch<T>): Required<Exporter<T>> {
  let failing = false;
  return {
    export(items, done) {
      watch.exporting?.(items);
      exporter.export(items, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !failing) watch.failing(nameOf(result.error));
        if (failed) watch.lost?.(items);
        if (!failed) watch.exported?.();
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** Not the message: it quotes what the collector answered. */
function nameOf(error: (Error & { readonly code?: unknown }) | undefined): string {
  const code = error?.code;
  if (typeof code === "string" || typeof code === "number") return String(code);
  return error?.name ?? "unknown";
}
