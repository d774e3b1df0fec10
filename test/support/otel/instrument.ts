/**
 * OpenTelemetry in a handler's process, as its documentation sets it up: to be loaded with `--import` before anything else.
 * Spans of requests to it and of its own calls, exported at once to where the standard variables say.
 */
import { createRequire } from "node:module";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { ParentBasedSampler, AlwaysOnSampler, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

const { OTLPTraceExporter } =
  process.env["OTEL_EXPORTER_OTLP_PROTOCOL"] === "http/json"
    ? await import("@opentelemetry/exporter-trace-otlp-http")
    : await import("@opentelemetry/exporter-trace-otlp-proto");

const provider = new TracerProvider({
  resource: resourceFromAttributes({ "service.name": process.env["OTEL_SERVICE_NAME"] ?? "handler" }),
  sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  spanProcessors: [new SimpleSpanProcessor({ exporter: new OTLPTraceExporter() })],
});
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(provider);
for (const instrumentation of [new HttpInstrumentation(), new UndiciInstrumentation()]) {
  instrumentation.setTracerProvider(provider);
  instrumentation.enable();
}
// It is patched when it is required; modules that import it get the same prototypes.
createRequire(import.meta.url)("node:http");
