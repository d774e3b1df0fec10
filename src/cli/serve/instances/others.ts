import { hostname } from "node:os";
import type { InstanceEntry } from "../../../admin/index.ts";
import type { KeyedHash } from "../../../compare/index.ts";
import type { Verdict } from "../../../effects/index.ts";
import {
  createHolding,
  type CallKeys,
  type Exchanges,
  type OpenExchange,
  type OutboundCall,
  type SettleBounds,
  type Ties,
} from "../../../exchanges/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Effect, Route } from "../../../model/index.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { within } from "../threads/calls.ts";
import type { LegacyTies } from "../effects/legacy-ties.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createAsking, type Elsewhere } from "./asking.ts";
import type { Hashes } from "./notes-form.ts";
import { createNoting } from "./noting.ts";
import { createPassingOn } from "./passing-on.ts";
import { NotedPeers } from "./peers.ts";
import { createSeal } from "../data/seal.ts";

export interface OthersOptions {
  readonly routes: readonly Route[];
  readonly notes: NotesLink;
  readonly hash: KeyedHash;
  /** The one in force first. */
  readonly hashKeys: () => readonly string[];
  readonly exchanges: Exchanges;
  readonly cutoverPossible: () => boolean;
  /** Every decision is off here. */
  readonly killed: () => boolean;
  readonly inCutoverNow: (recipient: string) => boolean;
  readonly egressSeen: { get(): boolean; set(): void };
  readonly ties: Pick<LegacyTies, "tied" | "untied" | "heard">;
  readonly keep: (effect: Effect) => void;
  /** Could not be passed on. */
  readonly lost: (effect: Effect) => void;
  /** Milliseconds since a process ran here last; null: none did. */
  readonly lastRunMs: number | null;
  readonly clock: Clock;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Where several instances share a store, a call may land on another than its exchange. Alone, nothing here does anything. */
export interface Others {
  /** An exchange is judged, or stands otherwise than it did. */
  opened(exchange: OpenExchange): void;
  /** Nobody else is known of. */
  readonly alone: boolean;
  /** That are known of, this one first. */
  readonly instances: () => readonly InstanceEntry[];
  /** On a call of the candidate's; null: what is known here decides. */
  decide(call: OutboundCall): Promise<Verdict> | null;
  /** Keeps an effect, or passes it on to the instance that it belongs to. */
  take(effect: Effect): void;
  /** Another instance may have an exchange in cutover. */
  readonly cutover: boolean;
  /** What is passed on takes its time. */
  bounds(settle: SettleBounds): SettleBounds;
  /** Nothing is passed on any more. */
  drain(): void;
  close(): Promise<void>;
}

/** An exchange is noted some milliseconds after it is opened, and a call may come before it is. */
const waitsMs = [30, 70];
/** Where this process is to be found. */
const instanceName = `${hostname()}:${process.pid}`;
/** A store that hangs does not hold up the end. */
const closeMs = 1_000;
/** Instances give signs of life by notes that are kept as long. */
const leastKeptMs = 10_000;
/** Longest that an effect is usually under way to the instance it belongs to. */
const passedOnMs = 1_000;

export function createOthers(options: OthersOptions): Others {
  const { routes, notes, hash, exchanges, egressSeen, ties, cutoverPossible, inCutoverNow, clock, fault } = options;
  const keptMs = Math.max(leastKeptMs, ...routes.map(openMs));
  const peers = new NotedPeers({
    notes,
    get fingerprint() {
      return hash("instances");
    },
    keptMs,
    lastRunMs: options.lastRunMs,
    clock,
    state: () => ({
      cutover: cutoverPossible() || exchanges.cutover,
      egressUsed: egressSeen.get(),
      tied: ties.tied,
      untied: ties.untied,
      name: instanceName,
      killed: options.killed(),
    }),
    isCurrent: () => noting.current,
    received(packet) {
      for (const effect of passing.read(packet)) {
        egressSeen.set();
        options.keep(effect);
      }
    },
    heard() {
      // Where no egress was ever used nobody asks whose calls they are: theirs counts as well.
      if (!egressSeen.get() && peers.any.egressUsed) egressSeen.set();
      ties.heard(peers.any);
    },
    fault,
  });
  const hashes: Hashes = {
    message: (id) => (id === null ? null : hash(`message\n${id}`)),
    shopper: (id) => (id === null ? null : hash(`shopper\n${canonicalId(id)}`)),
  };
  const noting = createNoting({ notes, peers, exchanges, hashes, keptMs, clock, fault });
  const asking = createAsking({ notes, peers, hashes });
  const passing = createPassingOn({
    peers,
    asking,
    exchanges,
    seal: createSeal(options.hashKeys, "sombra effects 1"),
    keep: options.keep,
    lost: options.lost,
  });
  peers.run();
  const decideBy = (call: OutboundCall, own: Ties, found: Elsewhere | null): Verdict => {
    const blind = exchanges.blind || found === null || peers.blind;
    const ties = found === null ? own : merged(ownBeside(exchanges, call.keys, { own, found }), found);
    const holding = createHolding(
      { ...exchanges, blind, nameless: exchanges.nameless || found?.nameless === true, ties: () => ties },
      // It was when this was asked.
      { cutoverPossible: () => true, inCutoverNow },
    );
    const here = exchanges.find(call.keys);
    const known = here.kind === "one" ? here.exchange.exchange : null;
    return { decision: holding.decide(call), exchange: found?.exchange ?? known };
  };

  return {
    get alone() {
      return peers.alone;
    },
    instances: () => [{ name: instanceName, own: true, killed: options.killed() }, ...peers.others],
    opened: (exchange) => noting.opened(exchange),
    decide(call) {
      const { keys } = call;
      if ((peers.alone && !peers.recovering) || !leadsAnywhere(keys)) return null;
      if (!cutoverPossible() && !exchanges.cutover && !peers.any.cutover) return null;
      if (isSurelyHere(exchanges, keys)) return null;
      const own = exchanges.ties(keys);
      return asking.ask(keys, own.standings.size > 0 ? [] : waitsMs).then((found) => decideBy(call, own, found));
    },
    take: (effect) => passing.take(effect),
    get cutover() {
      return !peers.alone && peers.any.cutover;
    },
    bounds: ({ quietMs, maxMs }) => ({ quietMs: peers.alone ? quietMs : quietMs + passedOnMs, maxMs }),
    drain: () => passing.close(),
    async close() {
      await within(
        noting.close().then(() => peers.close()),
        closeMs,
      );
    },
  };
}

/** Longest that an exchange is known of: until both sides have answered, until its effects are there, and once more as long. */
function openMs({ candidate, settle }: Route): number {
  return (candidate?.timeoutMs ?? 0) + 2 * settle.maxMs;
}

function leadsAnywhere({ exchange, traceId, refersTo, recipient }: CallKeys): boolean {
  return (exchange ?? traceId ?? refersTo ?? recipient) !== null;
}

/** Its exchange or its trace leads to an exchange of this instance, and everything else that it bears does too. */
function isSurelyHere(exchanges: Exchanges, keys: CallKeys): boolean {
  const found = exchanges.find(keys);
  if (found.kind !== "one" || (found.by !== "exchange" && found.by !== "trace")) return false;
  const { exchange: own } = found;
  const leadsThere = (some: Partial<CallKeys>): boolean => {
    const one = exchanges.find({ ...keys, exchange: null, traceId: null, refersTo: null, recipient: null, ...some });
    return one.kind === "one" && one.exchange === own;
  };
  const { traceId, refersTo, recipient } = keys;
  if (recipient !== null && !own.items.some(({ shopper }) => shopper === canonicalId(recipient))) return false;
  return (traceId === null || leadsThere({ traceId })) && (refersTo === null || leadsThere({ refersTo }));
}

/** Tied to an exchange elsewhere, a call is not at home here by a message that is known here as well. */
function ownBeside(exchanges: Exchanges, keys: CallKeys, of: { readonly own: Ties; readonly found: Elsewhere }): Ties {
  const { own, found } = of;
  if (found.exchange === null || found.atHome || keys.refersTo === null) return own;
  const { elsewhere } = exchanges.ties({ ...keys, exchange: null, traceId: null, refersTo: null });
  return { ...own, elsewhere: new Set([...own.elsewhere, ...elsewhere]) };
}

/** What this instance and the others know of a call. */
function merged(own: Ties, { ties, atHome, doubtful }: Elsewhere): Ties {
  const here = own.standings;
  const there = ties.standings;
  // Tied here and there by different keys: in doubt, where that is not decided alike.
  const differs =
    here.size > 0 && there.size > 0 && (here.size !== there.size || [...here].some((standing) => !there.has(standing)));
  return {
    standings: new Set([...here, ...there]),
    unknown: differs || doubtful || (own.unknown && ties.unknown),
    elsewhere: there.size > 0 && atHome ? new Set() : new Set([...own.elsewhere, ...ties.elsewhere]),
  };
}
