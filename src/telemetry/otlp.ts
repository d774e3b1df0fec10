import type { ExchangeRecord, LoneCallRecord } from "../model/index.ts";
import { monotonic } from "../lib/clock.ts";
import { otlpWanted } from "./otel-env.ts";
import type { OtlpOptions, Pipeline } from "./pipeline.ts";
import { createTail } from "./tail.ts";

/** Spans and metrics on their way to a collector. Nothing here waits for it; what does not fit is dropped. */
export interface Otlp {
  /** Records whose trace is not sampled are passed over, save grave ones, of which so many a second are exported. */
  export(record: ExchangeRecord): void;
  /** A call outside of a trace that is sampled. */
  exportCall(call: LoneCallRecord): void;
  /** Sends what is waiting, for `maxMs` at most. Never rejects. */
  stop(maxMs: number): Promise<void>;
}

/** Records that may wait until the SDK is loaded. */
const maxEarly = 1_000;

/** null: the standard variables ask for no export, and the SDK is not loaded. */
export function startOtlp(options: OtlpOptions): Otlp | null {
  const wanted = otlpWanted(options.env);
  if ("problem" in wanted || (wanted.traces === null && wanted.metrics === null)) return null;
  let early: ((pipeline: Pipeline) => void)[] = [];
  let pipeline: Pipeline | null = null;
  const load = async (): Promise<void> => {
    try {
      const { createPipeline } = await import("./pipeline.ts");
      pipeline = await createPipeline(options, wanted);
      for (const exporting of early) exporting(pipeline);
    } catch (error) {
      options.onProblem?.("otlp", error instanceof Error ? error.name : typeof error);
    }
    early = [];
  };
  const loading = load();
  const tail = createTail(options.clock ?? monotonic);
  /** Of one that was not sampled at the head. */
  const isKept = (record: ExchangeRecord): boolean => {
    if (wanted.traces === null) return false;
    const kept = tail(record);
    if (kept === "over-budget") options.onUnkept?.();
    return kept === "yes";
  };
  const finish = async (): Promise<void> => {
    await loading;
    await pipeline?.stop();
  };
  /** `spans`: how many it makes at least. */
  const soon = (exporting: (pipeline: Pipeline) => void, spans: number): void => {
    if (wanted.traces === null) return;
    if (pipeline !== null) exporting(pipeline);
    else if (early.length < maxEarly) early.push(exporting);
    else options.onDropped?.(spans);
  };
  return {
    export(record) {
      if (record.trace.sampled || isKept(record)) soon((to) => to.export(record), 1 + record.calls.length);
    },
    exportCall: (call) => soon((to) => to.exportCall(call), 1),
    async stop(maxMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, maxMs);
      await Promise.race([finish(), late.promise]);
      clearTimeout(timer);
    },
  };
}
