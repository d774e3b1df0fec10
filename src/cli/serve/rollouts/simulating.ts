import type { RolloutsDeps, SimulateOrder } from "../../../admin/index.ts";
import type { Plan } from "../../../rollout/index.ts";

type Simulate = RolloutsDeps["simulate"];

/** Whoever asks waits for it; what is there by then is told. */
const usualMaxMs = 20_000;

/** Simulations on a thread that everything else comes before, one at a time: two cores have other things to do. */
export function createSimulating(environment: string, maxMs = usualMaxMs): Simulate {
  let isBusy = false;
  return async (plan, order) => {
    if (isBusy) return { kind: "busy" };
    isBusy = true;
    try {
      return await simulate(plan, order, { environment, maxMs });
    } finally {
      isBusy = false;
    }
  };
}

async function simulate(
  plan: Plan,
  order: SimulateOrder,
  { environment, maxMs }: { readonly environment: string; readonly maxMs: number },
): ReturnType<Simulate> {
  // Seldom asked for: nobody else waits for it to be loaded.
  const { PlanRefused, simulateMany, writtenScenario } = await import("../../../simulate/index.ts");
  const scenario = writtenScenario(plan, { ...order, environment });
  if (!scenario.ok) {
    const { where, is, must } = scenario;
    return { kind: "wrong", problems: [{ where: where.replace("approve-after", "approve_after"), is, must }] };
  }
  try {
    const { runs, seed } = order;
    const simulation = await simulateMany(scenario.value, { runs, seed, threads: 1, isLast: true, maxMs });
    return { kind: "done", simulation };
  } catch (error) {
    if (error instanceof PlanRefused) return { kind: "refused", why: error.message };
    throw error;
  }
}
