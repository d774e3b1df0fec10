/** The plans of the guides, each with a route of its own, for tests. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { RouteFlags } from "../../src/model/index.ts";
import type { Order } from "../../src/rollout/controller/order.ts";
import { parsePlan } from "../../src/rollout/plan-schema.ts";
import type { Plan } from "../../src/rollout/plan.ts";
import { createWorld, type World, type WorldOptions } from "../../src/simulate/index.ts";

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function guide(name: string): Plan {
  const text = readFileSync(new URL(`../../config/plans/${name}.yaml`, import.meta.url), "utf8");
  const parsed = parsePlan(parse(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

export function routeOf(enabled: string): RouteFlags {
  return enabled === "WHATSAPP_CANONICAL_EVENTS_ENABLED"
    ? {
        enabled,
        shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
        dualRun: "WHATSAPP_DUAL_RUN",
        reverseShadow: "WHATSAPP_REVERSE_SHADOW",
      }
    : {
        enabled,
        shadow: `${enabled}_SHADOW_MODE`,
        dualRun: `${enabled}_DUAL_RUN`,
        reverseShadow: `${enabled}_REVERSE_SHADOW`,
      };
}

/** Production, with traffic enough for every gate; whom lists name are among the shoppers. */
export function worldOf(plan: Plan, changes: Partial<WorldOptions> = {}): World {
  const named = plan.phases.flatMap(({ allowlist, forceOn }) => [...(allowlist ?? []), ...forceOn]);
  return createWorld({
    routes: [routeOf(plan.flag)],
    environment: "production",
    traffic: { itemsPerHour: 3_000, shoppers: 5_000, named: { shoppers: named, share: 0.05 } },
    seed: 1,
    startAt: "2026-02-01T00:00:00.000Z",
    tickMs: MINUTE,
    ...changes,
  });
}

/** An order as it is written without who it is for. */
export type Wanted = Order extends infer O ? (O extends Order ? Omit<O, "rollout" | "by"> : never) : never;

/** Somebody else than whoever wrote the plan wants something; anything but its being done is a fault of the test. */
export async function orderIn(world: World, plan: Plan, wanted: Wanted, by = "command:oscar"): Promise<string> {
  const answer = await world.controller.act({ rollout: plan.name, by, ...wanted });
  return answer.kind === "done" || answer.kind === "unchanged"
    ? `${answer.kind}: ${answer.what}`
    : `${answer.kind}: ${answer.why}`;
}

/** Begun, with every precheck by hand ticked. */
export async function begin(world: World, plan: Plan): Promise<void> {
  const orders: readonly Wanted[] = [
    { action: "create", plan },
    ...plan.prechecks.manual.map((precheck): Wanted => ({ action: "tick", precheck, evidence: "runbook" })),
    { action: "start", breakGlass: null },
  ];
  for (const order of orders) {
    const said = await orderIn(world, plan, order, "command:anna");
    if (!said.startsWith("done: ")) throw new Error(said);
  }
}

export function phaseIn(world: World, plan: Plan): string {
  const { status } = world.rollout(plan.name);
  return status.name === "running" ? (plan.phases[status.phase]?.name ?? "") : status.name;
}
