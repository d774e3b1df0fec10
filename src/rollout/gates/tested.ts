import { lnShown } from "../../stats/index.ts";
import type { Gate, GateResult } from "../gate.ts";
import type { Counts } from "../windows.ts";
import type { GateContext } from "./context.ts";
import {
  effectOf,
  figuresOf,
  isAnswerable,
  isSound,
  lnBad,
  lnGood,
  looksOver,
  missingOf,
  named,
  textOf,
  type Question,
} from "./question.ts";
import { resultOf, type Figures } from "./result.ts";
import { count, figure, span } from "./words.ts";

type Tested = Extract<Gate, { readonly minEffect: number }>;

/** One false alarm in so many phases, and another from all windows of the phase together. */
const lnAlpha = Math.log(1_000);

interface Suspicion {
  readonly question: Question;
  readonly where: string;
  readonly lnE: number;
  readonly lnNeeded: number;
  /** Large enough to matter. */
  readonly matters: boolean;
}

/**
 * Questions put to tests that may be asked as often as one likes (EVIDENCE 5.3, 6.7). FAIL and WARN come of any one question
 * anywhere: the phase and the window, all routes together and each; PASS of all that prove, over the phase and all routes.
 */
export function judgeTested(
  gate: Tested,
  context: GateContext,
  ask: (counts: Counts) => readonly Question[],
): GateResult {
  const { phase } = context.windows.total;
  const questions = ask(phase);
  const text = questions.map(textOf).join("; ");
  const suspicions = suspect(gate, context, ask);
  const counted = merged([...questions.map(figuresOf), ...ask(asItems(phase)).map(itemsOf)]);
  if (suspicions === null) {
    return resultOf(gate, { verdict: "ERROR", text: `counts that cannot be: ${text}`, figures: counted });
  }
  const worst = suspicions.find(({ matters }) => matters) ?? suspicions[0];
  const proving = questions.filter(({ proves }) => proves);
  const figures = {
    ...counted,
    minEffect: gate.minEffect,
    ...(worst === undefined ? {} : { lnE: worst.lnE, lnENeeded: worst.lnNeeded }),
    ...merged(proving.map((question) => named(question.name, { lnEGood: lnGood(question, gate.minEffect) }))),
  };
  if (worst?.matters === true && worst.lnE >= worst.lnNeeded) {
    return resultOf(gate, { verdict: "FAIL", text: shown(worst), figures });
  }
  const doubtful = suspicions.find(({ lnE, matters }) => matters && lnE >= lnShown);
  if (doubtful !== undefined) return resultOf(gate, { verdict: "WARN", text: shown(doubtful), figures });
  const missing = missingIn(gate, proving);
  if (questions.some(looksOver)) {
    return resultOf(gate, { verdict: "WARN", text: `${text}: over it so far`, figures, missing });
  }
  const isProven = (question: Question): boolean =>
    isAnswerable(question) && lnGood(question, gate.minEffect) >= lnShown;
  return proving.length > 0 && proving.every(isProven)
    ? resultOf(gate, { verdict: "PASS", text, figures })
    : resultOf(gate, {
        verdict: "INCONCLUSIVE",
        text: `${text}${needs(missing, questions, context)}`,
        figures,
        missing,
      });
}

/** The nearest to failing first; null: counts that cannot be. */
function suspect(
  gate: Tested,
  { windows, tests, rollout }: GateContext,
  ask: (counts: Counts) => readonly Question[],
): readonly Suspicion[] | null {
  const { windowMs } = rollout.plan.checkpoints;
  const looks = [windows.total, ...windows.routes];
  const lnPhase = lnAlpha + Math.log(Math.max(1, tests) * looks.length);
  const places = looks.flatMap(({ route, phase, window }) => {
    const on = route === null ? "" : ` on route ${route}`;
    return [
      { counts: phase, where: `in the phase${on}`, lnNeeded: lnPhase },
      ...(window === null
        ? []
        : [
            {
              counts: window,
              where: `in the last ${span(windowMs)}${on}`,
              lnNeeded: lnPhase + Math.log(windows.starts),
            },
          ]),
    ];
  });
  const asked = places.flatMap(({ counts, where, lnNeeded }) =>
    ask(counts).map((question) => ({ question, where, lnNeeded })),
  );
  if (!asked.every(({ question }) => isSound(question))) return null;
  return asked
    .map((one) => ({
      ...one,
      lnE: lnBad(one.question),
      matters: effectOf(one.question) > 0 && effectOf(one.question) >= gate.minEffect,
    }))
    .toSorted((one, two) => two.lnE - two.lnNeeded - (one.lnE - one.lnNeeded));
}

const shown = ({ question, where, lnE, lnNeeded }: Suspicion): string =>
  `${textOf(question)}, ${where}: ln E ${figure(lnE)}, ${figure(lnNeeded)} fails`;

function missingIn(gate: Tested, proving: readonly Question[]): number | null {
  if (proving.length === 0) return null;
  const each = proving.map((question) => missingOf(question, gate.minEffect));
  return each.reduce<number | null>((most, one) => (most === null || one === null ? null : Math.max(most, one)), 0);
}

function needs(missing: number | null, questions: readonly Question[], { runningMs }: GateContext): string {
  if (missing === null) return ": no number of cells would show more";
  const all = Math.max(0, ...questions.map((question) => question.all));
  const long = all > 0 && runningMs > 0 ? `, ${span((missing / all) * runningMs)} at this rate` : "";
  return `: ${count(missing)} more without another bad one would show it${long}`;
}

/** The same as they came, for people to see what bursts hid. */
const asItems = ({ raw }: Counts): Counts => ({ cells: raw, raw });

function itemsOf(question: Question): Figures {
  return named(
    question.name,
    question.kind === "budget"
      ? { itemsK: question.bad, itemsN: question.all }
      : { itemsB: question.ours, itemsC: question.theirs, itemsN: question.all },
  );
}

const merged = (all: readonly Figures[]): Figures => Object.fromEntries(all.flatMap((one) => Object.entries(one)));
