import { expect, test } from "vitest";
import type { Checkpoint } from "../../../rollout/index.ts";
import { createAsking } from "./asking.ts";

/** Notes that two instances share, and no checkpoint is ever kept. */
function instances(checkpoint: () => Promise<Checkpoint>) {
  const kept = new Map<string, string>();
  const faults: unknown[] = [];
  const asking = (instance: string, leads: boolean) =>
    createAsking({
      notes: {
        put: async (notes) => {
          for (const { key, value } of notes) kept.set(key, value ?? "");
        },
        get: async () => kept,
      },
      journal: { checkpoints: async () => [] },
      instance,
      now: () => 0,
      leads: () => leads,
      rollouts: () => ["quick"],
      checkpoint,
      fault: (error) => faults.push(error),
    });
  return { leader: asking("one", true), other: asking("two", false), kept, faults };
}

test("a checkpoint that another instance asks for is made once, and its leader waits for none that is slow or fails", async () => {
  const { promise, reject } = Promise.withResolvers<Checkpoint>();
  let made = 0;
  const { leader, other, kept, faults } = instances(() => {
    made += 1;
    return promise;
  });
  void other.checkpoint("quick", "T+1h").catch(() => undefined);
  await expect.poll(() => kept.size).toBe(1);
  await leader.turn();
  await leader.turn();
  expect(made).toBe(1);
  reject(new Error("no figures"));
  await expect.poll(() => faults).toEqual([new Error("no figures")]);
});
