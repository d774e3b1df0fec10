import type { Clock } from "../lib/clock.ts";
import type { CallKeys, Exchange, OpenExchange } from "./exchange.ts";
import { find, type Found } from "./find.ts";
import { type ExchangesOptions, Memory } from "./memory.ts";
import { type Ties, tiesOf } from "./ties.ts";

/** Knows the exchanges that are open, and for a while those that are over, by what calls bear. */
export interface Exchanges {
  /** A delivery is judged. Gives back the open exchanges that had to be forgotten for it: the oldest, at the bound. */
  open(opened: OpenExchange): readonly Exchange[];
  get(exchange: string): Exchange | undefined;
  /** Whose call it is. */
  find(keys: CallKeys): Found;
  /** What may be done with a call. */
  ties(keys: CallKeys): Ties;
  /** The candidate could not be reached, legacy answers in its place: nothing of legacy's is held, nothing is sent on. */
  fallBack(exchange: string): void;
  /**
   * The candidate has answered for these items of a cutover, and legacy is about to get them: its calls for them are held.
   * False: they cannot be, the exchange is not open here.
   */
  reverse(exchange: string, items: readonly number[]): boolean;
  /** It is over: remembered for `settleMs` from now. */
  settle(exchange: string): void;
  /** It is over, and its effects are not compared after all. What may be done with its calls stays as it is. */
  abandon(exchange: string): void;
  /** Some exchange decided cutover is open or was settled lately. */
  readonly cutover: boolean;
  /** A held exchange was forgotten before its time, less than `settleMs` ago. */
  readonly blind: boolean;
  /** A held item of somebody of whom no number is known is open, or was settled less than `settleMs` ago. */
  readonly nameless: boolean;
  /** Items remembered. */
  readonly size: number;
}

export function createExchanges(options: ExchangesOptions, clock: Clock): Exchanges {
  const memory = new Memory(options, clock);
  return {
    open: (opened) => memory.open(opened),
    get: (exchange) => memory.get(exchange),
    find: (keys) => find(memory, keys),
    ties: (keys) => tiesOf(memory, keys),
    fallBack(exchange) {
      const known = memory.get(exchange);
      if (known !== undefined) memory.fallBack(known);
    },
    reverse(exchange, items) {
      const known = memory.get(exchange);
      return known !== undefined && memory.reverse(known, items);
    },
    settle(exchange) {
      const known = memory.get(exchange);
      if (known !== undefined) memory.settle(known);
    },
    abandon(exchange) {
      const known = memory.get(exchange);
      if (known !== undefined) memory.abandon(known);
    },
    get cutover() {
      memory.purge();
      return memory.cutover > 0;
    },
    get blind() {
      return memory.blind;
    },
    get nameless() {
      memory.purge();
      return memory.nameless > 0;
    },
    get size() {
      return memory.items;
    },
  };
}
