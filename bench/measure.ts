import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";
import { cpuMsBetween, othersShare, readCpu, readMachine, type CpuReading, type MachineReading } from "./cpu.ts";
import type { Options } from "./options.ts";
import {
  backendReplySchema,
  loadResultSchema,
  type BackendCommand,
  type LoadCommand,
  type LoadResult,
} from "./protocol.ts";
import type { Subject } from "./subject.ts";

/** One subject in one round. */
export interface Sample extends LoadResult {
  /** CPU time of the subject per request answered; null: nothing stands between client and legacy. */
  readonly cpuUs: number | null;
  /** Share of the machine's CPU time that went to programs that are no part of the bench. */
  readonly othersShare: number;
  /** What makes the figures worthless. */
  readonly faults: readonly string[];
}

export interface Bench {
  readonly load: Child;
  readonly candidate: Child;
  readonly options: Options;
  /** Requests sent to each subject so far, warm-up included. */
  readonly sent: Map<Subject["name"], number>;
}

/** A subject's first load, at half the rate: none of its code is compiled yet. */
const coldSeconds = 4;

/**
 * Before each window, of what V8 runs. After some 100 s of rest V8 collects what it can do without, and with the shapes of objects
 * of which none is alive goes the code that was compiled for them: some 20,000 requests go by until it is there again.
 */
const awakeSeconds = 10;

/** Between the last answer and a reading of CPU time: what a subject does behind the answer, it has done by then. */
const settleMs = 300;

/** What V8 runs is compiled by then. Throws where what was seen makes the run worthless. */
export async function warmUp(bench: Bench, subject: Subject): Promise<void> {
  const { firstWarmUpSeconds, ratePerSecond } = bench.options;
  const { faults } = await loaded(bench, subject, async (run) => {
    const runs = [await run(coldSeconds, ratePerSecond / 2)];
    if (subject.jit && firstWarmUpSeconds > 0) runs.push(await run(firstWarmUpSeconds, ratePerSecond));
    return { runs, faults: runs.flatMap(warmUpFaults), seen: null };
  });
  if (faults.length > 0) throw new Error(`${subject.name}: ${faults.join("; ")}`);
}

/**
 * Warm-up and window run on the same connections. A candidate that hangs begins to when the window does, so that the
 * onset is measured as well as what follows.
 */
export async function measure(bench: Bench, subject: Subject): Promise<Sample> {
  const { options } = bench;
  const awake = subject.jit ? Math.min(awakeSeconds, options.firstWarmUpSeconds) : 0;
  const { seen, faults } = await loaded(bench, subject, async (run) => {
    const again = await run(Math.max(awake, options.warmUpSeconds), options.ratePerSecond);
    await sleep(settleMs);
    await tellCandidate(bench, subject.candidate);
    const before = readUse(subject);
    const window = await run(options.seconds, options.ratePerSecond);
    await sleep(settleMs);
    const after = readUse(subject);
    const cpuMs = cpuMsBetween(before.subject, after.subject);
    return {
      runs: [again, window],
      faults: [...warmUpFaults(again), ...windowFaults(window, subject.stalls)],
      seen: {
        ...window,
        cpuUs: subject.pid === null ? null : (cpuMs * 1_000) / window.answered,
        othersShare: othersShare(before.machine, after.machine, cpuMsBetween(before.bench, after.bench)),
      },
    };
  });
  return { ...seen, faults };
}

type Run = (seconds: number, ratePerSecond: number) => Promise<LoadResult>;

interface Ran<T> {
  readonly runs: readonly LoadResult[];
  readonly faults: readonly string[];
  readonly seen: T;
}

/** Opens connections, loads a subject, and looks at what became of all that was sent. */
async function loaded<T>(
  bench: Bench,
  subject: Subject,
  load: (run: Run) => Promise<Ran<T>>,
): Promise<Pick<Ran<T>, "seen" | "faults">> {
  const { options } = bench;
  const order = (command: LoadCommand): Promise<unknown> => bench.load.ask(command);
  const { port, path, payload } = subject;
  const receivedBefore = await tellCandidate(bench, "tell");
  await order({ kind: "open", port, path, payload, connections: options.connections });
  const { runs, faults, seen } = await load(async (seconds, ratePerSecond) =>
    loadResultSchema.parse(await order({ kind: "run", ratePerSecond, seconds })),
  );
  await order({ kind: "close" });
  await tellCandidate(bench, "answer");

  const sentNow = runs.reduce((sum, { sent }) => sum + sent, 0);
  const sent = (bench.sent.get(subject.name) ?? 0) + sentNow;
  bench.sent.set(subject.name, sent);
  const checkFaults = await subject.check(sent);
  // Only now have those that wait in a subject's queue been sent or given up.
  const copies = (await tellCandidate(bench, "tell")) - receivedBefore;
  return { seen, faults: [...faults, ...copyFaults(subject, copies, sentNow), ...checkFaults] };
}

interface Use {
  readonly subject: CpuReading;
  /** All processes of the bench, the subject among them. */
  readonly bench: CpuReading;
  readonly machine: MachineReading;
}

function readUse({ pid }: Subject): Use {
  return {
    subject: pid === null ? new Map() : readCpu(pid),
    bench: readCpu(process.pid),
    machine: readMachine(),
  };
}

/** Gives back how many requests the candidate has had in all. */
async function tellCandidate({ candidate }: Bench, command: BackendCommand): Promise<number> {
  return backendReplySchema.parse(await candidate.ask(command)).received;
}

/** Requests that a subject could not keep up with while it was cold are not held against it. */
function warmUpFaults({ due, failed }: LoadResult): string[] {
  return failed === 0 ? [] : [`${failed} of ${due} requests failed in the warm-up`];
}

function windowFaults({ due, failed, unanswered }: LoadResult, stalls: boolean): string[] {
  return [
    ...(failed === 0 ? [] : [`${failed} of ${due} requests failed`]),
    ...(unanswered === 0 || stalls ? [] : [`${unanswered} of ${due} requests got no answer`]),
  ];
}

function copyFaults({ copies }: Subject, received: number, sent: number): string[] {
  const expected = { each: sent, none: 0, some: received }[copies];
  return received === expected ? [] : [`the candidate got ${received} requests instead of ${expected}`];
}
