import type { AdminDeps, FlagsInForce } from "../../../admin/index.ts";
import { emptyFlagState, ShopperTable, withLists, type Documents, type SharedTable } from "../../../flags/index.ts";
import type { StoreView } from "../../../registry/index.ts";
import type { Config } from "../../config/index.ts";
import { documentsAfter, type DocumentsTold } from "../threads/documents.ts";
import { snapshotOf } from "../registry/flags.ts";
import type { SharedFlags } from "../threads/messages.ts";

/** Versions that can be asked for after they have passed: so many, while their lists take no more than this. */
const keptVersions = 20;
/** A list of a million takes some 45 MB, and each version in which it changed has one of its own. */
const keptBytes = 67_108_864;

/** Flags as the control thread knows them, now and a little back. */
export interface KnownFlags extends Pick<AdminDeps, "flags" | "onFlags"> {
  readonly now: () => FlagsInForce;
  readonly killedHere: () => boolean;
  /** In force with the flags that are learned next. */
  learnDocuments(told: DocumentsTold): void;
  learn(flags: SharedFlags): void;
  /** Whether the data plane decides as killed: known at once, also where the registry is silent. */
  learnSwitch(killed: boolean): void;
  /** Flags that this instance holds off by itself. */
  learnHeld(keys: readonly string[]): void;
  /** What of the store has changed while the flags have not. */
  learnStore(store: StoreView): void;
}

/** A version that has passed, and the memory of its lists. */
interface Kept {
  readonly inForce: FlagsInForce;
  readonly tables: Tables;
}

export function createKnownFlags(config: Config, first: SharedFlags): KnownFlags {
  let killedHere = false;
  let switched = false;
  let held: readonly string[] = [];
  let newest = first;
  let { documents } = emptyFlagState;
  let fed = inForce(config, first, { documents, held });
  let current = fed;
  let tables = tablesOf(first);
  let past: readonly Kept[] = [];
  const listeners = new Set<(version: number) => void>();
  const show = (): void => {
    const { snapshot, ...rest } = fed;
    current = { ...rest, snapshot: switched === snapshot.killed ? snapshot : { ...snapshot, killed: switched } };
    for (const tell of listeners) tell(snapshot.version);
  };
  return {
    now: () => current,
    killedHere: () => killedHere,
    flags(version) {
      if (version === undefined || version === current.snapshot.version) return current;
      return past.find(({ inForce: { snapshot } }) => snapshot.version === version)?.inForce ?? null;
    },
    onFlags(call, signal) {
      if (signal.aborted) return;
      const listener = (version: number): void => call(version);
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
    learnDocuments(told) {
      documents = documentsAfter(documents, told);
    },
    learn(flags) {
      const next = tablesOf(flags);
      past = affordable([{ inForce: current, tables }, ...past], next);
      tables = next;
      killedHere = flags.killedHere;
      newest = flags;
      fed = inForce(config, flags, { documents, held });
      show();
    },
    learnSwitch(killed) {
      switched = killed;
      show();
    },
    learnHeld(keys) {
      held = keys;
      fed = inForce(config, newest, { documents, held });
      show();
    },
    learnStore(store) {
      fed = { ...fed, store };
      current = { ...current, store };
    },
  };
}

interface Beside {
  readonly documents: Documents;
  readonly held: readonly string[];
}

function inForce(config: Config, flags: SharedFlags, { documents, held }: Beside): FlagsInForce {
  return {
    snapshot: snapshotOf(config, flags, held),
    state: {
      flags: new Map(flags.stored.map((flag) => [flag.key, withLists(flag, (table) => ShopperTable.from(table))])),
      audiences: new Map(flags.audiences.map(([name, table]) => [name, ShopperTable.from(table)])),
      documents,
    },
    entries: flags.entries.map(({ flag, ...rest }) => ({
      ...rest,
      flag: withLists(flag, (table) => ShopperTable.from(table)),
    })),
    store: flags.store,
  };
}

/** Versions from the newest on, as long as there is room beside the lists that are in force anyway. */
function affordable(versions: readonly Kept[], inForceNow: Tables): readonly Kept[] {
  const held = new Set(inForceNow.keys());
  let bytes = 0;
  const kept: Kept[] = [];
  for (const version of versions.slice(0, keptVersions)) {
    for (const [table, size] of version.tables) {
      if (!held.has(table)) bytes += size;
      held.add(table);
    }
    if (bytes > keptBytes) return kept;
    kept.push(version);
  }
  return kept;
}

/**
 * Lists with the bytes that they take. Shared memory comes in a new wrapping each time it crosses threads, and says nothing
 * of being the same: what tells it is whose it is and how far it is filled, as every edit fills it further.
 */
type Tables = ReadonlyMap<string, number>;

function tablesOf({ entries, stored, audiences }: SharedFlags): Tables {
  const tables = new Map<string, number>();
  const add = (whose: string, { slots, units, end, gone }: SharedTable): void => {
    tables.set(`${whose} ${end} ${gone}`, slots.byteLength + units.byteLength);
  };
  for (const flag of [...entries.map((entry) => entry.flag), ...stored]) {
    if (flag.allowlist !== null) add(`allowlist:${flag.key}`, flag.allowlist);
    add(`denylist:${flag.key}`, flag.denylist);
    add(`forceOn:${flag.key}`, flag.forceOn);
  }
  for (const [name, table] of audiences) add(`audience:${name}`, table);
  return tables;
}
