import { setTimeout as delay } from "node:timers/promises";
import { standingOf, type CallKeys, type Exchanges, type OpenExchange } from "../../../exchanges/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { exchangeNote, namelessName, personNote, sharedTrace, type Hashes } from "./notes-form.ts";
import type { Peers } from "./peers.ts";

/** Notes for the other instances what holds for the exchanges opened here. */
export interface Noting {
  /** Nothing waits for the note. Told again, it takes the place of the one before. */
  opened(exchange: OpenExchange): void;
  /** Everything told is noted, but for the last moment. */
  readonly current: boolean;
  close(): Promise<void>;
}

export interface NotingOptions {
  readonly notes: NotesLink;
  readonly peers: Pick<Peers, "id" | "alone">;
  readonly exchanges: Exchanges;
  readonly hashes: Hashes;
  readonly keptMs: number;
  readonly clock: Clock;
  readonly fault: (operation: string, error: unknown) => void;
}

const flushEveryMs = 20;
const flushExchanges = 200;
/** Where the store does not take them. The oldest are given up beyond that, and this instance counts as silent meanwhile. */
const maxUnnoted = 5_000;
const momentMs = 500;
const writeMs = 2_000;

export function createNoting(options: NotingOptions): Noting {
  const { notes, peers, keptMs, clock, fault } = options;
  let unnoted = new Map<string, OpenExchange>();
  /** Since when something is to be noted. */
  let behindMs: number | null = null;
  let givenUpUntilMs = -Infinity;
  let flushing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  const flush = async (): Promise<void> => {
    const batch = unnoted;
    const sinceMs = behindMs;
    unnoted = new Map();
    behindMs = null;
    const untilMs = Date.now() + keptMs;
    // Of two about the same the later one counts.
    const texts = new Map([...batch.values()].flatMap((opened) => textsOf(opened, options)));
    const all = [...texts].map(([name, value]) => ({
      space: "exchange" as const,
      key: `${name}@${peers.id}`,
      value,
      untilMs,
    }));
    if (await notes.put(all, writeMs)) return;
    // What was told meanwhile is newer.
    unnoted = new Map([...batch, ...unnoted]);
    behindMs = sinceMs;
    for (const exchange of unnoted.keys()) {
      if (unnoted.size <= maxUnnoted) break;
      unnoted.delete(exchange);
      givenUpUntilMs = clock() + keptMs;
    }
    await delay(momentMs, undefined, { ref: false });
  };

  const soon = (): void => {
    if (flushing !== null || unnoted.size === 0) return;
    if (unnoted.size < flushExchanges) timer ??= setTimeout(now, flushEveryMs).unref();
    else now();
  };
  const now = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    flushing ??= flush()
      .catch((error: unknown) => fault("note exchanges", error))
      .finally(() => {
        flushing = null;
        soon();
      });
  };

  return {
    opened(exchange) {
      if (peers.alone) return;
      unnoted.set(exchange.exchange, exchange);
      behindMs ??= clock();
      soon();
    },
    get current() {
      return clock() >= givenUpUntilMs && (behindMs === null || clock() - behindMs < momentMs);
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await flushing;
      if (unnoted.size > 0) await flush();
    },
  };
}

/** The notes of an exchange, by name: one for each key that a call may bear. */
function textsOf(
  opened: OpenExchange,
  { exchanges, hashes }: Pick<NotingOptions, "exchanges" | "hashes">,
): readonly (readonly [string, string])[] {
  const note = JSON.stringify(exchangeNote(opened, hashes));
  // A trace that several deliveries have leads to none of them.
  const leads = exchanges.find({ ...noKeys, traceId: opened.traceId }).kind === "one";
  const texts: [string, string][] = [
    [`exchange:${opened.exchange}`, note],
    [`trace:${opened.traceId}`, leads ? note : sharedTrace],
  ];
  if (opened.items.some((item) => item.nameless && standingOf(item) === "held")) texts.push([namelessName, note]);
  for (const { id, shopper, phone } of opened.items) {
    if (id !== null) {
      const { standings } = exchanges.ties({ ...noKeys, refersTo: id });
      texts.push([`message:${hashes.message(id)}`, JSON.stringify(personNote(opened, { phone, standings }))]);
    }
    if (shopper !== null) {
      const { elsewhere: standings } = exchanges.ties({ ...noKeys, recipient: shopper });
      texts.push([`shopper:${hashes.shopper(shopper)}`, JSON.stringify(personNote(opened, { phone, standings }))]);
    }
  }
  return texts;
}

const noKeys: CallKeys = {
  side: "candidate",
  exchange: null,
  traceId: null,
  refersTo: null,
  recipient: null,
  phone: null,
};
