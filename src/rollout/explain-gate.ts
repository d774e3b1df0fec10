import { neededBelow, neededNoWorse } from "../stats/index.ts";
import type { Gate, MetricSource, OnFail } from "./gate.ts";
import { boundsText } from "./gates/bounds.ts";
import { count, percent, span } from "./gates/words.ts";
import { phaseBack } from "./way-back.ts";
import { placeText } from "./place-text.ts";
import type { Phase, Plan } from "./plan.ts";

/** A gate in plain words, and what it takes to pass it. */
export interface ExplainedGate {
  readonly gate: string;
  readonly type: Gate["type"];
  readonly onFail: OnFail;
  readonly text: string;
  /** Cells without a bad one among them until it can pass; null: it is no test, or no number would do. */
  readonly needs: number | null;
  /** How long those take at the given rate, if every item is a cell of its own; null: the rate is not known. */
  readonly takesMs: number | null;
}

/** Of a 95th percentile. */
const LATE = 0.05;

const NONE = { ours: 0, theirs: 0, all: 0 };

export function explainGate(gate: Gate, at: { plan: Plan; phase: Phase; itemsPerHour: number | null }): ExplainedGate {
  const needs = neededFor(gate, at.plan, at.phase);
  const share = shareFor(gate, at.plan, at.phase);
  const perHour = at.itemsPerHour === null || share === null ? null : at.itemsPerHour * share;
  const takesMs = needs === null || perHour === null || perHour <= 0 ? null : (needs / perHour) * 3_600_000;
  const { name, type, onFail } = gate;
  return {
    gate: name,
    type,
    onFail,
    text: `${questionOf(gate)}${steadyOf(gate)}: ${afterOf(gate, at.plan, at.phase)}`,
    needs,
    takesMs,
  };
}

function steadyOf({ withinMs }: Gate): string {
  return withinMs === undefined ? "" : `, for ${span(withinMs)} without a break`;
}

function afterOf({ onFail, to, settings = {} }: Gate, plan: Plan, phase: Phase): string {
  if (onFail === "adjust") {
    const names = Object.keys(settings).map((name) => `\`${name}\``);
    return `else ${names.join(", ")} of the flag's settings ${names.length === 1 ? "is" : "are"} written, once, and it holds`;
  }
  if (onFail !== "lower") return to === undefined ? AFTER[onFail] : `${AFTER[onFail]} to ${placeText(to)}`;
  if (phaseBack(plan, plan.phases.indexOf(phase), to ?? "previous") === null) return AFTER.rollback;
  return `else it is lowered to ${placeText(to ?? "previous")}, and holds until somebody resumes it`;
}

const AFTER: Readonly<Record<Exclude<OnFail, "adjust" | "lower">, string>> = {
  rollback: "else it rolls back",
  hold: "else it holds",
  warn: "else it warns, and holds until somebody says that it is expected",
  shed: "else nobody is compared any more, and it holds",
};

