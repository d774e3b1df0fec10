import type { GaugeValue } from "../../../account/index.ts";
import {
  isDecisionDue,
  isJudged,
  missedSince,
  type KeptOf,
  type Rollout,
  type RolloutJournal,
} from "../../../rollout/index.ts";

export interface AwaitedOptions {
  readonly rollouts: () => readonly Rollout[];
  readonly journal: Pick<RolloutJournal, "checkpoints" | "progress">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * What rollouts wait for, as metrics: checkpoints that do not come, people who have to decide. Every instance reads what is kept,
 * so that it is said when nobody leads, and goes by what it read last while nothing can be read.
 */
export interface Awaited {
  /** Reads what is kept by now. Never rejects. */
  turn(): Promise<void>;
  gauges(): readonly GaugeValue[];
  stop(): void;
}

const everyMs = 2_000;

export function createAwaited({ rollouts, journal, now }: AwaitedOptions): Awaited {
  let kept: ReadonlyMap<string, KeptOf> = new Map();
  let reading = false;
  const judged = (): readonly Rollout[] => rollouts().filter(({ status }) => isJudged(status));
  const read = async ({ id }: Rollout): Promise<readonly [string, KeptOf][]> => {
    try {
      const [[newest = null], progress] = await Promise.all([journal.checkpoints(id, 1), journal.progress(id)]);
      return [[id, { newest, progress }]];
    } catch {
      // A store that is away is told of as that.
      const before = kept.get(id);
      return before === undefined ? [] : [[id, before]];
    }
  };
  const turn = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    kept = new Map((await Promise.all(judged().map(read))).flat());
    reading = false;
  };
  const timer = setInterval(() => void turn(), everyMs).unref();
  return {
    turn,
    gauges: () =>
      judged().flatMap((rollout): readonly GaugeValue[] => {
        const of = kept.get(rollout.id);
        if (of === undefined) return [];
        const labels = { rollout: rollout.id };
        const isMissed = missedSince(rollout, of.newest, now()) !== null;
        return [
          { name: "sombra_checkpoint_missed", labels, value: isMissed ? 1 : 0 },
          { name: "sombra_decision_due", labels, value: isDecisionDue(rollout, of) ? 1 : 0 },
        ];
      }),
    stop: () => clearInterval(timer),
  };
}
