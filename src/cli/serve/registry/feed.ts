import type { MessagePort } from "node:worker_threads";
import { createFlagCell, type FlagCell } from "../../../flags/index.ts";
import type { Rule } from "../../../model/index.ts";
import type { StoreView } from "../../../registry/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import { within } from "../threads/calls.ts";
import type { DataDir } from "../data-dir.ts";
import { createExpected, type Expected } from "./expectations.ts";
import { snapshotOf, unknownYet } from "./flags.ts";
import { hashKeysIn, type HashKeys } from "./hash-keys.ts";
import { keysAt, ringIn } from "./key-ring.ts";
import { createLegacyTies, type LegacyTies } from "../effects/legacy-ties.ts";
import type { SharedFlags } from "../threads/messages.ts";
import { createHolding, type Holding } from "./holding.ts";
import type { NotesLink } from "./notes-link.ts";
import type { LocalTrip } from "../rollouts/trip.ts";
import { startRegistry } from "./registry-link.ts";
import { createSwitches, type Switches, type SwitchesDeps } from "./switches.ts";

export interface FeedOptions {
  readonly config: Config;
  readonly dir: DataDir;
  /** Of this data directory. */
  readonly hashKey: string;
  /** What is kept there of how legacy's sends are tied. */
  readonly legacyTies: string | null;
  /** And of what the process before held off by itself. */
  readonly localTrips: readonly LocalTrip[];
  readonly tell: SwitchesDeps["tell"];
  readonly log: (events: readonly SombraEvent[]) => void;
  readonly fault: (operation: string, error: unknown) => void;
  /** The registry's thread was started again. */
  readonly begun: () => void;
}

/** What feeds the data plane's flags: what the registry says, legacy for all until it speaks, and the kill switch beside. */
export interface Feed {
  readonly cell: FlagCell;
  readonly switches: Switches;
  readonly ties: LegacyTies;
  readonly holding: Holding;
  /** As they came last. */
  readonly flags: () => SharedFlags;
  readonly expected: Pick<Expected, "has">;
  /** Calls `set` with the rules of the comparison that the store has, now and at each change of them. */
  onRules(set: (rules: readonly Rule[]) => void): void;
  /** Calls `forget` with hashes of shoppers who were erased, as it happens. */
  onForget(forget: (hashes: readonly string[]) => void): void;
  readonly store: () => StoreView;
  /** Those that all instances share, where the store said so. */
  readonly hashKeys: () => HashKeys;
  /** Calls `set` with the keys in force, now and as they change. */
  onHashKeys(set: (keys: HashKeys) => void): void;
  /** Resolves with the first word of the registry; false: it takes too long, and legacy answers meanwhile. */
  ready(timeoutMs: number): Promise<boolean>;
  readonly notes: NotesLink;
  /** The other end of a line to the registry, for another thread. */
  line(): MessagePort;
  stop(maxMs: number): Promise<void>;
}

export function startFeed(options: FeedOptions): Feed {
  const { config, dir, tell, log, fault, begun } = options;
  let flags = unknownYet(config);
  let hashKeys = config.hashKey === null ? keysAt(ringIn(options.hashKey), Date.now()) : hashKeysIn(config.hashKey);
  let setHashKeys = (_keys: HashKeys): void => {};
  let rules: readonly Rule[] = [];
  let setRules = (_rules: readonly Rule[]): void => {};
  const expected = createExpected(Date.now);
  let forget = (_hashes: readonly string[]): void => {};
  const first = Promise.withResolvers<true>();
  const ties = createLegacyTies(options.legacyTies, ({ text, tied }) => {
    tell({ kind: "remember", fact: "legacy-ties", text });
    link.tied(tied);
  });
  const holding = createHolding(options.localTrips, () => show());
  const cell = createFlagCell(snapshotOf(config, flags, holding.keys(0)), {
    onError: (error) => fault("flags", error),
  });
  const show = (): void => cell.replace(snapshotOf(config, flags, holding.keys(flags.version)));
  const link = startRegistry({
    data: () => ({ config, hashKey: options.hashKey, localKill: flags.localKill }),
    hashKeys: (keys) => {
      hashKeys = keys;
      setHashKeys(keys);
    },
    flags(next, keys) {
      flags = next;
      hashKeys = keys;
      try {
        show();
        switches.follow(next);
      } catch (error) {
        // The flags before stay in force.
        fault("flags", error);
      }
      first.resolve(true);
    },
    rules(next) {
      rules = next;
      try {
        setRules(next);
      } catch (error) {
        // Those before stay in force.
        fault("rules", error);
      }
    },
    expected: expected.set,
    forget: (hashes) => forget(hashes),
    event: (event) => log([event]),
    fault,
    begun,
    tied: ties.tied,
  });
  const switches = createSwitches({ dir, cell, forced: config.forceLegacy, tell, share: (order) => link.share(order) });
  return {
    cell,
    switches,
    ties,
    holding,
    flags: () => flags,
    expected,
    onForget(call) {
      forget = call;
    },
    onRules(set) {
      setRules = set;
      set(rules);
    },
    store: () => link.store() ?? flags.store,
    hashKeys: () => hashKeys,
    onHashKeys(set) {
      setHashKeys = set;
      set(hashKeys);
    },
    ready: async (timeoutMs) => (await within(first.promise, timeoutMs)) !== null,
    notes: link.notes,
    line: () => link.line(),
    stop: (maxMs) => link.stop(maxMs),
  };
}
