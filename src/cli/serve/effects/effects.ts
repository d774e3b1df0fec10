import type { Tally } from "../../../account/index.ts";
import type { EffectLists, KeyedHash } from "../../../compare/index.ts";
import type { ArrivedCall, EgressDeps, FindRule, RecordedCall, Verdict } from "../../../effects/index.ts";
import { createExchanges, createHolding, createSettling, type Fate } from "../../../exchanges/index.ts";
import { isNumber, type LearnedAliases } from "../../../identify/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { type AwaitEffects, awaitsEffects, type Following } from "../../../mirror/index.ts";
import type { CallFacts, Effect, Route } from "../../../model/index.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { createAdditive } from "./additive.ts";
import { afterTurn } from "./after-turn.ts";
import { effectOfArrived, effectOfDeclared, effectOfRecorded, isUpload, type Reading } from "./calls-read.ts";
import { areTwinned, createClosing, divergencesOf, type Closing, type ClosingDeps } from "../verdicts/closing.ts";
import { itemsOf, type Conclude } from "../verdicts/concluding.ts";
import { countDeclared, countWrite, createEffectCount, createFateCount } from "./counting.ts";
import { createCutoverNow } from "./cutover-now.ts";
import type { Ended } from "../verdicts/endings.ts";
import type { EgressWatch } from "./egress-watch.ts";
import type { LegacyTies } from "./legacy-ties.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { answeringSide, asLegacys, isLegacyAlone, openedBy } from "./opened.ts";
import { createOthers, type Others } from "../instances/others.ts";
import { createPairing } from "./pairing.ts";
import { createProbing, type Probing } from "./probing.ts";
import { createReads } from "./reads.ts";
import { createReverse } from "./reverse.ts";
import { createReversed } from "./reversed.ts";
import { createSeenTies } from "./seen-ties.ts";
import type { Sent } from "../data/sent.ts";
import { createSilences, type SilencesDeps } from "./silences.ts";
import { createWaker } from "./waker.ts";

export interface EffectsOptions extends SilencesDeps {
  readonly routes: readonly Route[];
  readonly tally: Tally;
  readonly hash: KeyedHash;
  /** The one in force first; likewise. */
  readonly hashKeys: () => readonly string[];
  readonly hashes: () => readonly KeyedHash[];
  readonly comparing: Pick<ClosingDeps, "compareEffects" | "isComplete">;
  readonly conclude: Conclude;
  /** What both sides did for an item, and did alike, noise apart. */
  readonly matched: (effects: EffectLists, verdict: "match" | "noise") => void;
  readonly notes: NotesLink;
  /** Milliseconds since a process ran on this data directory; null: none did. */
  readonly lastRunMs: number | null;
  readonly learned: LearnedAliases;
  /** Learns what other instances, and processes before this one, noted of these ids; null: nothing that is not known. */
  readonly askNames: (ids: readonly string[]) => Promise<void> | null;
  /** Told of every send, and of those that both sides made. */
  readonly sent: Pick<Sent, "did" | "paired">;
  readonly clock: Clock;
  /** Some side was seen to call the egress, in this process or before. */
  readonly egressSeen: { get(): boolean; set(): void };
  /** How legacy's sends are tied, in this process or before. */
  readonly ties: LegacyTies;
  readonly watch: EgressWatch;
  /** Of the egress: they say what calls of other APIs are. */
  readonly rules: FindRule;
  /** Some of them releases what is additive. */
  readonly rulesRelease: boolean;
  /** What a trace shows of a call; null: no traces are made. */
  readonly factsOf: ((call: RecordedCall) => CallFacts) | null;
  /** Told of each effect that is no part of a compared exchange. */
  readonly apart: (effect: Effect) => void;
  readonly cutoverPossible: () => boolean;
  readonly killed: () => boolean;
  /** Whether the flags decide cutover for this shopper on a route. */
  readonly isCutOver: (route: Route, shopper: string) => boolean;
  readonly fault: (operation: string, error: unknown) => void;
}

/** What the sides do outside, from the call that arrives to the divergences of an item. */
export interface Effects {
  readonly mirror: AwaitEffects<Following>;
  readonly egress: Pick<EgressDeps, "judge" | "judgesLegacy" | "readAnswer" | "record" | "declared" | "arrived">;
  /** Whether a route's candidate does nothing where legacy sends. */
  readonly isSilent: (route: string) => boolean;
  readonly instances: Others["instances"];
  readonly probing: Probing;
  /** Lets go of what was read outside. */
  readonly forget: () => void;
  /** Nothing comes any more: what other instances are to know is noted. */
  close(): Promise<void>;
}

