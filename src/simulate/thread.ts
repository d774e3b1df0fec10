/** Runs one scenario again and again, as told. */
import { constants, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { PlanRefused } from "./person.ts";
import { sharedBy, simulate, type Run } from "./run.ts";
import type { Scenario } from "./scenario.ts";

export interface ThreadOrder {
  readonly scenario: Scenario;
  /** One run each. */
  readonly seeds: readonly number[];
  /** Every other thread comes before it. */
  readonly isLast: boolean;
}

export type ThreadNews =
  | { readonly kind: "runs"; readonly runs: readonly (readonly [seed: number, run: Run])[] }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string };

/** Told no more often. */
const TOLD_MS = 200;

async function work({ scenario, seeds }: ThreadOrder, tell: (news: ThreadNews) => void): Promise<void> {
  const shared = sharedBy(scenario);
  let told = performance.now();
  let runs: (readonly [number, Run])[] = [];
  for (const seed of seeds) {
    runs.push([seed, await simulate(shared, seed)]);
    if (performance.now() - told < TOLD_MS) continue;
    tell({ kind: "runs", runs });
    [runs, told] = [[], performance.now()];
  }
  tell({ kind: "runs", runs });
  tell({ kind: "done" });
}

const port = parentPort;
port?.once("message", (order: ThreadOrder) => {
  // Elsewhere a priority is of the whole process.
  if (order.isLast && process.platform === "linux") setPriority(0, constants.priority.PRIORITY_LOW);
  const tell = (news: ThreadNews): void => port.postMessage(news);
  work(order, tell).catch((error: unknown) => {
    if (!(error instanceof PlanRefused)) throw error;
    tell({ kind: "refused", why: error.message });
  });
});
