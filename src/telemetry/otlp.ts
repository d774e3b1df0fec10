import type { ExchangeRecord } from "../model/index.ts";
import { otlpWanted } from "./otel-env.ts";
import type { OtlpOptions, Pipeline } from "./pipeline.ts";

/** Spans and metrics on their way to a collector. Nothing here waits for it; what does not fit is dropped. */
export interface Otlp {
  /** Records whose trace is not sampled are passed over. */
  export(record: ExchangeRecord): void;
  /** Sends what is waiting, for `maxMs` at most. Never rejects. */
  stop(maxMs: number): Promise<void>;
}

/** Records that may wait until the SDK is loaded. */
const maxEarly = 1_000;

/** null: the standard variables ask for no export, and the SDK is not loaded. */
export function startOtlp(options: OtlpOptions): Otlp | null {
  const wanted = otlpWanted(options.env);
  if ("problem" in wanted || (wanted.traces === null && wanted.metrics === null)) return null;
  let early: ExchangeRecord[] = [];
  let pipeline: Pipeline | null = null;
  const load = async (): Promise<void> => {
    try {
      const { createPipeline } = await import("./pipeline.ts");
      pipeline = await createPipeline(options, wanted);
      for (const record of early) pipeline.export(record);
    } catch (error) {
      options.onProblem?.("otlp", error instanceof Error ? error.name : typeof error);
    }
    early = [];
  };
  const loading = load();
  const finish = async (): Promise<void> => {
    await loading;
    await pipeline?.stop();
  };
  return {
    export(record) {
      if (wanted.traces === null || !record.trace.sampled) return;
      if (pipeline !== null) pipeline.export(record);
      else if (early.length < maxEarly) early.push(record);
    },
    async stop(maxMs) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, maxMs);
      await Promise.race([finish(), late.promise]);
      clearTimeout(timer);
    },
  };
}
