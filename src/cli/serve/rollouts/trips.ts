import { furtherBack, servesStill, type ActAnswer, type Order, type Rollout } from "../../../rollout/index.ts";
import type { LocalTrip } from "./trip.ts";

export interface TripsOptions {
  /** Those of the process before. */
  readonly known: readonly LocalTrip[];
  readonly instance: string;
  /** Whether the store has it that the rollout has gone back from where it tripped; where that is not known, not. */
  readonly isOver: (trip: LocalTrip) => boolean;
  /** Of the flags that those are known with. */
  readonly version: () => number;
  readonly act: (order: Order) => Promise<ActAnswer>;
  /** The data plane goes by these at once, and disk and log hear of them; what is lifted stays until it has those flags. */
  readonly hold: (trips: readonly LocalTrip[], version: number) => void;
  readonly told: (trip: LocalTrip, isOver: boolean) => void;
  readonly now: () => number;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Flags that this instance holds off by itself. */
export interface Trips {
  readonly held: () => readonly LocalTrip[];
  trip(rollout: Rollout, reason: string): void;
  /** Each second: what is owed is written once the store takes it, and lifted once it has. */
  turn(): Promise<void>;
}

/** Everybody is on legacy here before anybody is asked, and stays so until all instances have gone back. */
export function createTrips(options: TripsOptions): Trips {
  const { instance, isOver, version, act, hold, told, now, fault } = options;
  let trips = options.known;
  let turning: Promise<void> | null = null;
  const lift = (): void => {
    const over = trips.filter((trip) => isOver(trip));
    if (over.length === 0) return;
    trips = trips.filter((trip) => !over.includes(trip));
    hold(trips, version());
    for (const trip of over) told(trip, true);
  };
  const goBack = async (trip: LocalTrip): Promise<void> => {
    const reason = `local trip of ${instance} at ${trip.at}: ${trip.reason}`;
    const by = `local-trip ${instance}`;
    const answer = await act({ action: "rollback", rollout: trip.rollout, by, to: trip.to, reason });
    if (answer.kind === "refused") fault("local-trip", new Error(answer.why));
  };
  const work = async (): Promise<void> => {
    lift();
    for (const trip of trips) await goBack(trip);
    lift();
  };
  const turn = (): Promise<void> => {
    turning ??= work()
      .catch((error: unknown) => fault("local-trip", error))
      .finally(() => {
        turning = null;
      });
    return turning;
  };
  if (trips.length > 0) hold(trips, 0);
  return {
    held: () => trips,
    trip(rollout, reason) {
      if (trips.some((trip) => trip.rollout === rollout.id)) return;
      const { plan, status } = rollout;
      const phase = "phase" in status ? (plan.phases[status.phase]?.name ?? "") : "";
      const to = servesStill(rollout) ? furtherBack(plan) : null;
      const trip = { rollout: rollout.id, flag: plan.flag, phase, at: new Date(now()).toISOString(), reason, to };
      trips = [...trips, trip];
      hold(trips, version());
      told(trip, false);
      void turn();
    },
    turn,
  };
}
