import { gatesOf, phasesIn, type Plan } from "../rollout/index.ts";
import { wilson } from "../stats/index.ts";
import type { Run } from "./run.ts";
import type { Scenario } from "./scenario.ts";

/** Of as many runs as there are; times in milliseconds. */
export interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

/** What a plan did in simulated runs. Names no shopper. */
export interface Simulation {
  readonly plan: string;
  readonly flag: string;
  readonly environment: string;
  readonly runs: number;
  readonly seed: number;
  /** ISO 8601: the first phase began then. */
  readonly start_at: string;
  readonly ends: Readonly<Record<"completed" | "rolled_back" | "held", number>>;
  /** How long runs were, to wherever they ended; null: there was none. */
  readonly took_ms: Spread | null;
  /** Runs in which something failed before the candidate was worse, and up to which share that may be so with 95 % (Wilson). */
  readonly false_alarms: { readonly runs: number; readonly share: number; readonly share_to: number };
  /** null: the candidate is healthy. */
  readonly fault: SimulatedFault | null;
  readonly phases: readonly SimulatedPhase[];
  /** false: there was no time for all runs that were asked for. */
  readonly complete: boolean;
}

export interface SimulatedFault {
  /** Runs in which the candidate got worse, which not all live to see. */
  readonly runs: number;
  /** Since the start. */
  readonly onset_ms: Spread | null;
  /** Of those, in which a gate failed or the fast lane tripped afterwards; and how long that took. */
  readonly noticed: number;
  readonly notice_ms: Spread | null;
  readonly noticed_by: readonly Counted[];
  /** Items at which the candidate did worse than legacy, of each run to its end: which shoppers got, and which were compared. */
  readonly bad_served: Spread | null;
  readonly bad_seen: Spread | null;
}

export interface Counted {
  readonly name: string;
  readonly runs: number;
}

export interface SimulatedPhase {
  readonly name: string;
  readonly serve: number;
  readonly compare: number;
  readonly gates: readonly string[];
  readonly min_ms: number;
  /** Since the start, in the median run that was in it; else as the plan has it: where a picture puts it. */
  readonly from_ms: number;
  readonly to_ms: number;
  /** Runs that were in it. */
  readonly entered: number;
  /** When, and how long they stayed. */
  readonly entered_ms: Spread | null;
  readonly stayed_ms: Spread | null;
  readonly rolled_back: number;
  /** When those were, since the start, and by what. */
  readonly rolled_back_ms: Spread | null;
  readonly rolled_back_by: readonly Counted[];
  /** Runs that were still in it in the end, and what they waited for. */
  readonly held: number;
  readonly held_by: readonly Counted[];
}

export function summaryOf(
  { plan, environment, startAt, faults }: Scenario,
  runs: readonly Run[],
  { seed, asked }: { readonly seed: number; readonly asked: number },
): Simulation {
  const endings = (end: Run["end"]): readonly Run[] => runs.filter((run) => run.end === end);
  const alarms = runs.filter(({ falseAlarm }) => falseAlarm).length;
  return {
    plan: plan.name,
    flag: plan.flag,
    environment,
    runs: runs.length,
    seed,
    start_at: startAt,
    ends: {
      completed: endings("completed").length,
      rolled_back: endings("rolled-back").length,
      held: endings("held").length,
    },
    took_ms: spreadOf(runs.map(({ endMs }) => endMs)),
    false_alarms: {
      runs: alarms,
      share: runs.length === 0 ? 0 : alarms / runs.length,
      share_to: wilson(alarms, runs.length).to,
    },
    fault: faults.length === 0 ? null : faultOf(runs),
    phases: placed(phasesIn(plan, environment).map((phase) => phaseOf(plan, phase, runs))),
    complete: runs.length === asked,
  };
}

function faultOf(runs: readonly Run[]): SimulatedFault {
  const worse = runs.flatMap((run) => (run.onsetMs === null ? [] : [{ ...run, onsetMs: run.onsetMs }]));
  const noticed = worse.flatMap(({ notice, onsetMs }) => (notice === null ? [] : [{ ...notice, onsetMs }]));
  return {
    runs: worse.length,
    onset_ms: spreadOf(worse.map(({ onsetMs }) => onsetMs)),
    noticed: noticed.length,
    notice_ms: spreadOf(noticed.map(({ atMs, onsetMs }) => atMs - onsetMs)),
    noticed_by: counted(noticed.flatMap(({ by }) => by)),
    bad_served: spreadOf(worse.map(({ badServed }) => badServed)),
    bad_seen: spreadOf(worse.map(({ badSeen }) => badSeen)),
  };
}

type Unplaced = Omit<SimulatedPhase, "from_ms" | "to_ms">;

function placed(phases: readonly Unplaced[]): readonly SimulatedPhase[] {
  let endMs = 0;
  return phases.map((phase) => {
    const fromMs = phase.entered_ms?.median ?? endMs;
    const toMs = fromMs + (phase.stayed_ms?.median ?? phase.min_ms);
    endMs = Math.max(endMs, toMs);
    return { ...phase, from_ms: fromMs, to_ms: toMs };
  });
}

function phaseOf(plan: Plan, index: number, runs: readonly Run[]): Unplaced {
  const phase = plan.phases[index];
  if (phase === undefined) throw new RangeError(`Simulation: plan "${plan.name}" has no phase ${index}`);
  const first = runs.flatMap(({ stays }) => stays.find((stay) => stay.phase === index) ?? []);
  const stays = runs.flatMap((run) => run.stays.filter((stay) => stay.phase === index));
  const back = runs.filter((run) => run.end === "rolled-back" && run.phase === index);
  const held = runs.filter((run) => run.end === "held" && run.phase === index);
  return {
    name: phase.name,
    serve: phase.serve,
    compare: phase.compare,
    gates: gatesOf(plan, phase).map(({ name }) => name),
    min_ms: phase.minMs,
    entered: first.length,
    entered_ms: spreadOf(first.map(({ fromMs }) => fromMs)),
    stayed_ms: spreadOf(stays.map(({ fromMs, toMs }) => toMs - fromMs)),
    rolled_back: back.length,
    rolled_back_ms: spreadOf(back.map(({ endMs }) => endMs)),
    rolled_back_by: counted(back.flatMap(({ by }) => by)),
    held: held.length,
    held_by: counted(held.flatMap(({ by }) => by)),
  };
}

/** null: of nothing. */
function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((one, two) => one - two);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return sorted.length === 0 ? null : { median: at(0.5), p10: at(0.1), p90: at(0.9) };
}

/** Most often first. */
function counted(names: readonly string[]): readonly Counted[] {
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, all]) => ({ name, runs: all.length }))
    .toSorted((one, two) => two.runs - one.runs || (one.name < two.name ? -1 : 1));
}
