import { expect, test } from "vitest";
import { sharedBy, simulate, type Run } from "../../src/simulate/run.ts";
import { usualText, writtenScenario } from "../../src/simulate/index.ts";
import { guide } from "./sample.ts";

/** Seeds of which one or two looked worst among a thousand; the thousand are the command's (docs/rollouts.md). */
const plans: readonly (readonly [plan: string, itemsPerHour: number, seeds: readonly number[]])[] = [
  ["whatsapp-canonical-events", 2_000, [1]],
  ["passenger-favorites-matching", 3_000, [1, 2, 3]],
  ["f5tts-engine", 3_000, [1]],
  ["recommendations", 5_000, [1, 2]],
  // With a false alarm for each phase and its windows in a thousand these two had one.
  ["business-events-canary", 3_000, [500, 957]],
];

test.each(plans)(
  "%s comes to its end with a candidate that is well, and nothing alarms",
  { timeout: 60_000 },
  async (name, rate, seeds) => {
    const text = { ...usualText, traffic: String(rate), environment: "production" };
    const scenario = writtenScenario(guide(name), text);
    if (!scenario.ok) throw new Error(scenario.must);
    const shared = sharedBy(scenario.value);
    const runs: Run[] = [];
    for (const seed of seeds) runs.push(await simulate(shared, seed));
    for (const run of runs) expect(run).toMatchObject({ end: "completed", falseAlarm: false, notice: null });
  },
);