/** Items remembered by their keys: some 600 bytes each. */
const maxRemembered = 100_000;
const maxAlone = 20_000;
/** Exchanges waited for and effects kept, together. */
const maxWaiting = 20_000;
/** A body that legacy reads before us may make it act before we have judged it. */
const strayMs = 2_000;

export function createEffects(options: EffectsOptions): Effects {
  const { tally, egressSeen, clock } = options;
  const silences = createSilences(options);
  const book = createBook(options, (route, effects) => {
    silences.saw(route, effects);
    options.watch.compared(route, effects);
  });
  const { settling, exchanges, others, reverse, closing, pairing, probing, schedule, stop } = book;
  const additive = createAdditive(maxRemembered);
  const reading = { alias: (id: string): string => options.learned.of(id), rules: options.rules };
  const [reads, countEffect] = [createReads(), createEffectCount(tally)];
  const forgetOnceRecorded = afterTurn((following: Following) => following.forgetBodies());
  const mirror: Effects["mirror"] = {
    opened({ delivery, judgement }) {
      if (judgement !== null) probing.delivery(delivery, judgement);
      // While no side has used the egress nobody asks whose a call was that legacy alone could have made.
      if (judgement === null || (!egressSeen.get() && isLegacyAlone(judgement))) return;
      if (options.rulesRelease) additive.opened(delivery.exchange, delivery.route, judgement.items);
      const opened = openedBy(delivery, judgement);
      settling.open(opened);
      if (opened.items.some(({ mode }) => mode !== "legacy")) others.opened(opened);
    },
    fellBack({ delivery, judgement }) {
      exchanges.fallBack(delivery.exchange);
      if (judgement !== null) others.opened(asLegacys(openedBy(delivery, judgement)));
    },
    reversing: (following, errand) => reverse.begin(following, errand),
    settle(following, settled, ended) {
      // Every item ends here, whether anything was waited for or not.
      const of = itemsOf(following);
      const done: Ended = (final, effects, twin) => ended(options.conclude({ ...of, twin }, final), effects);
      const { exchange } = following.delivery;
      const ofTwin = settled.map((_, item) => following.twins.of(item));
      if (!settled.some(awaitsEffects)) settling.abandon(exchange);
      if (settling.answered(exchange, areTwinned(settled, ofTwin)) || closing.stopping) {
        const twin = ofTwin.map((verdict) => (verdict === null ? null : divergencesOf(verdict)));
        return done(settled, [], twin);
      }
      closing.wait(exchange, { following, settled, done });
      schedule();
      forgetOnceRecorded(following);
    },
    drain: stop,
  };
  const judged = createJudged(book, additive, reading);
  const egress: Effects["egress"] = {
    judge(call) {
      egressSeen.set();
      const effect = effectOfArrived(call, reading);
      const { side, recipient } = effect;
      const isNameless = side === "candidate" && recipient !== null && !isNumber(recipient) && probing.mayGoOut();
      const asked = isNameless ? options.askNames([recipient]) : null;
      return asked === null ? judged(call) : asked.then(() => judged(call));
    },
    arrived: (side, rawHeaders) => options.watch.arrived(side, rawHeaders),
    judgesLegacy: () => reverse.judges(),
    readAnswer: (call, { exchange }, maxMs) =>
      exchange === null ? Promise.resolve(null) : reads.wait({ ...call, exchange }, maxMs),
    record(call) {
      egressSeen.set();
      try {
        const read = effectOfRecorded(call, clock(), reading);
        countEffect(read);
        const effect = options.factsOf === null ? read : { ...read, call: options.factsOf(call) };
        const found = effect.operation === "read" ? exchanges.find(effect) : null;
        if (found?.kind === "one" && call.side === answeringSide(found)) {
          reads.answered({ ...call, exchange: found.exchange.exchange });
        }
        if (effect.operation === "write" && exchanges.size > 0) countWrite(tally, call, exchanges.find(effect));
        options.sent.did(effect);
        pairing.did(effect);
        others.take(effect);
      } finally {
        call.release();
      }
    },
    declared(declared) {
      egressSeen.set();
      countDeclared(tally, declared);
      others.take(effectOfDeclared(declared));
    },
  };
  return {
    isSilent: (route) => silences.isSilent(route),
    instances: others.instances,
    probing,
    mirror,
    egress,
    forget: () => reads.forget(),
    close: () => others.close(),
  };
}

