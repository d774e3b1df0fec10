import { expect, test } from "vitest";
import type { Checkpoint } from "../../../rollout/index.ts";
import { createAsking } from "./asking.ts";

/** Notes and a journal that two instances share. */
function instances(checkpoint: () => Promise<Checkpoint>) {
  const kept = new Map<string, string>();
  const faults: unknown[] = [];
  const made: Checkpoint[] = [];
  const asking = (instance: string, leads: boolean) =>
    createAsking({
      notes: {
        put: async (notes) => {
          for (const { key, value } of notes) kept.set(key, value);
        },
        get: async () => kept,
      },
      journal: { checkpoints: async () => made },
      instance,
      now: () => 0,
      leads: () => leads,
      rollouts: () => ["quick"],
      checkpoint,
      fault: (error) => faults.push(error),
    });
  return { leader: asking("one", true), other: asking("two", false), kept, made, faults };
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

test("one that the leader before made is not made again by the next", async () => {
  const first: Checkpoint = {
    name: "T+1h",
    at: new Date(1).toISOString(),
    rollout: "quick",
    flag: "FLAG",
    phase: "half",
    scope: "quick.1",
    config: { enabled: true, rollout: 50, allowlist_count: 0 },
    metrics: {},
    determinism: "PASS",
    status: "WARN",
    alerts: [],
    gates: [],
    conclusion: "hold",
    why: "",
  };
  let again = 0;
  const { leader, other, kept, made } = instances(async () => {
    again += 1;
    return first;
  });
  const asked = other.checkpoint("quick", "T+1h");
  await expect.poll(() => kept.size).toBe(1);
  made.push(first);
  expect(await asked).toBe(first);
  await leader.turn();
  expect(again).toBe(0);
});
