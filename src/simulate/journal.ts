import type { Checkpoint, Progress, RolloutJournal } from "../rollout/index.ts";

/** A journal in memory, with leases by the wall clock and fencing tokens. */
export function createSimulatedJournal(now: () => number): RolloutJournal {
  const progress = new Map<string, Progress>();
  const checkpoints = new Map<string, Checkpoint[]>();
  let token = 0;
  let held: { readonly instance: string; readonly untilMs: number } | null = null;
  const isCurrent = (one: number): boolean => one === token;
  return {
    progress: async (rollout) => progress.get(rollout) ?? null,
    async keep(rollout, kept, by) {
      if (isCurrent(by)) progress.set(rollout, kept);
      return isCurrent(by);
    },
    async add(checkpoint, by) {
      if (isCurrent(by))
        checkpoints.set(checkpoint.rollout, [checkpoint, ...(checkpoints.get(checkpoint.rollout) ?? [])]);
      return isCurrent(by);
    },
    checkpoints: async (rollout, limit) => (checkpoints.get(rollout) ?? []).slice(0, limit),
    async lease(instance, leaseMs) {
      const isFree = held === null || held.untilMs <= now();
      if (!isFree && held?.instance !== instance) return null;
      if (held?.instance !== instance) token += 1;
      held = { instance, untilMs: now() + leaseMs };
      return { token };
    },
    async release(instance) {
      if (held?.instance === instance) held = null;
    },
  };
}
