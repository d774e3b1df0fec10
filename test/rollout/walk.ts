/** How tests go through a plan: from its start, in one of its phases, or into a fault. */
import { decideMode } from "../../src/flags/index.ts";
import type { Checkpoint } from "../../src/rollout/checkpoint.ts";
import type { MetricSource } from "../../src/rollout/gate.ts";
import type { Plan } from "../../src/rollout/plan.ts";
import type { Measured } from "../../src/rollout/ports.ts";
import { healthy, type Behaviour } from "../../src/simulate/behaviour.ts";
import type { World, WorldOptions } from "../../src/simulate/world.ts";
import { begin, HOUR, orderIn, phaseIn, routeOf, worldOf } from "./sample.ts";

export async function lastOf(world: World, plan: Plan): Promise<Checkpoint | undefined> {
  return (await world.journal.checkpoints(plan.name, 1))[0];
}

export interface Walk {
  readonly forMs: number;
  /** Who approves wherever all that is missing is an approval. */
  readonly approvers?: readonly string[];
  readonly entered?: (phase: string) => void | Promise<void>;
}

/** How long each phase took, in whole hours. */
export async function walk(world: World, plan: Plan, options: Walk): Promise<readonly string[]> {
  const { forMs, approvers = ["command:oscar"], entered = () => undefined } = options;
  const seen: string[] = [];
  let [at, hours] = [phaseIn(world, plan), 0];
  for (let hour = 0; hour < forMs / HOUR; hour += 1) {
    await world.run(HOUR);
    hours += 1;
    const last = await lastOf(world, plan);
    if (phaseIn(world, plan) !== at) {
      seen.push(`${at} ${hours} h`);
      [at, hours] = [phaseIn(world, plan), 0];
      await entered(at);
    }
    if (last?.conclusion !== "ask-approval") continue;
    const isLast = last.why.includes("this is the last phase");
    if (isLast) return [...seen, `${at} ${hours} h`];
    for (const by of approvers) await orderIn(world, plan, { action: "approve" }, by);
  }
  return [...seen, `${at} ${hours} h`];
}

/** Begun and brought to a phase by somebody who says why. */
export async function inPhase(plan: Plan, to: string, changes: Partial<WorldOptions> = {}): Promise<World> {
  const world = worldOf(plan, changes);
  await begin(world, plan);
  if (phaseIn(world, plan) === to) return world;
  const said = await orderIn(world, plan, { action: "advance", to, breakGlass: "for the test" });
  if (!said.startsWith("done")) throw new Error(said);
  return world;
}

export async function suffers(world: World, plan: Plan, fault: Partial<Behaviour>, forMs: number): Promise<boolean> {
  world.knobs.behaviour = { ...healthy, ...fault };
  return world.run(forMs, () => phaseIn(world, plan) === "rolled-back");
}

export const modeOf = (world: World, plan: Plan, shopper: string): string =>
  decideMode(world.registry.snapshot(), routeOf(plan.flag), shopper).mode;

export const reasonOf = (world: World): string => world.registry.audit.at(-1)?.reason ?? "";

/** What outside answers: by JSON pointer, or by query. */
export function figures(values: Readonly<Record<string, number>>): (source: MetricSource) => Measured {
  return (source) => {
    const value = values[source.kind === "json" ? source.pointer : source.query];
    return value === undefined ? { kind: "none", why: "there is nothing there" } : { kind: "value", value };
  };
}
