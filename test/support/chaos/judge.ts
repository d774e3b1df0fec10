import { isHeldId } from "../../../src/whatsapp/index.ts";
import { saidIn } from "../handlers/sends.ts";
import type { Tapped } from "../tap.ts";
import type { Run } from "./run.ts";
import { tokens } from "./world.ts";

/** What a run shows. Everything in `wrong` is a promise that was broken, in words. */
export interface Judgement {
  readonly wrong: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** The words of the inbound messages, as `replyTo` of the demo's handlers repeats them, by what was said outside. */
const wordsOf = (text: string): string => text.replace("Você disse: ", "");

export function judge({ world, sent }: Run): Judgement {
  const wrong: string[] = [];
  const outside = { legacy: heardOf(world, "legacy"), candidate: heardOf(world, "candidate") };
  const held = new Set<string>();
  /** With the Sombra that asked for it. */
  const cutOver = new Map<string, number>();
  for (const one of world.got.candidate.seen) {
    const shadowed = one.headers["x-sombra-shadow"] === "true";
    for (const word of inboundOf(one)) {
      if (shadowed) held.add(word);
      else cutOver.set(word, one.mark);
    }
  }
  const isReversed = ({ headers }: Tapped): boolean => headers["x-sombra-shadow"] === "true";
  const legacyGot = new Set(world.got.legacy.seen.filter((one) => !isReversed(one)).flatMap(inboundOf));
  /** What legacy got in reverse shadow. */
  const reversed = new Set(world.got.legacy.seen.filter(isReversed).flatMap(inboundOf));

  for (const { authorization } of world.graph.calls) {
    const known = Object.values(tokens).some((token) => authorization === `Bearer ${token}`);
    if (!known) wrong.push(`A call with ${authorization} reached the outside`);
  }
  for (const word of outside.candidate.keys()) {
    if (held.has(word)) wrong.push(`The held send of "${word}" reached the outside`);
    else if (!cutOver.has(word)) wrong.push(`"${word}" was sent and the candidate never got it`);
  }
  const calls = { released: 0, refused: 0, broken: 0, held: 0, forgotten: 0 };
  const tried = new Set<string>();
  for (const one of world.called.candidate.seen) {
    const word = wordsOf(saidIn(parse(one.body))?.text ?? "");
    tried.add(word);
    const times = outside.candidate.get(word) ?? 0;
    const madeUp = one.status === 200 && isMadeUp(one);
    if (one.status === null) calls.broken += 1;
    else if (one.status === 503) calls.refused += 1;
    else if (one.status !== 200) wrong.push(`The candidate was answered ${one.status} to "${word}"`);
    else if (madeUp) {
      calls.held += 1;
      // By the next Sombra, of whose flags no cutover is possible: it knows nothing of the exchange.
      if (cutOver.get(word) === one.endMark) wrong.push(`The send of "${word}" was made up, and it was cut over`);
      else if (cutOver.has(word)) calls.forgotten += 1;
    } else {
      calls.released += 1;
      if (times !== 1) wrong.push(`The send of "${word}" was answered as done and is ${times} times outside`);
    }
  }
  for (const word of cutOver.keys()) if (!tried.has(word)) wrong.push(`The candidate did nothing about "${word}"`);

  const legacyCalls = world.called.legacy.seen;
  let legacyHeld = 0;
  for (const one of legacyCalls) {
    const word = wordsOf(saidIn(parse(one.body))?.text ?? "");
    const times = outside.legacy.get(word) ?? 0;
    const isHeld = reversed.has(word);
    if (isHeld && one.status !== null) legacyHeld += 1;
    const isRight =
      one.status === null || (one.status === 200 && times === (isHeld ? 0 : 1) && isMadeUp(one) === isHeld);
    if (!isRight) wrong.push(`Legacy was answered ${one.status} to "${word}", which is ${times} times outside`);
  }
  for (const word of reversed) {
    if (outside.legacy.has(word)) wrong.push(`What legacy sent of "${word}" in reverse shadow reached the outside`);
    if (!cutOver.has(word)) wrong.push(`Legacy got "${word}" in reverse shadow, and the candidate never did`);
    if (legacyGot.has(word)) wrong.push(`Legacy got "${word}" twice`);
  }
  const answered = judgeAnswers({ sent, legacyGot, cutOver, held }, wrong);
  return {
    wrong,
    figures: {
      ...answered,
      "items held": held.size,
      "items cut over": cutOver.size,
      "items reversed": reversed.size,
      "legacy's sends held": legacyHeld,
      "legacy's sends": legacyCalls.length,
      "legacy's sends outside": sum(outside.legacy),
      "candidate's sends held": calls.held,
      "candidate's sends released": calls.released,
      "candidate's sends outside": sum(outside.candidate),
      "candidate's sends refused in doubt": calls.refused,
      "candidate's sends made up after a restart, though cut over": calls.forgotten,
      "candidate's sends that broke with Sombra": calls.broken,
    },
  };
}

interface Answers {
  readonly sent: Run["sent"];
  readonly legacyGot: ReadonlySet<string>;
  readonly cutOver: ReadonlyMap<string, number>;
  readonly held: ReadonlySet<string>;
}

function judgeAnswers({ sent, legacyGot, cutOver, held }: Answers, wrong: string[]): Record<string, number> {
  const figures = { deliveries: sent.length, items: 0, "deliveries without an answer": 0, "deliveries that failed": 0 };
  for (const { status, words } of sent) {
    figures.items += words.length;
    if (status === null) figures["deliveries without an answer"] += 1;
    else if (status !== 200) {
      figures["deliveries that failed"] += 1;
      // Legacy does not fail, and a candidate whose connection broke may have begun to act.
      if (words.every((word) => legacyGot.has(word))) wrong.push(`Legacy's delivery of "${words[0]}" got ${status}`);
    }
    for (const word of words) {
      const [byLegacy, byCandidate] = [legacyGot.has(word), cutOver.has(word)];
      if (byLegacy && byCandidate) wrong.push(`"${word}" was answered by both sides`);
      if (byCandidate && held.has(word)) wrong.push(`"${word}" was held and cut over`);
      if (status === 200 && !byLegacy && !byCandidate) wrong.push(`"${word}" was answered by nobody`);
    }
  }
  return figures;
}

/** What one side is known outside to have said, and how often. */
function heardOf({ graph }: Run["world"], side: "legacy" | "candidate"): ReadonlyMap<string, number> {
  const heard = new Map<string, number>();
  for (const { authorization, json } of graph.calls) {
    if (authorization !== `Bearer ${tokens[side]}`) continue;
    const word = wordsOf(saidIn(json)?.text ?? "");
    heard.set(word, (heard.get(word) ?? 0) + 1);
  }
  return heard;
}

function sum(heard: ReadonlyMap<string, number>): number {
  return [...heard.values()].reduce((all, times) => all + times, 0);
}

function inboundOf({ body }: Tapped): readonly string[] {
  const found: string[] = [];
  JSON.parse(body.toString(), (_, value: unknown) => {
    if (typeof value === "object" && value !== null && "text" in value && "from" in value) {
      const { text } = value;
      if (typeof text === "object" && text !== null && "body" in text) found.push(String(text.body));
    }
    return value;
  });
  return found;
}

function isMadeUp({ answer }: Tapped): boolean {
  let made = false;
  JSON.parse(answer.toString(), (_, value: unknown) => {
    if (typeof value === "string" && isHeldId(value)) made = true;
    return value;
  });
  return made;
}

export interface Sends {
  readonly candidateHeld: number;
  readonly candidateReleased: number;
  readonly legacyHeld: number;
}

/** What was sent so far, by what became of it. */
export function sendsOf({ called, graph }: Run["world"]): Sends {
  const heldOf = (side: "legacy" | "candidate"): number =>
    called[side].seen.filter((one) => one.status === 200 && isMadeUp(one)).length;
  const released = graph.calls.filter(({ authorization }) => authorization === `Bearer ${tokens.candidate}`).length;
  return { candidateHeld: heldOf("candidate"), candidateReleased: released, legacyHeld: heldOf("legacy") };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
