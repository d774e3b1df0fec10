import type { Effect, Mode } from "../model/index.ts";
import type { Linked } from "./chain.ts";

/** An item as its delivery was judged. */
export interface OpenItem {
  readonly id: string | null;
  /** By the id that what is sent to them bears, as far as it is known. */
  readonly shopper: string | null;
  /** Of whom no number is known: a call to any number may be for them. */
  readonly nameless: boolean;
  /** The business's phone number id it came to. */
  readonly phone: string | null;
  readonly mode: Mode;
  /** Whether its effects are compared; in cutover: whether it is to be given to legacy in reverse shadow. */
  readonly compared: boolean;
}

/** A delivery that was judged. */
export interface OpenExchange {
  readonly exchange: string;
  readonly traceId: string;
  readonly route: string;
  /** At least one, as in the delivery. */
  readonly items: readonly OpenItem[];
}

/** What a call bears that may say whose it is. Every effect is one. */
export type CallKeys = Pick<Effect, "side" | "exchange" | "traceId" | "refersTo" | "recipient" | "phone">;

/**
 * What an item means for the calls made for it.
 * - `legacy`: legacy answers, the candidate was not called
 * - `held`: legacy answers, the candidate's calls are held
 * - `cutover`: the candidate answers, legacy was not called
 * - `reverse`: the candidate answered, legacy is called in reverse shadow and its calls are held
 */
export type Standing = "legacy" | "held" | "cutover" | "reverse";

export const standings: readonly Standing[] = ["legacy", "held", "cutover", "reverse"];

/** An exchange that is remembered. */
export interface Exchange {
  readonly exchange: string;
  readonly route: string;
  readonly items: readonly ExchangeItem[];
  /** Counts up with each that is opened. */
  readonly order: number;
  /** It is over: effects that come now are late. */
  readonly settled: boolean;
}

export interface ExchangeItem {
  /** In the spelling of recipients. */
  readonly shopper: string | null;
  readonly compared: boolean;
  /** Compared in a cutover: what a twin does for it is in legacy's place. */
  readonly reversed: boolean;
  readonly standing: Standing;
}

/** An item under its keys. */
export interface Entry extends ExchangeItem {
  readonly known: Known;
  readonly id: string | null;
  readonly nameless: boolean;
  readonly phone: string | null;
  standing: Standing;
  compared: boolean;
}

export class Known implements Exchange, Linked<Known> {
  before: Known | null = null;
  after: Known | null = null;
  readonly exchange: string;
  readonly traceId: string;
  readonly route: string;
  readonly order: number;
  readonly openedMs: number;
  readonly items: readonly Entry[];
  settledMs: number | null = null;

  constructor(
    { exchange, traceId, route, items }: OpenExchange,
    { order, openedMs }: { readonly order: number; readonly openedMs: number },
    canonicalId: (id: string) => string,
  ) {
    this.exchange = exchange;
    this.traceId = traceId;
    this.route = route;
    this.order = order;
    this.openedMs = openedMs;
    this.items = items.map((item) => ({
      known: this,
      id: item.id,
      shopper: item.shopper === null ? null : canonicalId(item.shopper),
      nameless: item.nameless,
      phone: item.phone,
      standing: standingOf(item),
      compared: item.compared,
      reversed: item.compared && item.mode === "cutover",
    }));
  }

  get settled(): boolean {
    return this.settledMs !== null;
  }
}

/** How an item stands as it was judged. */
export function standingOf({ mode }: Pick<OpenItem, "mode">): Standing {
  switch (mode) {
    case "legacy":
      return "legacy";
    case "shadow":
    case "dual-run":
      return "held";
    case "cutover":
      return "cutover";
  }
}

/** Index of the item that a call is about, by message or by person; -1: none. `recipient` in the spelling of shoppers. */
export function matchOf({ items }: Known, { refersTo, phone }: CallKeys, recipient: string | null): number {
  const named = refersTo === null ? -1 : items.findIndex(({ id }) => id === refersTo);
  if (named >= 0 || recipient === null) return named;
  return items.findIndex((item) => item.shopper === recipient && fits(item.phone, phone));
}

/** Not every provider's address names the business's number. */
export function fits(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}
