import { phasesIn, type ActAnswer, type Checkpoint, type Order, type Plan } from "../rollout/index.ts";
import type { World } from "./world.ts";

/** Somebody who does what is asked of people, after a while, and never anything else. */
export interface Person {
  /** Ticks what is checked by hand, and starts it. */
  start(): Promise<void>;
  /** Whether anything was done: what the last checkpoint waits for, once it has waited long enough. */
  act(last: Checkpoint | null): Promise<boolean>;
  /** Until the next thing is done; Infinity: nothing is to be done. */
  untilMs(): number;
}

/** An order as it is written without who it is for. */
type Wanted = Order extends infer O ? (O extends Order ? Omit<O, "rollout" | "by"> : never) : never;

export function createPerson(
  world: World,
  { plan, environment, afterMs }: { readonly plan: Plan; readonly environment: string; readonly afterMs: number },
): Person {
  /** When it is done what the checkpoint of that scope asks for. */
  let asked: { readonly scope: string; readonly atMs: number } | null = null;
  const order = (wanted: Wanted, by: string): Promise<ActAnswer> =>
    world.controller.act({ rollout: plan.name, by, ...wanted });

  const must = async (wanted: Wanted): Promise<void> => {
    const answer = await order(wanted, "command:starter");
    if (answer.kind === "refused" || answer.kind === "failed") throw new PlanRefused(answer.why);
  };

  /** All who have to, each once. */
  const approve = async (phase: number): Promise<void> => {
    const { count = 1, names = [] } = plan.phases[phase]?.approval ?? {};
    const who = names.length > 0 ? names : Array.from({ length: count }, (_, index) => `approver-${index + 1}`);
    for (const name of who) await order({ action: "approve" }, `command:${name}`);
  };

  const isLast = (phase: number): boolean => phasesIn(plan, environment).at(-1) === phase;

  const decide = async (phase: number, isDue: boolean): Promise<void> => {
    for (const precheck of plan.phases[phase]?.manual ?? [])
      await order({ action: "tick", precheck, evidence: "simulated" }, "command:owner");
    if (isDue) await order({ action: "advance", to: null, breakGlass: null }, "command:owner");
    else if (plan.phases[phase]?.approval !== null) await approve(phase);
    if (isLast(phase)) await order({ action: "complete", lessons: "none", breakGlass: null }, "command:owner");
  };

  return {
    async start() {
      await must({ action: "create", plan });
      for (const precheck of plan.prechecks.manual) await must({ action: "tick", precheck, evidence: "simulated" });
      // A drill is of the world outside.
      await must({ action: "start", breakGlass: null });
    },
    async act(last) {
      const { status, id, visit } = world.rollout(plan.name);
      if (status.name !== "running" || last === null || last.scope !== `${id}.${visit}`) return false;
      const { maxMs = null } = plan.phases[status.phase] ?? {};
      const isDue = last.conclusion === "hold" && maxMs !== null && last.why.includes("somebody has to decide");
      const isUnticked = last.conclusion === "hold" && last.why.startsWith("not ticked yet: ");
      if (last.conclusion !== "ask-approval" && !isDue && !isUnticked) {
        asked = null;
        return false;
      }
      if (asked?.scope !== last.scope) asked = { scope: last.scope, atMs: world.nowMs() + afterMs };
      if (world.nowMs() < asked.atMs) return false;
      asked = null;
      await decide(status.phase, isDue);
      return true;
    },
    untilMs: () => (asked === null ? Infinity : asked.atMs - world.nowMs()),
  };
}

/** It cannot be started at all, and why. */
export class PlanRefused extends Error {
  override readonly name = "PlanRefused";
}
