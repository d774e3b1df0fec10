import type { StreamEvidence } from "../../account/index.ts";
import { createFastLane, newsBySlot, newsOf, type FastLaneWatch } from "../fast-lane.ts";
import type { Progress, Rollout } from "../state.ts";
import type { Trip } from "./look.ts";
import type { Measuring } from "./measuring.ts";

/** What a leader remembers of one stay of a rollout from look to look. All of it may be lost with the leader. */
export interface Memory {
  readonly visit: number;
  /** As it was kept last. */
  progress: Progress | null;
  /** By the monotonic clock; null: this leader has not looked yet. */
  lookedAtMs: number | null;
  /** null: not read yet. */
  evidence: readonly StreamEvidence[] | null;
  /** How many items there were; null: nobody looked yet. */
  items: number | null;
  readonly lane: FastLaneWatch | null;
  measuring: Measuring | null;
  /** That it has to go back, until that is written. */
  owed: Trip | null;
  /** When prechecks were looked at last, by the monotonic clock. */
  checkedAtMs: number | null;
}

/** `before`: what this leader remembers of the stay before. Then this one has begun meanwhile, and all there is of it is news. */
export function remember({ plan, baseline, visit }: Rollout, before: Memory | null): Memory {
  return {
    visit,
    progress: null,
    lookedAtMs: before?.lookedAtMs ?? null,
    evidence: before === null ? null : [],
    items: before === null ? null : 0,
    lane: plan.fastLane === null ? null : createFastLane({ lane: plan.fastLane, baseline }),
    measuring: null,
    owed: null,
    checkedAtMs: before?.checkedAtMs ?? null,
  };
}

/** What the fast lane says of what came since the last look, or of all where this leader has not looked yet; null: nothing. */
export function watch(memory: Memory, evidence: readonly StreamEvidence[]): Trip | null {
  const { lane, evidence: before } = memory;
  if (lane === null) return null;
  const news = before === null ? newsBySlot(evidence) : [newsOf(before, evidence)];
  const [trip] = news.flatMap((batch) => lane.step(batch, "leader") ?? []);
  if (trip === undefined) return null;
  const figures = Object.entries(trip.figures).map(([name, value]) => `${name}=${Number(value.toPrecision(4))}`);
  const by = `[${figures.join(", ")}]`;
  return { why: `fast lane: ${trip.text} ${by}`, pt: `fast lane: ${trip.pt} ${by}`, to: null };
}
