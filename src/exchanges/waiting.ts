import type { Clock } from "../lib/clock.ts";
import type { Effect } from "../model/index.ts";
import type { Exchange } from "./exchange.ts";
import type { Exchanges } from "./exchanges.ts";
import type { Found, Place } from "./find.ts";
import { isBeside, type Group, type ItemEffects, type Member, type SettleBounds, type Spot } from "./group.ts";
import { Groups } from "./groups.ts";
import type { Strays } from "./strays.ts";

/**
 * What became of an effect.
 * - `attributed`: compared as part of an exchange
 * - `late`: its exchange was over
 * - `unattributed`: no exchange is known that it could belong to
 * - `not-compared`: of an item that is not compared, or whose comparison was given up
 */
export type Fate = "attributed" | "late" | "unattributed" | "not-compared";

export interface SettlingDeps {
  readonly exchanges: Exchanges;
  readonly bounds: (route: string) => SettleBounds;
  /** So long an effect waits for its exchange to be judged. */
  readonly strayMs: number;
  /** Exchanges waited for and effects kept, together. */
  readonly max: number;
  /** Whether nothing that counts is missing between what two sides did for an item. */
  readonly complete: (effects: ItemEffects, place: Place) => boolean;
  /** Told exactly once of every effect. */
  readonly counted: (fate: Fate, effect: Effect) => void;
  /** Told of compared exchanges that are not waited for any longer, to make room. */
  readonly givenUp: (exchanges: readonly string[]) => void;
}

/** Exchanges whose effects are all there, or were waited for in vain. */
export interface Closed {
  /** Oldest first: several where one effect could have belonged to any of them. */
  readonly exchanges: readonly string[];
  /** Of the same exchanges, the effects by item. Those of a shopper are all under the first item of that shopper. */
  readonly parts: readonly { readonly exchange: string; readonly items: readonly ItemEffects[] }[];
  readonly overlapping: boolean;
  /** A twin beside both sides did all of these items too, and what it did is known. */
  readonly twinned: boolean;
  /** Something is missing still. */
  readonly timedOut: boolean;
}

/** Puts effects to the exchanges they belong to, and closes these. */
export interface Waiting {
  readonly groups: Groups;
  /** Whether it is clear what becomes of an effect; else it may still turn out whose it is. */
  take(effect: Effect): boolean;
  /** Closes what is complete or waited for in vain; null: it is to be waited for on. */
  look(group: Group, nowMs: number): Closed | null;
  /** Is not compared after all. */
  abandon(member: Member): void;
  /** An open exchange that had to make room. */
  forgotten(exchange: Exchange): void;
  makeRoom(): void;
}

const nothing: ItemEffects = { legacy: [], candidate: [], twin: [] };

