import { Worker } from "node:worker_threads";
import type { Pair } from "../../../mirror/index.ts";
import type { AppSecrets } from "../../../identify/index.ts";
import type { EffectLists } from "../../../compare/index.ts";
import type { Divergence, Examined, Part, PartOf, RequestHead, Rule, Verdict } from "../../../model/index.ts";
import type { RouteConfig } from "../../config/index.ts";

/** A delivery, by the name of its route. */
export interface Taken {
  readonly route: string;
  readonly head: RequestHead;
  readonly body: Uint8Array;
}

/** Work that may take long. */
export type Job =
  | ({ readonly kind: "examine" } & Taken)
  | ({ readonly kind: "cut"; readonly parts: readonly PartOf[] } & Taken)
  /** `at`: milliseconds since the epoch. */
  | { readonly kind: "compare"; readonly pair: Pair; readonly at: number }
  | { readonly kind: "effects"; readonly lists: EffectLists; readonly at: number };

/** What became of a job; `error` is a name. */
export type JobAnswer =
  | { readonly kind: "examine"; readonly examined: Examined }
  | { readonly kind: "cut"; readonly parts: readonly (Part | null)[] }
  | { readonly kind: "compare"; readonly verdict: Verdict }
  | { readonly kind: "effects"; readonly divergences: readonly Divergence[] }
  | { readonly kind: "failed"; readonly error: string };

export type ToCompute =
  | { readonly kind: "start"; readonly data: ComputeData }
  | { readonly kind: "rules"; readonly rules: readonly Rule[] }
  | { readonly kind: "hash-key"; readonly hashKey: string }
  | { readonly kind: "job"; readonly id: number; readonly job: Job };

export interface FromCompute {
  readonly id: number;
  readonly answer: JobAnswer;
}

export interface ComputeData {
  readonly routes: readonly RouteConfig[];
  readonly appSecrets: AppSecrets;
  readonly hashKey: string;
}

export interface Offload {
  /** `maxWaitMs`: rejects after so long, whatever stands before the job. */
  examine(taken: Taken, maxWaitMs?: number): Promise<Examined>;
  /** The parts of a delivery, each null where it cannot be cut out. `maxWaitMs` as above. */
  cut(taken: Taken, parts: readonly PartOf[], maxWaitMs?: number): Promise<readonly (Part | null)[]>;
  /** `at`: milliseconds since the epoch. */
  compare(pair: Pair, at: number): Promise<Verdict>;
  /** How what both sides did outside differs. `at`: as above. */
  compareEffects(lists: EffectLists, at: number): Promise<readonly Divergence[]>;
  /** What is compared from here on is compared by these. */
  readonly setRules: (rules: readonly Rule[]) => void;
  /** Likewise. */
  readonly setHashKey: (hashKey: string) => void;
  close(): Promise<void>;
}

const maxJobs = 256;

interface Waiting {
  readonly job: Job;
  /** An answer waits for it. */
  readonly urgent: boolean;
  readonly settle: (answer: JobAnswer) => void;
}

export interface OffloadLimits {
  readonly jobTimeoutMs: number;
  /** The same while an answer waits, for this job or behind it. Left out: no other. */
  readonly urgentTimeoutMs?: number;
}

/**
 * Does one job at a time on a thread that is started when first needed. A job that runs longer than `jobTimeoutMs` is ended
 * with its thread, and fails alone: the next one gets a new thread.
 */
