import type { Sentence } from "../lib/sentence.ts";
import type { Audience } from "./audience.ts";
import { explainPhase, type ExplainedPhase } from "./explain-phase.ts";
import { count, percent, span } from "./gates/words.ts";
import type { AutomaticPrecheck, Plan, RollbackTarget } from "./plan.ts";
import type { ParsedPlan } from "./plan-schema.ts";
import { warningsOf } from "./standing-rules.ts";

export interface Asked {
  /** Items an hour on the routes of the flag; null: not known. */
  readonly itemsPerHour: number | null;
  /** What the plan did not say (`parsePlan`). */
  readonly unsaid: Extract<ParsedPlan, { ok: true }>["unsaid"];
}

/** A plan in plain sentences. Names no shopper. */
export interface PlanExplanation {
  readonly text: readonly string[];
  readonly phases: readonly ExplainedPhase[];
  /** Where the guides' standing rules are left, and what looks like a slip. */
  readonly warnings: readonly Sentence[];
}

export function explainPlan(plan: Plan, asked: Asked): PlanExplanation {
  const phases = plan.phases.map((phase) => explainPhase(plan, phase, asked.itemsPerHour));
  return { text: planText(plan), phases, warnings: warningsOf(plan, asked.unsaid, phases) };
}

function planText(plan: Plan): readonly string[] {
  const { flag, mode, author, fastLane, checkpoints, noData, rollback, keepFlagsMs, prechecks } = plan;
  const acts = mode === "observe" ? "It judges and says what it would do, and does nothing." : null;
  const lane =
    fastLane === null
      ? "Nothing watches between checkpoints: the fast lane is off."
      : `Every second the fast lane watches for more than ${percent(fastLane.budget)} of failed or critically different cells, ` +
        `and rolls back at once; by mistake once in ${count(fastLane.falseAlarmEvery)} observations of a stream.`;
  const checks = [...prechecks.automatic.map(precheckText), ...prechecks.manual.map((name) => `${name} (by hand)`)];
  return [
    ...(plan.description === "" ? [] : [plan.description]),
    `Moves \`${flag}\`${author === "" ? "" : `, answered for by ${author}`}, in ${count(plan.phases.length)} phases.`,
    ...(acts === null ? [] : [acts]),
    checks.length === 0 ? "Nothing is checked before the start." : `Before the start: ${checks.join(", ")}.`,
    `A checkpoint every ${span(checkpoints.everyMs)} looks at the whole phase and at the last ${span(checkpoints.windowMs)}. ` +
      `With nothing to judge by it holds, and says so after ${span(noData.graceMs)}.`,
    lane,
    `A rollback leads ${targetText(rollback.to)}.${proceduresText(plan)}`,
    ...plan.audiences.map(audienceText),
    `After the last phase the flags stay for ${span(keepFlagsMs)}, with the way back at hand.`,
  ];
}

function precheckText(precheck: AutomaticPrecheck): string {
  return precheck.name === "list-size" ? `a list of at least ${count(precheck.atLeast)}` : precheck.name;
}

/** After "leads" or "rolled back". */
export function targetText(to: RollbackTarget): string {
  if (to === "shadow") return "to shadow: legacy answers everybody, and whoever was compared still is";
  if (to === "previous") return "to the phase before";
  return to === "off" ? "to legacy, for everybody" : `to the phase "${to.phase}"`;
}

const often = {
  daily: "every day",
  weekly: "every Monday",
  phase: "as a phase is left",
  end: "at the end",
} as const satisfies Readonly<Record<Audience["frequency"], string>>;

function audienceText({ channel, frequency, owner, template }: Audience): string {
  const what = typeof template === "string" ? template : `"${template.title}"`;
  return `By channel \`${channel}\` ${what} is sent ${often[frequency]}; ${owner} answers for it.`;
}

function proceduresText({ rollback: { procedures } }: Plan): string {
  if (procedures.length === 0) return "";
  const each = procedures.map(({ component, expectedMs }) => `${component} (${span(expectedMs)})`);
  return ` Then by hand: ${each.join(", ")}.`;
}