export function createWaiting(deps: SettlingDeps, strays: Strays, clock: Clock): Waiting {
  const groups = new Groups(deps.bounds, clock);

  /** An uploaded file belongs to the send that names it. */
  const adopt = (effect: Effect, spot: Spot): void => {
    for (const id of strays.size === 0 ? [] : effect.ids) {
      for (const stray of strays.of(id)) {
        const { side, produced } = stray.effect;
        if (stray.effect === effect || side !== effect.side || !produced.includes(id)) continue;
        strays.remove(stray);
        if (!groups.add(stray.effect, spot)) deps.counted("not-compared", stray.effect);
      }
    }
  };

  /** What could be of several of them ties none together: it is left out, and the twin with it. */
  const putOfTwin = (effect: Effect, ambiguous: boolean, spots: readonly Spot[]): void => {
    const [spot] = spots;
    if (ambiguous) for (const { member } of spots) member.twin = "lost";
    if (ambiguous || spot === undefined || !groups.add(effect, spot)) deps.counted("not-compared", effect);
    else adopt(effect, spot);
    makeRoom();
  };

  const put = (effect: Effect, places: readonly Place[], doubtful: boolean): void => {
    const compared = places.filter(({ exchange, item }) => exchange.items[item]?.compared === true);
    const spots = compared.map(({ exchange, item }) => ({ member: groups.join(exchange), item }));
    if (places.some(({ exchange, item }) => isBeside(effect, exchange.items[item]))) {
      return putOfTwin(effect, places.length > 1 || doubtful, spots);
    }
    const group = groups.tie(spots.map(({ member }) => member));
    const spot = spots.find(({ member }) => member.group === group);
    if (group === null || spot === undefined) return deps.counted("not-compared", effect);
    if (doubtful || compared.length < places.length) group.overlapping = true;
    if (!groups.add(effect, spot)) deps.counted("not-compared", effect);
    adopt(effect, spot);
    makeRoom();
  };

  const drop = (group: Group, effects: readonly Effect[]): void => {
    groups.drop(group);
    for (const effect of effects) deps.counted("not-compared", effect);
  };

  const makeRoom = (): void => {
    for (let group = groups.oldest; group !== null && groups.size > deps.max; group = groups.oldest) {
      const { placed, homeless } = group.fold();
      const exchanges = waitedFor(group);
      for (const exchange of exchanges) deps.exchanges.abandon(exchange);
      drop(group, [...placed, ...homeless]);
      deps.givenUp(exchanges);
    }
  };

  const abandon = (member: Member): void => {
    const { group } = member;
    group.abandon(member);
    if (waitedFor(group).length > 0) groups.queue(group);
    else drop(group, group.fold().homeless);
  };

  return {
    groups,
    take(effect) {
      const found = deps.exchanges.find(effect);
      if (found.kind === "none" || isWeak(found)) return false;
      if (found.kind === "alone") deps.counted("not-compared", effect);
      else if (isLate(found)) deps.counted("late", effect);
      else put(effect, found.kind === "one" ? [found] : found.places, found.doubtful);
      return true;
    },
    look(group, nowMs) {
      const { items, placed, homeless } = group.fold();
      const { twinned } = group;
      const complete = group.members.every(({ exchange }) =>
        exchange.items.every((one, item) => {
          const effects = items.get(one);
          if (effects === undefined) return true;
          return deps.complete(effects, { exchange, item }) && (!twinned || isThrough(effects.twin, effects.legacy));
        }),
      );
      if (!complete && !group.isOver(nowMs)) {
        group.looked();
        groups.queue(group);
        return null;
      }
      drop(group, homeless);
      const exchanges = waitedFor(group);
      for (const exchange of exchanges) deps.exchanges.settle(exchange);
      for (const effect of placed) deps.counted("attributed", effect);
      const parts = group.members
        .filter(({ abandoned }) => !abandoned)
        .map(({ exchange }) => ({
          exchange: exchange.exchange,
          items: exchange.items.map((item) => items.get(item) ?? nothing),
        }));
      return { exchanges, parts, overlapping: group.overlapping, twinned, timedOut: !complete };
    },
    abandon,
    forgotten(exchange) {
      const member = groups.get(exchange.exchange);
      if (member !== undefined) abandon(member);
      if (exchange.items.some(({ compared }) => compared)) deps.givenUp([exchange.exchange]);
    },
    makeRoom,
  };
}

/** A twin whose sends come this way at all sends as many as legacy. */
function isThrough(twin: readonly Effect[], legacy: readonly Effect[]): boolean {
  return twin.length === 0 || twin.length >= legacy.length;
}

function waitedFor({ members }: Group): readonly string[] {
  return members.filter(({ abandoned }) => !abandoned).map(({ exchange }) => exchange.exchange);
}

function isLate(found: Found): boolean {
  return found.kind === "one" && found.exchange.settled && found.exchange.items[found.item]?.compared === true;
}

/** Known by the recipient alone, it may be the next delivery's, which is not judged yet. */
function isWeak(found: Found): boolean {
  return found.kind === "one" && found.by === "recipient" && isLate(found);
}
