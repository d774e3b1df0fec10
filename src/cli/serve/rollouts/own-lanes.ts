import type { OwnEvidence } from "../../../account/index.ts";
import { createFastLane, isJudged, servesStill, type FastLaneWatch, type Rollout } from "../../../rollout/index.ts";

export interface OwnLanesOptions {
  readonly rollouts: () => readonly Rollout[];
  /** Instances that were heard of lately, this one included. */
  readonly instances: () => number;
  readonly tripped: (rollout: Rollout, reason: string) => void;
}

/** Watches what this instance alone has seen: it may take everybody back to legacy without asking anybody. */
export interface OwnLanes {
  saw(evidence: readonly OwnEvidence[]): void;
}

interface Lane {
  readonly scope: string;
  readonly watch: FastLaneWatch;
}

export function createOwnLanes({ rollouts, instances, tripped }: OwnLanesOptions): OwnLanes {
  const lanes = new Map<string, Lane>();
  const laneOf = (rollout: Rollout): FastLaneWatch | null => {
    const { id, visit, plan, baseline } = rollout;
    if (plan.fastLane === null || plan.mode !== "act") return null;
    const scope = `${id}.${visit}`;
    const known = lanes.get(id);
    if (known?.scope === scope) return known.watch;
    const watch = createFastLane({ lane: plan.fastLane, baseline });
    lanes.set(id, { scope, watch });
    return watch;
  };
  return {
    saw(evidence) {
      if (evidence.length === 0) return;
      const watched = rollouts().filter((rollout) => isJudged(rollout.status) || servesStill(rollout));
      for (const id of lanes.keys()) if (!watched.some((one) => one.id === id)) lanes.delete(id);
      for (const rollout of watched) {
        const lane = laneOf(rollout);
        const scope = `${rollout.id}.${rollout.visit}`;
        const news = evidence.filter(({ stream }) => stream.scope === scope);
        if (lane === null || news.length === 0) continue;
        const trip = lane.step(news, { instances: Math.max(1, instances()) });
        if (trip !== null) tripped(rollout, trip.text);
      }
    },
  };
}
