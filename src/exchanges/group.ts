import type { Effect } from "../model/index.ts";
import type { Linked } from "./chain.ts";
import type { Queued } from "./due-heap.ts";
import type { Exchange, ExchangeItem } from "./exchange.ts";
import { MAX_AMBIGUOUS } from "./key-index.ts";

/** How long effects are waited for. */
export interface SettleBounds {
  /** Nothing has come for so long: what matches is complete. */
  readonly quietMs: number;
  /** After the answers, at the latest. */
  readonly maxMs: number;
}

/** What the sides did for an item, each in the order of their calls. In a cutover what the twin did is legacy's. */
export interface ItemEffects {
  readonly legacy: readonly Effect[];
  readonly candidate: readonly Effect[];
  readonly twin: readonly Effect[];
}

/** An exchange whose effects are waited for. */
export interface Member {
  readonly exchange: Exchange;
  group: Group;
  answered: boolean;
  /** Not compared after all. */
  abandoned: boolean;
  /** Of a twin beside both sides. `lost`: not all that it did is known. */
  twin: "unasked" | "answered" | "lost";
}

/** An item of an exchange that is waited for. */
export interface Spot {
  readonly member: Member;
  readonly item: number;
}

interface Placed extends Spot {
  readonly effect: Effect;
}

/** Effects kept of an item: beyond them nothing new is learned of a side that runs wild. */
const MAX_EFFECTS = 100;
/** A twin's: beyond them nothing is learned from it. */
const MAX_TWIN_EFFECTS = 20;

/** An exchange, or several that one effect could belong to: they settle as one. */
export class Group implements Linked<Group>, Queued {
  before: Group | null = null;
  after: Group | null = null;
  place = -1;
  dueMs = 0;
  readonly #members: Member[] = [];
  readonly #placed: Placed[] = [];
  /** Of the placed ones, those of twins beside both sides. */
  #ofTwins = 0;
  /** Members that are waited for before anything is. */
  #unanswered = 0;
  #items = 0;
  #quietMs = 0;
  /** Of the last answer or effect. */
  #lastMs = -Infinity;
  #deadlineMs = -Infinity;
  #firstDeadlineMs = Infinity;
  /** Was quiet and not complete: there is nothing to look at before something comes. */
  #looked = false;
  overlapping = false;

  /** Oldest first. */
  get members(): readonly Member[] {
    return this.#members;
  }

  get effects(): number {
    return this.#placed.length;
  }

  /** Nothing is tied to it any more: a shopper who goes on and on does not keep it open. */
  isFull(nowMs: number): boolean {
    return this.#members.length >= MAX_AMBIGUOUS || nowMs >= this.#firstDeadlineMs;
  }

  /** Whether a twin did, as far as is known, all that is compared here, and nothing got lost. */
  get twinned(): boolean {
    return this.#members.every(({ abandoned, twin }) => abandoned || twin === "answered");
  }

  /** Whether another may be tied to it. */
  takes(other: Group, nowMs: number): boolean {
    if (this.isFull(nowMs) || other.isFull(nowMs)) return false;
    return this.#members.length + other.#members.length <= MAX_AMBIGUOUS;
  }

