import type { Answer, CompareRules, Verdict } from "../model/index.ts";
import type { JudgeDeps } from "./divergence.ts";
import { type compareOutcomes, judgeOutcomes, type Pair } from "./verdict.ts";

/** A webhook is answered with a few words, most often always the same. What is longer seldom comes twice. */
const MAX_BODY_BYTES = 1024;
/** Going through so many costs a twentieth of a comparison. */
const MAX_REMEMBERED = 8;

/** What `compareOutcomes` reads of an answer beside the fields that rules name. */
const READ_FIELDS: ReadonlySet<string> = new Set(["content-type", "content-encoding"]);

type Answered = Answer & { readonly body: Buffer };

interface Remembered {
  readonly pair: Pick<Pair, "route" | "itemKind" | "rules">;
  readonly deps: Pick<JudgeDeps, "hash" | "rules">;
  readonly legacy: Answered;
  readonly candidate: Answered;
  readonly verdict: Verdict;
}

/**
 * `compareOutcomes`, which gives the last few small pairs their verdict again without comparing them anew, as long as the
 * same rules are in force: it depends on nothing but what is looked at here. One that depends on the time is not remembered.
 */
export function createCompare(): typeof compareOutcomes {
  const remembered: Remembered[] = [];
  let oldest = 0;
  return (pair, deps) => {
    const legacy = smallAnswer(pair.legacy);
    const candidate = smallAnswer(pair.candidate);
    if (legacy === null || candidate === null || pair.scope !== "whole") return judgeOutcomes(pair, deps).verdict;
    for (const known of remembered) {
      if (!isSame(known, pair, deps) || !isSameAnswer(known.legacy, legacy, pair.rules)) continue;
      if (isSameAnswer(known.candidate, candidate, pair.rules)) return known.verdict;
    }
    const { verdict, timed } = judgeOutcomes(pair, deps);
    if (timed || (deps.maskBudget?.left ?? 0) < 0) return verdict;
    const { route, itemKind, rules } = pair;
    const about = { pair: { route, itemKind, rules }, deps: { hash: deps.hash, rules: deps.rules }, verdict };
    remembered[oldest] = { ...about, legacy: copyOf(legacy), candidate: copyOf(candidate) };
    oldest = (oldest + 1) % MAX_REMEMBERED;
    return verdict;
  };
}

function smallAnswer(outcome: Pair["legacy"]): Answered | null {
  if (outcome.kind === "failed") return null;
  const { status, rawHeaders, body } = outcome.answer;
  return body === null || body.length > MAX_BODY_BYTES ? null : { status, rawHeaders, body };
}

/** A body is often a piece of a far larger read, which it would keep from being freed. */
function copyOf({ status, rawHeaders, body }: Answered): Answered {
  return { status, rawHeaders, body: Buffer.from(body) };
}

function isSame(known: Remembered, { route, itemKind, rules }: Pair, deps: JudgeDeps): boolean {
  const { pair } = known;
  if (known.deps.hash !== deps.hash || known.deps.rules !== deps.rules) return false;
  return pair.route === route && pair.itemKind === itemKind && pair.rules === rules;
}

function isSameAnswer(known: Answered, answer: Answered, rules: CompareRules): boolean {
  return (
    known.status === answer.status &&
    known.body.equals(answer.body) &&
    haveSameFields(known.rawHeaders, answer.rawHeaders, rules)
  );
}

/** The same names in the same order, and the same values wherever a comparison looks. */
function haveSameFields(known: readonly string[], fields: readonly string[], rules: CompareRules): boolean {
  if (known.length !== fields.length) return false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? "";
    if (known[i] !== name) return false;
    if (known[i + 1] !== fields[i + 1] && isRead(name.toLowerCase(), rules)) return false;
  }
  return true;
}

function isRead(name: string, { headers }: CompareRules): boolean {
  return READ_FIELDS.has(name) || headers.includes(name);
}