/** What becomes of a call that has arrived. */
function createJudged(
  { exchanges, others, holding, reverse, probing }: ReturnType<typeof createBook>,
  additive: ReturnType<typeof createAdditive>,
  reading: Reading,
): (call: ArrivedCall) => Verdict | Promise<Verdict> {
  return (call) => {
    const effect = effectOfArrived(call, reading);
    const outbound = { keys: effect, isMediaUpload: isUpload(call) };
    if (effect.side === "legacy") return reverse.judge(outbound);
    const elsewhere = others.decide(outbound);
    if (elsewhere !== null) return elsewhere;
    const decision = holding.decide(outbound);
    const found = exchanges.find(effect);
    probing.arrived(effect.side, found);
    if (found.kind !== "one") return { decision, exchange: null };
    const { exchange } = found.exchange;
    // Whom it reaches says nothing of what it is done for.
    const tied = found.by !== "recipient" && !found.doubtful;
    return { decision, exchange, rulesMayRelease: tied && additive.has(exchange) };
  };
}

/** Open exchanges, here and elsewhere, and what becomes of the effects that belong to them. */
function createBook(options: EffectsOptions, saw: Parameters<typeof createClosing>[0]["saw"]) {
  const { routes, tally, clock, fault } = options;
  const byName = new Map(routes.map((route) => [route.name, route]));
  const settleMs = Math.max(...routes.map(({ settle }) => settle.maxMs));
  const exchanges = createExchanges({ settleMs, max: maxRemembered, maxAlone, canonicalId }, clock);
  const seenTies = createSeenTies({ ...options, exchanges });
  const pairing = createPairing({ exchanges, paired: options.sent.paired });
  const closing: Closing = createClosing({
    tally,
    saw,
    ...options.comparing,
    matched: options.matched,
    fault,
    over: (exchange, items) => pairing.closed(exchange, items),
  });
  const countFate = createFateCount(tally);
  const counted = (fate: Fate, effect: Effect): void => {
    countFate(effect.side, fate);
    if (fate !== "attributed") {
      options.apart(effect);
      probing.effect(effect);
    }
    // One that was held bears the exchange it was found to be of, and no recipient leads to that.
    const found = fate === "attributed" && effect.side === "legacy" ? exchanges.find(effect) : null;
    if (found === null || !("by" in found)) return;
    tally.counter("sombra_legacy_effects_tied_total", { by: found.by }).add();
    seenTies.compared(effect, found);
  };
  const settling = createSettling(
    {
      exchanges,
      bounds: (route) => others.bounds(byName.get(route)?.settle ?? { quietMs: 0, maxMs: 0 }),
      strayMs,
      max: maxWaiting,
      complete: closing.complete,
      counted,
      givenUp: closing.givenUp,
    },
    clock,
  );
  const close = (untilMs: number): void => {
    try {
      for (const group of settling.close(untilMs)) closing.closed(group);
    } catch (error) {
      fault("settle", error);
    }
  };
  const { schedule, stop } = createWaker(clock, { due: () => settling.due(), wake: close });
  const inCutoverNow = createCutoverNow(options);
  const others = createOthers({
    ...options,
    exchanges,
    inCutoverNow,
    keep: (effect) => {
      seenTies.came(effect);
      settling.effect(effect);
      schedule();
    },
    lost: (effect) => counted("unattributed", effect),
  });
  const cutoverPossible = (): boolean => options.cutoverPossible() || others.cutover;
  const holding = createHolding(exchanges, { cutoverPossible, inCutoverNow });
  const probing = createProbing({
    exchanges,
    mayGoOut: () => cutoverPossible() || exchanges.cutover,
    open(opened) {
      settling.open(opened);
      others.opened(opened);
    },
  });
  const reversed = createReversed({ ...options, alone: () => others.alone });
  const reverse = createReverse({ exchanges, holding, reversed, ties: options.ties });
  return {
    exchanges,
    settling,
    others,
    holding,
    reverse,
    closing,
    pairing,
    probing,
    schedule,
    stop: () => {
      others.drain();
      stop();
      closing.stop(() => close(Number.POSITIVE_INFINITY));
    },
  };
}
