/**
 * What is told to the world: log lines on stdout, the Prometheus page, spans and metrics by OTLP. In: events, exchange
 * records and series, after the fact. Out: text and exports. Lives on the control thread; it may never block or end
 * it, never reach the data plane, and never be told anything personal. The data plane's thread takes `sampling.ts`
 * alone, which loads nothing.
 */
export type { SombraEvent } from "./events.ts";
export type { LogLevel } from "./log-lines.ts";
export { createLogs, type Logs, type LogsOptions } from "./logs.ts";
export { startOtlp, type Otlp } from "./otlp.ts";
export type { FirstOf } from "./firsts.ts";
export type { OtlpOptions } from "./pipeline.ts";
export { prometheusPage } from "./prometheus.ts";
export { isExported } from "./tail.ts";
export { createSampler, exportsTraces, type Sampler } from "./sampling.ts";
