/** Plans as they are written, for tests: what a test does not say is the least a plan must have. */
import { parsePlan, type PlanProblem } from "./plan-schema.ts";
import type { Plan } from "./plan.ts";

export const gates = [{ type: "errorRate", budget: "1%" }];
const phases = [{ name: "shadow" }, { name: "all", serve: 100 }];
export const least = { plan: "checkout-v2", flag: "CHECKOUT", phases, gates };

export function planOf(changes: object = {}): Plan {
  const parsed = parsePlan({ ...least, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

export function problems(changes: object): readonly string[] {
  const parsed = parsePlan({ ...least, ...changes });
  return parsed.ok ? [] : parsed.problems.map(said);
}

const said = ({ path, is, must }: PlanProblem): string => `${path.join(".")} is ${is}, must be ${must}`;

export const phase = (changes: object): object => ({ phases: [{ name: "p", ...changes }] });
export const gate = (changes: object): object => ({ gates: [changes] });
