import type { Gate, MetricSource, Plan, Surroundings } from "../rollout/index.ts";
import { healthy, type Behaviour } from "./behaviour.ts";

/** What a plan is tried on. Plain data. */
export interface Scenario {
  readonly plan: Plan;
  /** Phases of another are passed over. */
  readonly environment: string;
  /** When the first phase begins, ISO 8601, UTC. */
  readonly startAt: string;
  readonly traffic: SimulatedTraffic;
  /** What is wrong with the candidate; empty: it is healthy. */
  readonly faults: readonly Fault[];
  /** How long people take to approve, or to tick what is checked by hand. */
  readonly approveAfterMs: number;
  /** A run that has not ended by then is left where it is. */
  readonly limitMs: number;
}

export interface SimulatedTraffic {
  /** On average, of the route. */
  readonly itemsPerHour: number;
  readonly shoppers: number;
  /** `day`: least at three in the morning (UTC), then a quarter of the mean; most at three in the afternoon. */
  readonly shape: "flat" | "day";
  /** Of each shopper whom the plan names, an hour. */
  readonly named: number;
  /** Of the shoppers, who are in stored lists that the plan names: 0 to 1. */
  readonly audience: number;
}

/** From then on the candidate is worse. */
export interface Fault {
  readonly what: FaultKind;
  /** A share of items, milliseconds, or a figure from outside. */
  readonly amount: number;
  /** Of a metric gate, where that is what it is about; else empty. */
  readonly metric: string;
  readonly from: Onset;
}

export const faultKinds = [
  "errors",
  "shared-errors",
  "legacy-errors",
  "minor",
  "major",
  "critical",
  "latency",
  "metric",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export type Onset =
  /** Of time since the first phase began. */
  | { readonly kind: "after"; readonly ms: number }
  /** As this phase is entered first: an index into the plan's. */
  | { readonly kind: "phase"; readonly phase: number };

/** As fast as legacy: no gate asks for more. */
const well: Behaviour = { ...healthy, addedMs: 0.1 };

/** How both sides behave under some faults. */
export function behaviourUnder(faults: readonly Fault[]): Behaviour {
  return faults.reduce<Behaviour>((how, { what, amount }) => {
    switch (what) {
      case "errors":
        return { ...how, candidateFails: amount };
      case "shared-errors":
        return { ...how, bothFail: amount };
      case "legacy-errors":
        return { ...how, legacyFails: amount };
      case "latency":
        return { ...how, addedMs: well.addedMs + amount };
      case "minor":
      case "major":
      case "critical":
        return { ...how, [what]: amount };
      case "metric":
        return how;
      default:
        return what satisfies never;
    }
  }, well);
}

type MetricGate = Extract<Gate, { readonly type: "metric" }>;

export function metricGatesOf({ gates, phases }: Plan): readonly MetricGate[] {
  return [...gates, ...phases.flatMap((phase) => phase.gates)].flatMap((gate) =>
    gate.type === "metric" ? [gate] : [],
  );
}

/** What a figure from outside is: where a fault says so that, else well within every bound that the plan sets it. */
export function createFigures(plan: Plan): (source: MetricSource, faults: readonly Fault[]) => number {
  const gates = Map.groupBy(metricGatesOf(plan), ({ source }) => JSON.stringify(source));
  return (source, faults) => {
    const asking = gates.get(JSON.stringify(source)) ?? [];
    const names = new Set(asking.map(({ name }) => name));
    const fault = faults.findLast(({ what, metric }) => what === "metric" && names.has(metric));
    return fault?.amount ?? withinBounds(asking);
  };
}

/** Events are declared as every gate that asks for them wants it. */
export function declaredEvents({ gates, phases }: Plan): NonNullable<Surroundings["events"]> {
  const asking = [...gates, ...phases.flatMap((phase) => phase.gates)].flatMap((gate) =>
    gate.type === "events" ? [gate] : [],
  );
  const kinds = Map.groupBy(asking, ({ side, event }) => JSON.stringify([side, event]));
  const counts = [...kinds.values()].flatMap((same) => {
    const [one] = same;
    return one === undefined ? [] : [{ side: one.side, type: one.event ?? "any", n: Math.round(withinBounds(same)) }];
  });
  return { counts, sinceMs: 0 };
}

function withinBounds(gates: readonly { readonly min: number | null; readonly max: number | null }[]): number {
  const min = Math.max(...gates.map((gate) => gate.min ?? -Infinity));
  const max = Math.min(...gates.map((gate) => gate.max ?? Infinity));
  if (Number.isFinite(min) && Number.isFinite(max)) return (min + max) / 2;
  if (Number.isFinite(max)) return max - Math.abs(max) / 5;
  return Number.isFinite(min) ? min + Math.abs(min) / 5 : 0;
}

const dayMs = 86_400_000;
const busiestMs = 15 * 3_600_000;

/** How much of the mean it is then. */
export function shapeOf({ shape }: SimulatedTraffic): (atMs: number) => number {
  if (shape === "flat") return () => 1;
  return (atMs) => 1 + 0.75 * Math.cos((2 * Math.PI * (atMs - busiestMs)) / dayMs);
}

/** Twice as long as it takes at least, and a day. */
export function usualLimitMs({ phases }: Plan): number {
  return 2 * phases.reduce((sum, { minMs }) => sum + minMs, 0) + dayMs;
}
