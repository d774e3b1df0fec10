import type { CallKeys, Exchanges } from "../../../exchanges/index.ts";
import type { Effect } from "../../../model/index.ts";
import type { Asking } from "./asking.ts";
import type { Peers } from "./peers.ts";
import type { Seal } from "../data/seal.ts";

export interface PassingOnOptions {
  readonly peers: Pick<Peers, "alone" | "post">;
  readonly asking: Asking;
  readonly exchanges: Exchanges;
  readonly seal: Seal;
  /** It belongs to an exchange of this instance, or to none. */
  readonly keep: (effect: Effect) => void;
  /** It belongs to another, which did not get it. */
  readonly lost: (effect: Effect) => void;
}

/** Passes effects of other instances' exchanges on to them. */
export interface PassingOn {
  take(effect: Effect): void;
  /** What another passed on; empty: it cannot be read. */
  read(packet: string): readonly Effect[];
  /** Nothing waits any longer. */
  close(): void;
}

/** An exchange is noted some milliseconds after it is opened, and a call may come before it is. */
const waitsMs = [30, 300];
/** What goes to one instance within so long goes together. */
const gatherMs = 30;
const maxAsked = 2_000;
/** Of effects in one packet. */
const maxTogether = 100;

export function createPassingOn(options: PassingOnOptions): PassingOn {
  const { peers, asking, exchanges, seal, keep, lost } = options;
  const asked = new Set<Effect>();
  const gathered = new Map<string, Effect[]>();
  let timer: NodeJS.Timeout | null = null;

  const send = (): void => {
    timer = null;
    for (const [owner, effects] of gathered) {
      for (let at = 0; at < effects.length; at += maxTogether) {
        const together = effects.slice(at, at + maxTogether);
        void peers.post(owner, seal.close(JSON.stringify(together))).then((done) => {
          if (!done) together.forEach(lost);
        });
      }
    }
    gathered.clear();
  };

  const ask = async (effect: Effect): Promise<void> => {
    const found = await asking.ask(effect, waitsMs);
    // Kept meanwhile: this instance ends.
    if (!asked.delete(effect)) return;
    const owner = found?.owner ?? null;
    if (found === null || owner === null) return keep(effect);
    // Nothing says that it is not of the exchange that its recipient has here.
    if (found.exchange === null && isOpenHere(exchanges, effect)) return keep(effect);
    const waiting = gathered.get(owner);
    if (waiting === undefined) gathered.set(owner, [effect]);
    else waiting.push(effect);
    timer ??= setTimeout(send, gatherMs).unref();
  };

  return {
    take(effect) {
      if (peers.alone || asked.size >= maxAsked || !mayBeAnothers(exchanges, effect)) return keep(effect);
      asked.add(effect);
      void ask(effect);
    },
    read(packet) {
      const text = seal.open(packet);
      if (text === null) return [];
      // Sealed by an instance with the same key and the same version of what is sealed.
      return parse(text);
    },
    close() {
      for (const effect of asked) keep(effect);
      asked.clear();
      if (timer !== null) clearTimeout(timer);
      send();
    },
  };
}

const parse: (text: string) => readonly Effect[] = JSON.parse;

/** Whether it bears a key that leads nowhere here, and none that is stronger than it. */
function mayBeAnothers(exchanges: Exchanges, keys: CallKeys): boolean {
  const { exchange, traceId, refersTo, recipient } = keys;
  const found = exchanges.find(keys);
  if (found.kind === "none") return (exchange ?? traceId ?? refersTo ?? recipient) !== null;
  if (found.kind === "alone") return false;
  if (found.by !== "recipient") return false;
  return (traceId ?? refersTo) !== null || !isOpenHere(exchanges, keys);
}

function isOpenHere(exchanges: Exchanges, keys: CallKeys): boolean {
  const found = exchanges.find(keys);
  return found.kind === "several" || (found.kind === "one" && !found.exchange.settled);
}
