import { Worker } from "node:worker_threads";
import { PlanRefused } from "./person.ts";
import type { Run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { summaryOf, type Simulation } from "./summary.ts";
import type { ThreadNews, ThreadOrder } from "./thread.ts";

export interface ManyOptions {
  readonly runs: number;
  /** The first one; each run has its own. The same seed gives the same runs, on however many threads. */
  readonly seed: number;
  readonly threads: number;
  /** Whatever else this machine does comes first, as far as the system can do that. */
  readonly isLast?: boolean;
  /** After it what is there is summed up. Infinity: never. */
  readonly maxMs: number;
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const memoryMb = 512;

/** Runs a scenario many times on threads of its own. Rejects with `PlanRefused`, or the reason of the signal. */
export async function simulateMany(scenario: Scenario, options: ManyOptions): Promise<Simulation> {
  const { runs: asked, seed, threads, isLast = false, maxMs, progress, signal } = options;
  const runs = new Map<number, Run>();
  const over = Promise.withResolvers<void>();
  const timer = Number.isFinite(maxMs) ? setTimeout(over.resolve, maxMs) : undefined;
  const abort = (): void => over.reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const seeds = Array.from({ length: asked }, (_, index) => seed + index);
  const count = Math.max(1, Math.min(threads, asked));
  const take = (news: readonly (readonly [number, Run])[]): void => {
    for (const [of, run] of news) runs.set(of, run);
    progress?.(runs.size);
  };
  const workers = Array.from({ length: count }, (_, thread) =>
    startThread({ scenario, seeds: seeds.filter((_seed, index) => index % count === thread), isLast }, take),
  );
  try {
    signal?.throwIfAborted();
    await Promise.race([Promise.all(workers.map(({ done }) => done)), over.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    for (const { worker } of workers) void worker.terminate();
  }
  const inOrder = [...runs].toSorted(([one], [two]) => one - two).map(([, run]) => run);
  return summaryOf(scenario, inOrder, { seed, asked });
}

function startThread(order: ThreadOrder, take: (runs: readonly (readonly [number, Run])[]) => void) {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    name: "sombra-simulate",
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  const done = Promise.withResolvers<void>();
  // Whoever waits is told by the first of them.
  done.promise.catch(() => undefined);
  worker.on("message", (news: ThreadNews) => {
    if (news.kind === "runs") take(news.runs);
    else if (news.kind === "done") done.resolve();
    else done.reject(new PlanRefused(news.why));
  });
  worker.once("error", (error) => done.reject(error));
  worker.once("exit", () => done.reject(new Error("A thread of the simulation has ended")));
  worker.postMessage(order);
  return { worker, done: done.promise };
}
