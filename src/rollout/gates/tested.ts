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
import { resultOf } from "./result.ts";
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
  const { windows } = context;
  const questions = ask(windows.total.phase);
  const figures = Object.assign({}, ...questions.map(figuresOf));
  const text = questions.map(textOf).join("; ");
  const suspicions = suspect(gate, context, ask);
  if (suspicions === null) {
    return resultOf(gate, { verdict: "ERROR", text: `counts that cannot be: ${text}`, figures });
  }
  const worst = suspicions.reduce<Suspicion | null>(
    (most, one) => (most !== null && most.lnE - most.lnNeeded >= one.lnE - one.lnNeeded ? most : one),
    null,
  );
  const proving = questions.filter(({ proves }) => proves);
  const proofs = proving.map((question) => lnGood(question, gate.minEffect));
  const told = {
    ...figures,
    ...itemsOf(ask(allItems(windows.total.phase))),
    minEffect: gate.minEffect,
    ...(worst === null ? {} : { lnE: worst.lnE, lnENeeded: worst.lnNeeded }),
    ...Object.assign({}, ...proving.map(({ name }, index) => named(name, { lnEGood: proofs[index] ?? 0 }))),
  };
  const failing = suspicions.find(({ lnE, lnNeeded, matters }) => matters && lnE >= lnNeeded);
  if (failing !== undefined)
    return resultOf(gate, {
      verdict: "FAIL",
      text: shown(failing),
      figures: { ...told, lnE: failing.lnE, lnENeeded: failing.lnNeeded },
    });
  const doubtful = suspicions.find(({ lnE, matters }) => matters && lnE >= lnShown);
  if (doubtful !== undefined) return resultOf(gate, { verdict: "WARN", text: shown(doubtful), figures: told });
  const missing = missingIn(gate, proving);
  if (questions.some(looksOver)) {
    return resultOf(gate, { verdict: "WARN", text: `${text}: over it so far`, figures: told, missing });
  }
  const passes =
    proving.length > 0 && proving.every((question, index) => isAnswerable(question) && (proofs[index] ?? 0) >= lnShown);
  return passes
    ? resultOf(gate, { verdict: "PASS", text, figures: told })
    : resultOf(gate, {
        verdict: "INCONCLUSIVE",
        text: `${text}${needs(missing, questions, context)}`,
        figures: told,
        missing,
      });
}

/** null: counts that cannot be. */
function suspect(
  gate: Tested,
  { windows, tests }: GateContext,
  ask: (counts: Counts) => readonly Question[],
): readonly Suspicion[] | null {
  const looks = [windows.total, ...windows.routes];
  const lnPhase = lnAlpha + Math.log(Math.max(1, tests) * looks.length);
  const places = looks.flatMap(({ route, phase, window }) => {
    const on = route === null ? "" : ` on route ${route}`;
    return [
      { counts: phase, where: `in the phase${on}`, lnNeeded: lnPhase },
      ...(window === null
        ? []
        : [{ counts: window, where: `in the last while${on}`, lnNeeded: lnPhase + Math.log(windows.starts) }]),
    ];
  });
  const asked = places.flatMap(({ counts, where, lnNeeded }) =>
    ask(counts).map((question) => ({ question, where, lnNeeded })),
  );
  if (!asked.every(({ question }) => isSound(question))) return null;
  return asked.map((one) => ({
    ...one,
    lnE: lnBad(one.question),
    matters: effectOf(one.question) > 0 && effectOf(one.question) >= gate.minEffect,
  }));
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
const allItems = ({ raw }: Counts): Counts => ({ cells: raw, raw });

function itemsOf(questions: readonly Question[]): Readonly<Record<string, number | null>> {
  const figures: readonly Readonly<Record<string, number | null>>[] = questions.map((question) =>
    named(
      question.name,
      question.kind === "budget"
        ? { itemsK: question.bad, itemsN: question.all }
        : { itemsB: question.ours, itemsC: question.theirs, itemsN: question.all },
    ),
  );
  return Object.assign({}, ...figures);
}
