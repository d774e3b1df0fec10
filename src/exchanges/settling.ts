import type { Clock } from "../lib/clock.ts";
import type { Effect } from "../model/index.ts";
import type { Exchange, OpenExchange } from "./exchange.ts";
import { type Stray, Strays } from "./strays.ts";
import { type Closed, createWaiting, type SettlingDeps } from "./waiting.ts";

/** Waits for what the sides do. Has no timer: whoever owns it asks `due` after each call, and calls `close` then. */
export interface Settling {
  /** A delivery is judged; before any side but legacy is called. To be followed by `answered` or `abandon`. */
  open(opened: OpenExchange): void;
  /**
   * All answers of an exchange are compared, or there is nothing to compare. Whether nothing is waited for. `twinned`: a
   * twin beside both sides has answered too.
   */
  answered(exchange: string, twinned?: boolean): boolean;
  /** An exchange is not compared after all. */
  abandon(exchange: string): void;
  effect(effect: Effect): void;
  /** When `close` has something to do, in milliseconds of the clock; null: not before something comes. */
  due(): number | null;
  /** Looks at so many that something else may have its turn; the rest is still due. With `Infinity` all that is answered closes. */
  close(nowMs: number): readonly Closed[];
  /** Exchanges waited for and effects kept. */
  readonly size: number;
}

/** Effects that wait for their exchange: beyond that the oldest is decided at once. */
const MAX_STRAYS = 1000;

/** What was answered in a burst is due in one: a millisecond or two for so many. */
const AT_ONCE = 32;

export function createSettling(deps: SettlingDeps, clock: Clock): Settling {
  const strays = new Strays();
  const waiting = createWaiting(deps, strays, clock);
  const { exchanges } = deps;
  const { groups } = waiting;

  /** The last word on an effect that has waited. */
  const decide = (stray: Stray): void => {
    strays.remove(stray);
    if (waiting.take(stray.effect)) return;
    // Known by its recipient, if at all.
    deps.counted(exchanges.find(stray.effect).kind === "one" ? "late" : "unattributed", stray.effect);
  };

  return {
    open(opened) {
      for (const gone of exchanges.open(opened)) waiting.forgotten(gone);
      if (strays.size === 0) return;
      for (const key of keysOf(opened, exchanges.get(opened.exchange))) {
        for (const stray of strays.of(key)) {
          // One may have taken another along.
          if (strays.has(stray) && waiting.take(stray.effect)) strays.remove(stray);
        }
      }
    },
    answered(exchange, twinned = false) {
      const known = exchanges.get(exchange);
      if (known === undefined || !isWaitedFor(known)) {
        exchanges.settle(exchange);
        return true;
      }
      const member = groups.join(known);
      if (twinned && member.twin === "unasked") member.twin = "answered";
      groups.answered(member);
      waiting.makeRoom();
      return false;
    },
    abandon(exchange) {
      exchanges.abandon(exchange);
      const member = groups.get(exchange);
      if (member !== undefined) waiting.abandon(member);
    },
    effect(effect) {
      if (waiting.take(effect)) return;
      strays.add(effect, clock() + deps.strayMs);
      if (strays.size > MAX_STRAYS && strays.first !== null) decide(strays.first);
    },
    due() {
      const due = Math.min(groups.next?.dueMs ?? Infinity, strays.first?.untilMs ?? Infinity);
      return due === Infinity ? null : due;
    },
    close(nowMs) {
      for (let first = strays.first; first !== null && first.untilMs <= nowMs; first = strays.first) decide(first);
      const closed: Closed[] = [];
      let left = nowMs === Infinity ? Infinity : AT_ONCE;
      for (let group = groups.next; group !== null && group.dueMs <= nowMs && left > 0; group = groups.next) {
        left -= 1;
        const one = waiting.look(group, nowMs);
        if (one !== null) closed.push(one);
      }
      return closed;
    },
    get size() {
      return groups.size + strays.size;
    },
  };
}

function isWaitedFor({ settled, items }: Exchange): boolean {
  return !settled && items.some(({ compared }) => compared);
}

/** Every key by which a stray may have waited for an exchange. */
function keysOf({ exchange, traceId, items }: OpenExchange, known: Exchange | undefined): ReadonlySet<string> {
  const shoppers = known?.items.map(({ shopper }) => shopper) ?? [];
  return new Set([exchange, traceId, ...items.map(({ id }) => id), ...shoppers].filter((key) => key !== null));
}
