import { slotMs } from "../account/index.ts";
import type { FlagState, Snapshot } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Crowd, Group } from "./crowd.ts";
import type { SimulatedEvidence } from "./evidence.ts";
import type { Limits } from "./kinds.ts";
import { createLane, type Lane, type Served } from "./lane.ts";
import type { Random } from "./random.ts";

/** As it is at this moment. */
export interface TrafficNow {
  readonly itemsPerHour: number;
  readonly behaviour: Behaviour;
}

/** What items of a route are evidence of. */
export interface TrafficScope extends Limits {
  readonly route: RouteFlags;
  readonly name: string;
  readonly scope: string;
  /** Nobody is compared, whatever flags say. */
  readonly shed: boolean;
}

export interface Time {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What all items of a while are decided on. */
export interface FlagsThen {
  readonly snapshot: Snapshot;
  readonly state: FlagState;
}

/** A second in which something comes that the fast lane looks for. All before it has come. */
export interface Alarm extends Time {
  readonly happen: () => void;
}

export interface Traffic {
  pass(time: Time, flags: FlagsThen, scope: TrafficScope): void;
  /** The same, but no further than to the first alarm; null: there was none. */
  passToAlarm(time: Time, flags: FlagsThen, scope: TrafficScope): Alarm | null;
  /** Since the world began. */
  readonly served: Readonly<Served>;
}

const secondMs = 1_000;
const hourMs = 3_600_000;

/**
 * Shoppers come at random, and each item fares by itself. As what comes at random has no memory, nothing changes where time is cut, and
 * the first alarm may be drawn before what comes until then.
 */
export function createTraffic(
  crowd: Crowd,
  { random, evidence, now }: { random: Random; evidence: SimulatedEvidence; now: (atMs: number) => TrafficNow },
): Traffic {
  const served: Served = { items: 0, candidate: 0, bad: 0, worseServed: 0, worseSeen: 0 };
  const stays = new Map<
    string,
    { readonly scope: string; readonly groups: readonly Group[]; lanes: readonly Lane[] }
  >();

  const lanesOf = (flags: FlagsThen, scope: TrafficScope): readonly Lane[] => {
    const groups = crowd.groups(flags, scope.route);
    const known = stays.get(scope.name);
    if (known?.groups === groups && known.scope === scope.scope) return known.lanes;
    const lanes = groups.map((group) => createLane(group, scope, { random, evidence, served }));
    stays.set(scope.name, { scope: scope.scope, groups, lanes });
    return lanes;
  };

  /** Ready for what comes from then on. */
  const begin = (fromMs: number, flags: FlagsThen, scope: TrafficScope) => {
    const { itemsPerHour, behaviour } = now(fromMs);
    const lanes = lanesOf(flags, scope);
    for (const lane of lanes) lane.begin(fromMs, { behaviour, limits: scope, itemsPerHour });
    return { lanes, alarming: lanes.reduce((sum, lane) => sum + lane.alarming(hourMs), 0) / hourMs };
  };

  return {
    served,
    pass(time, flags, scope) {
      for (const { fromMs, toMs } of slotsOf(time)) {
        const { lanes } = begin(fromMs, flags, scope);
        for (const lane of lanes) {
          lane.usual(fromMs, toMs - fromMs);
          lane.alarms(fromMs, random.poisson(lane.alarming(toMs - fromMs)));
        }
      }
    },
    passToAlarm(time, flags, scope) {
      for (const { fromMs, toMs } of slotsOf(time)) {
        const { lanes, alarming } = begin(fromMs, flags, scope);
        const atMs = alarming === 0 ? Infinity : fromMs - Math.log(1 - random.next()) / alarming;
        const isWell = atMs >= toMs;
        const untilMs = isWell ? toMs : Math.max(fromMs, Math.floor(atMs / secondMs) * secondMs);
        for (const lane of lanes) lane.usual(fromMs, untilMs - fromMs);
        if (isWell) continue;
        const endMs = Math.min(toMs, untilMs + secondMs);
        return {
          fromMs: untilMs,
          toMs: endMs,
          happen() {
            for (const lane of lanes) lane.usual(untilMs, endMs - untilMs);
            pick(lanes, random).alarms(untilMs, 1);
            for (const lane of lanes) lane.alarms(untilMs, random.poisson(lane.alarming(endMs - atMs)));
          },
        };
      }
      return null;
    },
  };
}

/** Whose the first alarm is. */
function pick(lanes: readonly Lane[], random: Random): Lane {
  let left = random.next() * lanes.reduce((sum, lane) => sum + lane.alarming(hourMs), 0);
  const found = lanes.find((lane) => (left -= lane.alarming(hourMs)) < 0) ?? lanes[0];
  if (found === undefined) throw new Error("Simulated traffic: nobody is there");
  return found;
}

/** A cell is of one slot. */
function* slotsOf({ fromMs, toMs }: Time): Generator<Time> {
  for (let at = fromMs; at < toMs;) {
    const end = Math.min(toMs, (Math.floor(at / slotMs) + 1) * slotMs);
    yield { fromMs: at, toMs: end };
    at = end;
  }
}