  /** When it is to be looked at; null: an answer is missing. */
  get nextMs(): number | null {
    if (this.#unanswered > 0) return null;
    return this.#looked ? this.#deadlineMs : Math.min(this.#lastMs + this.#quietMs, this.#deadlineMs);
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#deadlineMs;
  }

  looked(): void {
    this.#looked = true;
  }

  join(exchange: Exchange, bounds: SettleBounds): Member {
    const member: Member = { exchange, group: this, answered: false, abandoned: false, twin: "unasked" };
    this.#members.push(member);
    this.#unanswered += 1;
    this.#items += exchange.items.length;
    this.#quietMs = Math.max(this.#quietMs, bounds.quietMs);
    return member;
  }

  answered(member: Member, nowMs: number, bounds: SettleBounds): void {
    if (member.answered) return;
    member.answered = true;
    this.#unanswered -= 1;
    this.#touched(nowMs);
    this.#deadlineMs = Math.max(this.#deadlineMs, nowMs + bounds.maxMs);
    this.#firstDeadlineMs = Math.min(this.#firstDeadlineMs, nowMs + bounds.maxMs);
  }

  abandon(member: Member): void {
    member.abandoned = true;
    if (!member.answered) this.#unanswered -= 1;
    member.answered = true;
    this.#looked = false;
  }

  /** Whether there was room. Of a twin beside both sides only so much is kept as leaves theirs alone. */
  add(effect: Effect, { member, item }: Spot, nowMs: number): boolean {
    if (isBeside(effect, member.exchange.items[item])) {
      if (this.#ofTwins >= this.#items * MAX_TWIN_EFFECTS) {
        member.twin = "lost";
        return false;
      }
      this.#ofTwins += 1;
    } else if (this.#placed.length - this.#ofTwins >= this.#items * MAX_EFFECTS) return false;
    this.#placed.push({ effect, member, item });
    this.#touched(nowMs);
    return true;
  }

  /** Takes over everything of another. */
  merge(other: Group): void {
    for (const member of other.#members) {
      member.group = this;
      this.#members.push(member);
    }
    this.#members.sort((one, two) => one.exchange.order - two.exchange.order);
    for (const placed of other.#placed) this.#placed.push(placed);
    this.#ofTwins += other.#ofTwins;
    this.#unanswered += other.#unanswered;
    this.#items += other.#items;
    this.#quietMs = Math.max(this.#quietMs, other.#quietMs);
    this.#lastMs = Math.max(this.#lastMs, other.#lastMs);
    this.#deadlineMs = Math.max(this.#deadlineMs, other.#deadlineMs);
    this.#firstDeadlineMs = Math.min(this.#firstDeadlineMs, other.#firstDeadlineMs);
    this.#looked = false;
    this.overlapping = true;
  }

  /** Its effects under the items they are compared under. */
  fold(): Folded {
    if (this.#placed.length === 0) return nothing;
    const items = new Map<ExchangeItem, Sides>();
    const placed: Effect[] = [];
    const homeless: Effect[] = [];
    const homes = this.#homes();
    for (const { effect, member, item } of this.#placed.toSorted((one, two) => one.effect.atMs - two.effect.atMs)) {
      const home = homes(member, item);
      if (home === null) {
        homeless.push(effect);
        continue;
      }
      const sides = items.get(home) ?? { legacy: [], candidate: [], twin: [] };
      const isLegacys = effect.side === "twin" && !isBeside(effect, member.exchange.items[item]);
      sides[isLegacys ? "legacy" : effect.side].push(effect);
      items.set(home, sides);
      placed.push(effect);
    }
    return { items, placed, homeless };
  }

  #touched(nowMs: number): void {
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    this.#looked = false;
  }

  /** Where what belongs to an item is compared: under the first item of its shopper, of the first exchange that has one. */
  #homes(): (member: Member, item: number) => ExchangeItem | null {
    const firsts = new Map<string, ExchangeItem>();
    for (const { exchange, abandoned } of this.#members) {
      if (abandoned) continue;
      for (const item of exchange.items) {
        if (item.compared && item.shopper !== null && !firsts.has(item.shopper)) firsts.set(item.shopper, item);
      }
    }
    return ({ exchange, abandoned }, i) => {
      const item = exchange.items[i];
      if (item === undefined) return null;
      if (item.shopper !== null) return firsts.get(item.shopper) ?? null;
      return abandoned || !item.compared ? null : item;
    };
  }
}

/** Whether a call is that of a twin beside both sides, not in legacy's place. */
export function isBeside({ side }: Pick<Effect, "side">, item: ExchangeItem | undefined): boolean {
  return side === "twin" && item?.reversed !== true;
}

type Sides = Record<"legacy" | "candidate" | "twin", Effect[]>;

interface Folded {
  /** Only items with effects. */
  readonly items: ReadonlyMap<ExchangeItem, ItemEffects>;
  readonly placed: readonly Effect[];
  /** Of exchanges that are not compared after all. */
  readonly homeless: readonly Effect[];
}

const nothing: Folded = { items: new Map(), placed: [], homeless: [] };
