import type { ExplainedPhase } from "./explain-phase.ts";
import { gatesOf } from "./gates-of.ts";
import { percent, span } from "./gates/words.ts";
import { phasesIn } from "./phases.ts";
import type { Phase, Plan } from "./plan.ts";

const DAY_MS = 86_400_000;
const PRODUCTION = "production";
/** Above it a budget is rather 0.1 written for 0.1 %. */
const LARGE_BUDGET = 0.05;

/** Where the guides' standing rules are left, and what looks like a slip. A plan may have its reasons. */
export function warningsOf(
  plan: Plan,
  unsaid: readonly string[],
  explained: readonly ExplainedPhase[],
): readonly string[] {
  const production = phasesIn(plan, PRODUCTION).flatMap((index) => plan.phases[index] ?? []);
  const serving = production.filter(({ kind }) => kind === "serve");
  return [
    ...dualRunFirst(serving),
    ...serving.filter(isShortStep).map(shortStep),
    ...(unsaid.includes("rollback.to")
      ? ["No rollback target is said (`rollback.to`): name it, so that everybody knows where a rollback leads."]
      : []),
    ...(production.some(({ approval }) => approval !== null)
      ? []
      : ["No phase of production needs an approval: nobody but the evidence decides."]),
    ...(plan.keepFlagsMs < 30 * DAY_MS
      ? [`Flags are kept for ${span(plan.keepFlagsMs)} after the last phase: 30 days leave a way back.`]
      : []),
    ...plan.phases.flatMap((phase, index) => phaseSlips(plan, phase, explained[index])),
    ...planSlips(plan, unsaid),
  ];
}

function dualRunFirst([first]: readonly Phase[]): readonly string[] {
  if (first === undefined || (first.serve === 0 && isCompared(first))) return [];
  return [
    `Phase "${first.name}", the first of production, is no dual-run: compare before anybody is served (\`serve: 0\`, \`compare\` above 0).`,
  ];
}

function isCompared({ compare, allowlist, forceOn }: Phase): boolean {
  return compare > 0 || allowlist !== null || forceOn.length > 0;
}

/** A step of percents; a list is seen at every time of day as soon as it is used. */
function isShortStep({ serve, compare, allowlist, minMs }: Phase): boolean {
  return allowlist === null && serve + compare > 0 && minMs < DAY_MS;
}

function shortStep({ name, minMs }: Phase): string {
  return `Phase "${name}" takes ${span(minMs)}: a share wants at least 24 h, so that every time of day is seen.`;
}

function phaseSlips(plan: Plan, phase: Phase, explained: ExplainedPhase | undefined): readonly string[] {
  const slips: string[] = [];
  if (phase.kind === "serve" && gatesOf(plan, phase).length === 0) {
    slips.push(`Phase "${phase.name}" has no gate that could be answered in it: only time would be looked at.`);
  }
  const takes = Math.max(0, ...(explained?.gates ?? []).map(({ takesMs }) => takesMs ?? 0));
  if (phase.maxMs !== null && takes > phase.maxMs) {
    slips.push(
      `Phase "${phase.name}" is due after ${span(phase.maxMs)}, and its gates need ${span(takes)} at the present rate.`,
    );
  }
  return slips;
}

function planSlips(plan: Plan, unsaid: readonly string[]): readonly string[] {
  const gates = [...plan.gates, ...plan.phases.flatMap((phase) => phase.gates)];
  // For the few of a list there is no smaller one.
  const ofShares = [...plan.gates, ...plan.phases.flatMap((phase) => (phase.allowlist === null ? phase.gates : []))];
  const large = ofShares.flatMap((gate) => ("budget" in gate && gate.budget > LARGE_BUDGET ? [gate] : []));
  const hasBaseline = plan.phases.some(({ kind }) => kind === "baseline");
  return [
    ...large.map(({ name, budget }) => `Gate "${name}" puts up with ${percent(budget)}: is a "%" missing?`),
    ...(gates.some(({ type }) => type === "baseline") && !hasBaseline
      ? ["A gate asks for the baseline, and no phase records one (`kind: baseline`): it waits for ever."]
      : []),
    ...(unsaid.includes("author") && plan.phases.some(({ approval }) => approval?.notAuthor === true)
      ? [
          "No `author` is said, and approvals are not to be the author's: only whoever starts it is kept from approving.",
        ]
      : []),
  ];
}
