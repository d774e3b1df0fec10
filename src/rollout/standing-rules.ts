import type { ExplainedPhase } from "./explain-phase.ts";
import { gatesOf } from "./gates-of.ts";
import { en, pt, say, type Sentence } from "../lib/sentence.ts";
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
): readonly Sentence[] {
  const production = phasesIn(plan, PRODUCTION).flatMap((index) => plan.phases[index] ?? []);
  const serving = production.filter(({ kind }) => kind === "serve");
  return [
    ...dualRunFirst(serving),
    ...reversed(plan),
    ...serving.filter(isShortStep).map(shortStep),
    ...(unsaid.includes("rollback.to")
      ? [
          say(
            "No rollback target is said (`rollback.to`): name it, so that everybody knows where a rollback leads.",
            "Nenhum destino de rollback é dito (`rollback.to`): nomeie-o, para que todos saibam aonde leva um rollback.",
          ),
        ]
      : []),
    ...(production.some(({ approval }) => approval !== null)
      ? []
      : [
          say(
            "No phase of production needs an approval: nobody but the evidence decides.",
            "Nenhuma fase de produção pede aprovação: só a evidência decide.",
          ),
        ]),
    ...(plan.keepFlagsMs < 30 * DAY_MS
      ? [
          say(
            `Flags are kept for ${en.span(plan.keepFlagsMs)} after the last phase: 30 days leave a way back.`,
            `As flags são mantidas por ${pt.span(plan.keepFlagsMs)} depois da última fase: 30 dias deixam um caminho de volta.`,
          ),
        ]
      : []),
    ...plan.phases.flatMap((phase, index) => phaseSlips(plan, phase, explained[index])),
    ...planSlips(plan, unsaid),
  ];
}

function dualRunFirst([first]: readonly Phase[]): readonly Sentence[] {
  if (first === undefined || (first.serve === 0 && isCompared(first))) return [];
  return [
    say(
      `Phase "${first.name}", the first of production, is no dual-run: compare before anybody is served (\`serve: 0\`, \`compare\` above 0).`,
      `A fase "${first.name}", a primeira de produção, não é dual-run: compare antes de atender alguém (\`serve: 0\`, \`compare\` acima de 0).`,
    ),
  ];
}

/** Phases that ask legacy after the candidate: what legacy does for itself has to be told from what it does then. */
function reversed({ shadow, phases }: Plan): readonly Sentence[] {
  const names = phases.flatMap(({ name, serve, compare }) => (shadow && serve > 0 && compare > 0 ? [`"${name}"`] : []));
  if (names.length === 0) return [];
  const all = names.join(", ");
  const isOne = names.length === 1;
  return [
    say(
      `${isOne ? "Phase" : "Phases"} ${all} serve and compare (\`compare\` above 0, 100 where not said): ` +
        "refused until legacy's calls were seen tied to their exchanges (it passes `traceparent` on); `compare: 0` does without.",
      `${isOne ? "A fase" : "As fases"} ${all} ${isOne ? "atende e compara" : "atendem e comparam"} (\`compare\` acima de 0, 100 se não dito): ` +
        "recusado até as chamadas do legacy serem vistas ligadas às suas exchanges (ele repassa `traceparent`); `compare: 0` dispensa isso.",
    ),
  ];
}

function isCompared({ compare, allowlist, forceOn }: Phase): boolean {
  return compare > 0 || allowlist !== null || forceOn.length > 0;
}

/** A step of percents; a list is seen at every time of day as soon as it is used. */
function isShortStep({ serve, compare, allowlist, minMs }: Phase): boolean {
  return allowlist === null && serve + compare > 0 && minMs < DAY_MS;
}

function shortStep({ name, minMs }: Phase): Sentence {
  return say(
    `Phase "${name}" takes ${en.span(minMs)}: a share wants at least 24 h, so that every time of day is seen.`,
    `A fase "${name}" leva ${pt.span(minMs)}: uma parcela pede ao menos 24 h, para que toda hora do dia seja vista.`,
  );
}

function phaseSlips(plan: Plan, phase: Phase, explained: ExplainedPhase | undefined): readonly Sentence[] {
  const slips: Sentence[] = [];
  if (phase.kind === "serve" && gatesOf(plan, phase).length === 0) {
    slips.push(
      say(
        `Phase "${phase.name}" has no gate that could be answered in it: only time would be looked at.`,
        `A fase "${phase.name}" não tem gate que possa ter resposta nela: só o tempo seria olhado.`,
      ),
    );
  }
  const takes = Math.max(0, ...(explained?.gates ?? []).map(({ takesMs }) => takesMs ?? 0));
  if (phase.maxMs !== null && takes > phase.maxMs) {
    slips.push(
      say(
        `Phase "${phase.name}" is due after ${en.span(phase.maxMs)}, and its gates need ${en.span(takes)} at the present rate.`,
        `A fase "${phase.name}" vence depois de ${pt.span(phase.maxMs)}, e seus gates precisam de ${pt.span(takes)} no ritmo atual.`,
      ),
    );
  }
  return slips;
}

function planSlips(plan: Plan, unsaid: readonly string[]): readonly Sentence[] {
  const gates = [...plan.gates, ...plan.phases.flatMap((phase) => phase.gates)];
  // For the few of a list there is no smaller one.
  const ofShares = [...plan.gates, ...plan.phases.flatMap((phase) => (phase.allowlist === null ? phase.gates : []))];
  const large = ofShares.flatMap((gate) =>
    "budget" in gate && gate.type !== "latency" && gate.budget > LARGE_BUDGET ? [gate] : [],
  );
  const hasBaseline = plan.phases.some(({ kind }) => kind === "baseline");
  return [
    ...large.map(({ name, budget }) =>
      say(
        `Gate "${name}" puts up with ${en.percent(budget)}: is a "%" missing?`,
        `O gate "${name}" tolera ${pt.percent(budget)}: falta um "%"?`,
      ),
    ),
    ...(gates.some(({ type }) => type === "baseline") && !hasBaseline
      ? [
          say(
            "A gate asks for the baseline, and no phase records one (`kind: baseline`): it waits for ever.",
            "Um gate pergunta pelo baseline, e nenhuma fase registra um (`kind: baseline`): ele espera para sempre.",
          ),
        ]
      : []),
    ...(unsaid.includes("author") && plan.phases.some(({ approval }) => approval?.notAuthor === true)
      ? [
          say(
            "No `author` is said, and approvals are not to be the author's: only whoever starts it is kept from approving.",
            "Nenhum `author` é dito, e as aprovações não podem ser do autor: só quem o inicia fica impedido de aprovar.",
          ),
        ]
      : []),
  ];
}
