import type { Clock } from "../../../lib/clock.ts";
import type { RolloutJournal } from "../../../rollout/index.ts";
import { within } from "../threads/calls.ts";

export interface LeadingOptions {
  readonly journal: Pick<RolloutJournal, "lease">;
  readonly instance: string;
  readonly clock: Clock;
  /** Whether there is anything to lead: without, no lease is asked for. */
  readonly wanted: () => boolean;
  /** One look at every rollout, under this token. A look that takes longer than a second puts off the next. */
  readonly tick: (token: number) => Promise<void>;
  /** Told as it begins to lead (true), and as it ends. */
  readonly led: (leads: boolean) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Whether this instance moves rollouts: one of all does, by a lease. */
export interface Leading {
  /** null: it does not lead, or cannot be sure that it does. */
  token(): number | null;
  stop(): Promise<void>;
}

const everyMs = 1_000;
/** Somebody else leads this long after a leader died at the latest, and a second. */
const leaseMs = 5_000;
/** Before a lease ends nothing is begun any more: what is under way has to end in it. */
const marginMs = 1_500;
const endMs = 500;

export function startLeading(options: LeadingOptions): Leading {
  const { journal, instance, clock, wanted, tick, led, fault } = options;
  let token: number | null = null;
  /** By our clock, counted from before the lease was asked for: never later than by the store's. */
  let untilMs = -Infinity;
  let stopped = false;
  let leads = false;

  const now = (): number | null => (clock() < untilMs - marginMs ? token : null);
  const say = (): void => {
    const is = now() !== null;
    if (is === leads) return;
    leads = is;
    led(is);
  };
  const renew = async (): Promise<void> => {
    const askedMs = clock();
    const lease = await journal.lease(instance, leaseMs);
    if (lease === null) {
      token = null;
      untilMs = -Infinity;
      return;
    }
    token = lease.token;
    untilMs = askedMs + leaseMs;
  };
  const turn = async (): Promise<void> => {
    // A store that is away: what is leased runs out by itself.
    if (wanted()) await renew().catch(() => undefined);
    say();
    const mine = now();
    if (mine === null || stopped) return;
    await tick(mine);
    say();
  };
  let turning: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const run = (): void => {
    const startMs = clock();
    turning = turn()
      .catch((error: unknown) => fault("rollouts", error))
      .then(() => {
        if (!stopped) timer = setTimeout(run, Math.max(50, everyMs - (clock() - startMs))).unref();
      });
  };
  run();
  return {
    token: now,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      // Whoever keeps the lease lets go of it as it stops, and may be gone already.
      await within(turning, endMs);
      token = null;
    },
  };
}