export function createOffload(data: ComputeData, limits: OffloadLimits): Offload {
  const { jobTimeoutMs, urgentTimeoutMs = jobTimeoutMs } = limits;
  const queue: Waiting[] = [];
  let worker: Worker | null = null;
  let running: { readonly id: number; readonly waiting: Waiting; readonly startedMs: number } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastId = 0;
  let rules: readonly Rule[] = [];
  let { hashKey } = data;

  const finish = (answer: JobAnswer): void => {
    if (running === null) return;
    clearTimeout(timer);
    const { waiting } = running;
    running = null;
    waiting.settle(answer);
    next();
  };
  const abandon = (error: string): void => {
    const ended = worker;
    worker = null;
    void ended?.terminate();
    finish({ kind: "failed", error });
  };
  /** To be set again whenever an answer comes to wait. */
  const limit = (): void => {
    if (running === null) return;
    const isUrgent = running.waiting.urgent || queue.some(({ urgent }) => urgent);
    const maxMs = isUrgent ? urgentTimeoutMs : jobTimeoutMs;
    clearTimeout(timer);
    timer = setTimeout(() => abandon("JobTimedOut"), Math.max(0, running.startedMs + maxMs - performance.now()));
  };
  const thread = (): Worker => {
    if (worker !== null) return worker;
    const started = startThread({ ...data, hashKey }, rules);
    started.on("message", ({ id, answer }: FromCompute) => {
      if (id === running?.id) finish(answer);
    });
    const failed = (): void => {
      if (worker === started) abandon("ComputeThreadFailed");
    };
    started.on("error", failed);
    started.on("exit", failed);
    worker = started;
    return started;
  };
  const next = (): void => {
    const waiting = running === null ? queue.shift() : undefined;
    if (waiting === undefined) return;
    lastId += 1;
    running = { id: lastId, waiting, startedMs: performance.now() };
    limit();
    post(thread(), { kind: "job", id: lastId, job: waiting.job });
  };
  const run: Run = (job, maxWaitMs) =>
    new Promise((resolve) => {
      if (queue.length >= maxJobs) return resolve({ kind: "failed", error: "ComputeQueueFull" });
      let patience: NodeJS.Timeout | undefined;
      const urgent = maxWaitMs !== undefined;
      const waiting: Waiting = {
        job,
        urgent,
        settle(answer) {
          clearTimeout(patience);
          resolve(answer);
        },
      };
      if (urgent) {
        // Where it runs already it goes on to its own limit: the thread is not to blame for what stood before.
        patience = setTimeout(() => {
          const place = queue.indexOf(waiting);
          if (place !== -1) queue.splice(place, 1);
          resolve({ kind: "failed", error: "JobWaitedTooLong" });
        }, maxWaitMs);
      }
      queue.push(waiting);
      if (running === null) next();
      else if (urgent) limit();
    });
  return {
    ...kindsOf(run),
    setRules(all) {
      rules = all;
      if (worker !== null) post(worker, { kind: "rules", rules });
    },
    setHashKey(next) {
      hashKey = next;
      if (worker !== null) post(worker, { kind: "hash-key", hashKey });
    },
    async close() {
      const ended = worker;
      worker = null;
      await ended?.terminate();
    },
  };
}

type Run = (job: Job, maxWaitMs?: number) => Promise<JobAnswer>;

function kindsOf(run: Run): Pick<Offload, "examine" | "cut" | "compare" | "compareEffects"> {
  return {
    async examine(taken, maxWaitMs) {
      const answer = await run({ kind: "examine", ...taken }, maxWaitMs);
      if (answer.kind !== "examine") throw failed(answer);
      return answer.examined;
    },
    async cut(taken, parts, maxWaitMs) {
      const answer = await run({ kind: "cut", parts, ...taken }, maxWaitMs);
      if (answer.kind !== "cut") throw failed(answer);
      return answer.parts;
    },
    async compare(pair, at) {
      const answer = await run({ kind: "compare", pair, at });
      if (answer.kind !== "compare") throw failed(answer);
      return answer.verdict;
    },
    async compareEffects(lists, at) {
      const answer = await run({ kind: "effects", lists, at });
      if (answer.kind !== "effects") throw failed(answer);
      return answer.divergences;
    },
  };
}

function startThread(data: ComputeData, rules: readonly Rule[]): Worker {
  const started = new Worker(new URL("./compute.ts", import.meta.url), { name: "sombra-compute" });
  started.unref();
  post(started, { kind: "start", data });
  post(started, { kind: "rules", rules });
  return started;
}

function post(worker: Worker, message: ToCompute): void {
  worker.postMessage(message);
}

function failed(answer: JobAnswer): Error {
  const error = new Error("Job failed off the data plane's thread");
  error.name = answer.kind === "failed" ? answer.error : "WrongAnswer";
  return error;
}