/** What a gate asks, as a sentence without its end. */
function questionOf(gate: Gate): string {
  switch (gate.type) {
    case "errorRate":
      return `the candidate alone fails in less than ${percent(gate.budget)} of cells, and no more often than legacy alone`;
    case "divergence":
      return `less than ${percent(gate.budget)} of cells have a divergence that is ${atLeast(gate.severity)}`;
    case "divergenceCount":
      return `${gate.max === 0 ? "none" : `at most ${count(gate.max)}`} of the divergences of the phase are ${atLeast(gate.severity)}`;
    case "addedLatency":
      return `the candidate's answer takes at most ${span(gate.maxMs)} longer than legacy's, in 95 % of cells`;
    case "latency":
      return `the candidate answers within ${span(gate.maxMs)} in ${percent(1 - gate.budget)} of cells`;
    case "candidateLatency":
      return "the candidate is not above legacy's p95 more often than legacy";
    case "determinism":
      return "the candidate differs from legacy no more often than legacy's twin does";
    case "bucketDeterminism":
      return "every instance decides a sample of shoppers alike";
    case "configDrift":
      return "flags are as the phase set them";
    case "coverage":
      return `at least ${percent(gate.min)} of items to be compared are${inARow(gate.consecutive)}`;
    case "sensitivity":
      return `the comparison finds ${gate.min === 1 ? "all" : `at least ${percent(gate.min)}`} of planted differences${inARow(gate.consecutive)}`;
    case "observerEffect":
      return "legacy does not fail more often where it is compared";
    case "cohorts":
      return "shoppers that the candidate answers fare no worse than those that legacy answers";
    case "baseline":
      return "legacy fails no more often than in the baseline";
    case "serverErrors": {
      const answers = gate.side === "candidate" ? "the candidate's answers" : "answers";
      return gate.max === 0
        ? `not one of ${answers} is 500 or above, or none${inARow(gate.consecutive)}`
        : `at most ${percent(gate.max)} of ${answers} are 500 or above, or none${inARow(gate.consecutive)}`;
    }
    case "events":
      return `the ${gate.side} declares ${gate.event ?? "events"}, ${boundsText(gate).text} in the last hour${inARow(gate.consecutive)}`;
    case "alerts":
      return "no alarm of Sombra's is on that nobody expects";
    case "metric":
      return `${sourceOf(gate.source)} is ${boundsOf(gate)}${inARow(gate.consecutive)}`;
  }
}

function atLeast(severity: string): string {
  return severity === "critical" ? "critical" : `${severity} or above`;
}

function inARow(times: number): string {
  return times === 1 ? "" : ` (${times} checkpoints in a row have to fail)`;
}

function sourceOf(source: MetricSource): string {
  return source.kind === "prometheus" ? `\`${source.query}\`` : `${source.pointer || "the value"} of ${source.url}`;
}

function boundsOf({ min, max }: Extract<Gate, { type: "metric" }>): string {
  if (min === null) return `at most ${max}`;
  return max === null ? `at least ${min}` : `from ${min} to ${max}`;
}

function neededFor(gate: Gate, plan: Plan, phase: Phase): number | null {
  switch (gate.type) {
    case "errorRate":
    case "divergence":
      return neededBelow(0, gate.budget);
    case "latency":
      return neededBelow(0, gate.budget);
    case "addedLatency":
      return neededBelow(0, LATE);
    // Of a legacy that had failed never.
    case "baseline":
      return neededBelow(0, gate.minEffect);
    case "candidateLatency":
    case "determinism":
      return neededNoWorse(NONE, gate.minEffect);
    case "observerEffect":
      return ofTwo(gate.minEffect, pairedShare(plan, phase));
    case "cohorts":
      return ofTwo(gate.minEffect, phase.allowlist === null ? phase.serve / 100 : null);
    default:
      return null;
  }
}

/** null: one of the two is nobody, or not known to be somebody. */
function ofTwo(margin: number, share: number | null): number | null {
  return share === null || share <= 0 || share >= 1 ? null : neededNoWorse(NONE, margin, share);
}

/** Which share of all items a gate counts; null: not to be known from the plan. */
function shareFor({ type }: Gate, plan: Plan, phase: Phase): number | null {
  if (phase.allowlist !== null || phase.audience !== null) return null;
  switch (type) {
    case "errorRate":
    case "divergence":
    case "candidateLatency":
      return pairedShare(plan, phase);
    case "addedLatency":
      return phase.serve === 0 ? pairedShare(plan, phase) : (100 - phase.serve) / 100;
    case "latency":
      return phase.serve / 100;
    case "observerEffect":
    case "cohorts":
      return 1;
    case "baseline":
      return (100 - phase.serve) / 100;
    default:
      return null;
  }
}

function pairedShare({ shadow }: Plan, { serve, compare, allowlist }: Phase): number | null {
  if (allowlist !== null) return null;
  if (serve === 0) return compare / 100;
  return shadow ? (100 - serve + (serve * compare) / 100) / 100 : 0;
}
