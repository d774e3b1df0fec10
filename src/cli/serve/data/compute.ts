/** The compute thread: verifies, takes apart and cuts large deliveries, and compares large pairs and lists. */
import { parentPort } from "node:worker_threads";
import {
  compareEffects,
  compareOutcomes,
  compileRules,
  createKeyedHash,
  type JudgeDeps,
  keepingOf,
} from "../../../compare/index.ts";
import type { Outcome } from "../../../model/index.ts";
import { isHeldId } from "../../../whatsapp/index.ts";
import type { ComputeData, FromCompute, Job, JobAnswer, ToCompute } from "./offload.ts";
import { routeOf } from "./routes.ts";

type Run = (job: Job) => JobAnswer;

function createRun(data: ComputeData): Run {
  const routes = new Map(data.routes.map((config) => [config.name, routeOf(config, data.appSecrets)]));
  hash = createKeyedHash(data.hashKey);
  const keeping = keepingOf(data.routes);
  const judging = (at: number): JudgeDeps => ({ hash, rules: book.at(at), at, keeping });
  return (job) => {
    if (job.kind === "compare") {
      const { legacy, candidate, ...pair } = job.pair;
      const copies = { ...pair, legacy: cloned(legacy), candidate: cloned(candidate) };
      const verdict = compareOutcomes(copies, judging(job.at));
      return { kind: "compare", verdict };
    }
    if (job.kind === "effects") {
      return { kind: "effects", divergences: compareEffects(job.lists, { ...judging(job.at), isHeld: isHeldId }) };
    }
    const route = routes.get(job.route);
    if (route === undefined) return { kind: "failed", error: "UnknownRoute" };
    const { examine, part } = route.profile;
    if (job.kind === "examine") return { kind: "examine", examined: examine(job.head, job.body) };
    return { kind: "cut", parts: job.parts.map((of) => part(job.head, job.body, of)) };
  };
}

/** Structured cloning makes plain byte arrays of Buffers. */
function cloned(outcome: Outcome): Outcome {
  if (outcome.kind === "failed" || outcome.answer.body === null) return outcome;
  const { buffer, byteOffset, byteLength } = outcome.answer.body;
  return { ...outcome, answer: { ...outcome.answer, body: Buffer.from(buffer, byteOffset, byteLength) } };
}

let book = compileRules([]);
let hash = createKeyedHash("");
let run: Run = () => ({ kind: "failed", error: "NotStarted" });

parentPort?.on("message", (message: ToCompute) => {
  if (message.kind === "start") {
    run = createRun(message.data);
    return;
  }
  if (message.kind === "hash-key") {
    hash = createKeyedHash(message.hashKey);
    return;
  }
  if (message.kind === "rules") {
    book = compileRules(message.rules);
    return;
  }
  const told: FromCompute = { id: message.id, answer: guarded(message.job) };
  parentPort?.postMessage(told);
});

function guarded(job: Job): JobAnswer {
  try {
    return run(job);
  } catch (error) {
    return { kind: "failed", error: error instanceof Error ? error.name : "unknown" };
  }
}
