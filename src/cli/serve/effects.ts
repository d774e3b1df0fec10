import type { Tally } from "../../account/index.ts";
import { isComplete, type KeyedHash } from "../../compare/index.ts";
import type { DeclaredEffect, EgressDeps } from "../../effects/index.ts";
import { createExchanges, createHolding, createSettling, type Fate } from "../../exchanges/index.ts";
import type { LearnedAliases } from "../../identify/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { AwaitEffects, Following } from "../../mirror/index.ts";
import type { Effect, Route } from "../../model/index.ts";
import { canonicalId, isHeldId } from "../../whatsapp/index.ts";
import { createAdditive } from "./additive.ts";
import { effectOfArrived, effectOfDeclared, effectOfRecorded } from "./calls-read.ts";
import { createClosing, type Closing } from "./closing.ts";
import type { EgressWatch } from "./egress-watch.ts";
import type { NotesLink } from "./notes-link.ts";
import { asLegacys, isLegacyAlone, openedBy } from "./opened.ts";
import { createOthers } from "./instances/others.ts";
import { createPairing } from "./pairing.ts";
import { createReads } from "./reads.ts";
import type { Sent } from "./sent.ts";
import { createSilences, type SilencesDeps } from "./silences.ts";
import { createWaker } from "./waker.ts";

export interface EffectsOptions extends SilencesDeps {
  readonly routes: readonly Route[];
  readonly tally: Tally;
  readonly hash: KeyedHash;
  readonly hashKey: string;
  readonly notes: NotesLink;
  readonly learned: LearnedAliases;
  /** Told of every send, and of those that both sides made. */
  readonly sent: Pick<Sent, "did" | "paired">;
  readonly clock: Clock;
  /** Some side was seen to call the egress, in this process or before. */
  readonly egressSeen: { get(): boolean; set(): void };
  readonly watch: EgressWatch;
  /** Some rule of the egress releases what is additive. */
  readonly rulesRelease: boolean;
  readonly cutoverPossible: () => boolean;
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
  const { tally } = options;
  const silences = createSilences(options);
  const { settling, exchanges, others, holding, closing, pairing, schedule, stop } = createBook(
    options,
    (route, effects) => {
      silences.saw(route, effects);
      options.watch.compared(route, effects);
    },
  );
  const additive = createAdditive(maxRemembered);
  const { egressSeen, clock } = options;
  const alias = (id: string): string => options.learned.of(id);
  const reads = createReads();
  const mirror: Effects["mirror"] = {
    opened({ delivery, judgement }) {
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
    settle(following, settled, done) {
      const { exchange } = following.delivery;
      if (!settled.some(({ state }) => state.state === "compared")) settling.abandon(exchange);
      if (settling.answered(exchange) || closing.stopping) return done(settled, []);
      closing.wait(exchange, { following, settled, done });
      schedule();
      // Its records are still being made up when this is called.
      setImmediate(() => following.forgetBodies());
    },
    drain: stop,
  };
  const egress: Effects["egress"] = {
    judge(call) {
      egressSeen.set();
      const effect = effectOfArrived(call, alias);
      const outbound = { keys: effect, isMediaUpload: effect.operation === "media" };
      const elsewhere = others.decide(outbound);
      if (elsewhere !== null) return elsewhere;
      const decision = holding.decide(outbound);
      const found = exchanges.find(effect);
      if (found.kind !== "one") return { decision, exchange: null };
      const { exchange } = found.exchange;
      // Whom it reaches says nothing of what it is done for.
      const tied = found.by !== "recipient" && !found.doubtful;
      return { decision, exchange, rulesMayRelease: tied && additive.has(exchange) };
    },
    arrived: (side, rawHeaders) => options.watch.arrived(side, rawHeaders),
    judgesLegacy: () => false,
    readAnswer: (call, { exchange }, maxMs) =>
      exchange === null ? Promise.resolve(null) : reads.wait({ ...call, exchange }, maxMs),
    record(call) {
      egressSeen.set();
      try {
        const effect = effectOfRecorded(call, clock(), alias);
        const found = call.side === "legacy" && effect.operation === "read" ? exchanges.find(effect) : null;
        if (found?.kind === "one") reads.answered({ ...call, exchange: found.exchange.exchange });
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
  return { isSilent: (route) => silences.isSilent(route), mirror, egress, close: () => others.close() };
}

/** Open exchanges, here and elsewhere, and what becomes of the effects that belong to them. */
function createBook(options: EffectsOptions, saw: Parameters<typeof createClosing>[0]["saw"]) {
  const { routes, tally, hash, clock, egressSeen, fault } = options;
  const byName = new Map(routes.map((route) => [route.name, route]));
  const settleMs = Math.max(...routes.map(({ settle }) => settle.maxMs));
  const exchanges = createExchanges({ settleMs, max: maxRemembered, maxAlone, canonicalId }, clock);
  const pairing = createPairing({ exchanges, paired: options.sent.paired });
  const closing: Closing = createClosing({
    tally,
    hash,
    saw,
    over: (exchange, items) => pairing.closed(exchange, items),
  });
  const counted = (fate: Fate, effect: Effect): void => {
    const { side } = effect;
    tally.counter("sombra_effects_attributed_total", { side, fate }).add();
    // A call that was judged bears the exchange it was found to be of, whatever led there.
    const found = fate === "attributed" && side === "legacy" ? exchanges.find(effect) : null;
    if (found !== null && "by" in found) tally.counter("sombra_legacy_effects_tied_total", { by: found.by }).add();
  };
  const settling = createSettling(
    {
      exchanges,
      bounds: (route) => others.bounds(byName.get(route)?.settle ?? { quietMs: 0, maxMs: 0 }),
      strayMs,
      max: maxWaiting,
      complete: (legacy, candidate) => isComplete(legacy, candidate, { isHeld: isHeldId }),
      egressUsed: () => egressSeen.get(),
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
  const { schedule, stop } = createWaker(clock, { due: () => settling.due(), wake: () => close(clock()) });
  const inCutoverNow = (recipient: string): boolean =>
    routes.some((route) => spellings(recipient).every((shopper) => options.isCutOver(route, shopper)));
  const others = createOthers({
    ...options,
    exchanges,
    inCutoverNow,
    keep: (effect) => {
      settling.effect(effect);
      schedule();
    },
    lost: (effect) => counted("unattributed", effect),
  });
  const holding = createHolding(exchanges, {
    cutoverPossible: () => options.cutoverPossible() || others.cutover,
    inCutoverNow,
  });
  return {
    exchanges,
    settling,
    others,
    holding,
    closing,
    pairing,
    schedule,
    stop: () => {
      others.drain();
      stop();
      closing.stop(() => close(Number.POSITIVE_INFINITY));
    },
  };
}

function countDeclared(tally: Tally, { side, kind, name }: DeclaredEffect): void {
  if (/assignment/.test(kind)) tally.counter("routing_assignments_count", { side }).add();
  else if (/fail/.test(kind)) tally.counter("canonical_publish_fail_count", { side }).add();
  else tally.counter("canonical_events_published_count", { side, event_type: typeOf(name) }).add();
}

/** An event's type as a label: a word, never data. */
function typeOf(name: string): string {
  return /^[A-Za-z][A-Za-z_.:-]{0,63}$/.test(name) ? name : "other";
}

/** A recipient as a shopper may be spelled: Brazil's mobile numbers come with and without their ninth digit. */
function spellings(recipient: string): readonly string[] {
  const shorter = /^(55[1-9][1-9])9(\d{8})$/.exec(recipient);
  return shorter === null ? [recipient] : [recipient, `${shorter[1]}${shorter[2]}`];
}
