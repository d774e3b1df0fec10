import type { StreamEvidence } from "../account/index.ts";
import { wilson } from "../stats/index.ts";
import type { GateResult } from "./gate.ts";
import { sampleRatio, type SampleRatio } from "./gates/sample-ratio.ts";
import { pairsOf, quantilesOf, type Pairs } from "./pairs.ts";
import type { Surroundings } from "./ports.ts";
import type { Rollout } from "./state.ts";
import { readWindows, type Windows } from "./windows.ts";

/** Shoppers of one side, and how they fare (`GET /api/rollouts/{id}/groups`). Rates are 0 to 1; null: there is nothing yet. */
export interface Group {
  /** Different shoppers, at least where `users_at_least`. */
  readonly users: number;
  readonly users_at_least: boolean;
  readonly items: number;
  readonly failed: number;
  readonly error_rate: number | null;
  /** With 95 %, for one look. */
  readonly error_rate_from: number;
  readonly error_rate_to: number;
  /** Quantiles with 95 %, for one look; null: too few to say. */
  readonly p50_ms: number | null;
  readonly p50_from_ms: number | null;
  readonly p50_to_ms: number | null;
  readonly p95_ms: number | null;
  readonly p95_from_ms: number | null;
  readonly p95_to_ms: number | null;
  readonly p99_ms: number | null;
  readonly p99_from_ms: number | null;
  readonly p99_to_ms: number | null;
  /** From outside: of metrics `acceptance-candidate` and `acceptance-legacy` each side has its `acceptance`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The A/B table of a phase. */
export interface Groups {
  readonly rollout: string;
  readonly phase: string;
  readonly candidate: Group;
  readonly legacy: Group;
  /** Figures from outside that are of nobody in particular. */
  readonly metrics: Readonly<Record<string, number>>;
  /** null: flags are not as they were. */
  readonly sample_ratio: SampleRatio | null;
  /** Of items that both sides had; null: there are none. */
  readonly pairs: Pairs | null;
}

export interface GroupsInput {
  readonly rollout: Rollout;
  /** Into the plan's. */
  readonly phaseIndex: number;
  readonly evidence: readonly StreamEvidence[];
  /** null: the phase is over. */
  readonly surroundings: Surroundings | null;
  /** Of the last checkpoint. */
  readonly results: readonly GateResult[];
  readonly nowMs: number;
}

export function groupsOf({ rollout, phaseIndex, evidence, surroundings, results, nowMs }: GroupsInput): Groups {
  const phase = rollout.plan.phases[phaseIndex];
  if (phase === undefined) throw new RangeError(`Groups: plan "${rollout.plan.name}" has no phase ${phaseIndex}`);
  const windows = readWindows(evidence, { windowMs: rollout.plan.checkpoints.windowMs, nowMs });
  const measured = results.flatMap(({ gate, type, figures: { value } }) =>
    type === "metric" && value !== undefined ? [{ gate, value, side: sideOf(gate) }] : [],
  );
  const metricsOf = (of: Side | null): Readonly<Record<string, number>> =>
    Object.fromEntries(
      measured.flatMap(({ gate, value, side }) =>
        side === of ? [[of === null ? gate : stemOf(gate, of), value]] : [],
      ),
    );
  const group = (side: Side): Group => ({ ...groupOf(windows, side), metrics: metricsOf(side) });
  return {
    rollout: rollout.id,
    phase: phase.name,
    candidate: group("candidate"),
    legacy: group("legacy"),
    metrics: metricsOf(null),
    sample_ratio: surroundings === null ? null : sampleRatio({ rollout, phase, windows, surroundings }),
    pairs: pairsOf(windows),
  };
}

type Side = "candidate" | "legacy";

const sideOf = (gate: string): Side | null =>
  gate.endsWith("-candidate") ? "candidate" : gate.endsWith("-legacy") ? "legacy" : null;

const stemOf = (gate: string, side: Side): string => gate.slice(0, -(side.length + 1));

function groupOf({ total, shoppers, times }: Windows, side: Side): Omit<Group, "metrics"> {
  const population = `served-${side}` as const;
  const items = total.phase.raw(population, "item");
  const failed = total.phase.raw(population, "failed");
  const { from, to } = wilson(failed, items);
  const { p50, p95, p99 } = quantilesOf(times(population, side));
  return {
    users: shoppers[side].count,
    users_at_least: shoppers[side].atLeast,
    items,
    failed,
    error_rate: items > 0 ? failed / items : null,
    error_rate_from: from,
    error_rate_to: to,
    p50_ms: p50.ms,
    p50_from_ms: p50.from_ms,
    p50_to_ms: p50.to_ms,
    p95_ms: p95.ms,
    p95_from_ms: p95.from_ms,
    p95_to_ms: p95.to_ms,
    p99_ms: p99.ms,
    p99_from_ms: p99.from_ms,
    p99_to_ms: p99.to_ms,
  };
}
