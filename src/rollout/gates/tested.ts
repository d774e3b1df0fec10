import { asIs, en, joined, pt, say, type Sentence } from "../../lib/sentence.ts";
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

type Tested = Extract<Gate, { readonly minEffect: number }>;

/** One false alarm in so many rollouts of a plan, of all phases together; half of a phase's part is of all its windows. */
const lnAlpha = Math.log(1_000);

interface Suspicion {
  readonly question: Question;
  readonly where: Sentence;
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
  const said = joined(questions.map(textOf), "; ");
  const suspicions = suspect(gate, context, ask);
  const counted = merged([...questions.map(figuresOf), ...ask(asItems(phase)).map(itemsOf)]);
  if (suspicions === null) {
    const wrong = say(`counts that cannot be: ${said.text}`, `contagens impossíveis: ${said.pt}`);
    return resultOf(gate, { verdict: "ERROR", said: wrong, figures: counted });
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
    return resultOf(gate, { verdict: "FAIL", said: shown(worst), figures });
  }
  const doubtful = suspicions.find(({ lnE, matters }) => matters && lnE >= lnShown);
  if (doubtful !== undefined) return resultOf(gate, { verdict: "WARN", said: shown(doubtful), figures });
  const missing = missingIn(gate, proving);
  if (questions.some(looksOver)) {
    const over = say(`${said.text}: over it so far`, `${said.pt}: acima até aqui`);
    return resultOf(gate, { verdict: "WARN", said: over, figures, missing });
  }
  const isProven = (question: Question): boolean =>
    isAnswerable(question) && lnGood(question, gate.minEffect) >= lnShown;
  return proving.length > 0 && proving.every(isProven)
    ? resultOf(gate, { verdict: "PASS", said, figures })
    : resultOf(gate, {
        verdict: "INCONCLUSIVE",
        said: joined([said, needs(missing, questions, context)], ": "),
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
  const { phases, checkpoints } = rollout.plan;
  const { windowMs } = checkpoints;
  const looks = [windows.total, ...windows.routes];
  const lnPhase = lnAlpha + Math.log(2 * phases.length * Math.max(1, tests) * looks.length);
  const places = looks.flatMap(({ route, phase, window }) => {
    const on = route === null ? asIs("") : say(` on route ${route}`, ` na rota ${route}`);
    return [
      { counts: phase, where: say(`in the phase${on.text}`, `na fase${on.pt}`), lnNeeded: lnPhase },
      ...(window === null
        ? []
        : [
            {
              counts: window,
              where: say(`in the last ${en.span(windowMs)}${on.text}`, `nos últimos ${pt.span(windowMs)}${on.pt}`),
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

function shown({ question, where, lnE, lnNeeded }: Suspicion): Sentence {
  const asked = textOf(question);
  return say(
    `${asked.text}, ${where.text}: ln E ${en.figure(lnE)}, ${en.figure(lnNeeded)} fails`,
    `${asked.pt}, ${where.pt}: ln E ${pt.figure(lnE)}, ${pt.figure(lnNeeded)} falha`,
  );
}

function missingIn(gate: Tested, proving: readonly Question[]): number | null {
  if (proving.length === 0) return null;
  const each = proving.map((question) => missingOf(question, gate.minEffect));
  return each.reduce<number | null>((most, one) => (most === null || one === null ? null : Math.max(most, one)), 0);
}

function needs(missing: number | null, questions: readonly Question[], { runningMs }: GateContext): Sentence {
  if (missing === null) {
    return say("no number of cells would show more", "nenhum número de células mostraria mais");
  }
  const all = Math.max(0, ...questions.map((question) => question.all));
  const longMs = all > 0 && runningMs > 0 ? (missing / all) * runningMs : null;
  return say(
    `${en.count(missing)} more cells without another bad one would show it${longMs === null ? "" : `, ${en.span(longMs)} at this rate`}`,
    `mais ${pt.count(missing)} células sem outra ruim mostrariam${longMs === null ? "" : `, ${pt.span(longMs)} neste ritmo`}`,
  );
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
