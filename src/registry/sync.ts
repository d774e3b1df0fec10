import { AUTOMATIC } from "./automatic.ts";
import { KILL_UNDONE } from "./chain.ts";
import type { Committing } from "./committing.ts";
import type { RegistryEvent } from "./event.ts";
import { isSameKill, type Known } from "./known.ts";
import { assess, leadsFrom, samePosition, type Position } from "./position.ts";
import type { CommitOutcome, Kill, Store, StoredState } from "./store.ts";
import { StoreError } from "./store-error.ts";

export interface SyncDeps {
  readonly known: Known;
  readonly committing: Committing;
  readonly onEvent: (event: RegistryEvent) => void;
  /** Absent: the store keeps none. */
  readonly hashKey?: (() => string) | undefined;
}

export interface Syncing {
  /** What is known is of another store than the one that comes: only an empty one has lost it. */
  expectForeign(): void;
  /** Brings what is known to where the store is, or the store to what is known where it has lost something. */
  readonly sync: (store: Store) => Promise<void>;
}

/** Several instances may write and restore at the same time: this often a store is looked at anew. */
const MAX_LOOKS = 5;

export function createSyncing(deps: SyncDeps): Syncing {
  let isForeign = false;
  return {
    expectForeign: () => (isForeign = true),
    async sync(store) {
      for (let look = 0; look < MAX_LOOKS; look += 1) {
        if (!(await step(store, deps, isForeign))) continue;
        isForeign = false;
        return;
      }
      throw new StoreError("busy", `the store (${store.kind}) moved each of ${MAX_LOOKS} times it was looked at`);
    },
  };
}

/** False: the store moved meanwhile. */
async function step(store: Store, deps: SyncDeps, isForeign: boolean): Promise<boolean> {
  const { known } = deps;
  const found = await store.position();
  if (isForeign && found.version > 0) {
    known.adopt(await store.read(), null);
    return true;
  }
  switch (assess(known.state.position, found)) {
    case "same":
      if (known.ahead !== null && known.ahead.position.version > found.version) return keepAhead(store, known);
      if (!known.met && known.state.unreadable.length > 0) return readAnew(store, known);
      known.confirm();
      return true;
    case "newer":
      return takeNewer(store, deps);
    case "lost":
      return giveBack(store, found, deps);
    case "replaced":
      return takeReplaced(store, deps);
  }
}

/** This Sombra may be able to read what the one before could not. */
async function readAnew(store: Store, known: Known): Promise<boolean> {
  const state = await store.read();
  if (!samePosition(state.position, known.state.position)) return false;
  known.adopt(state, null);
  return true;
}

async function takeNewer(store: Store, deps: SyncDeps): Promise<boolean> {
  const { known } = deps;
  const { position } = known.state;
  // Differences say nothing of a record that was damaged since: a process starts from what is there.
  const { state, commits } = known.met
    ? await store.catchUp(known.state)
    : { state: await store.read(), commits: null };
  if (state.position.version <= position.version) return false;
  if (commits !== null && !leadsFrom(position, commits, state.position)) return takeReplaced(store, deps);
  if (commits === null) {
    const lineage = await lineageOf(store, position);
    if (lineage === "other") return takeReplaced(store, deps);
    await keepKill(store, state, known, lineage);
  }
  known.adopt(state, commits?.flatMap(({ entries }) => entries) ?? null);
  return true;
}

/** Nothing tells which of two histories is the true one: the store has the say, save that no kill ends by it. */
async function takeReplaced(store: Store, deps: SyncDeps): Promise<boolean> {
  const { known, onEvent } = deps;
  const { position } = known.state;
  const state = await store.read();
  if (state.position.version < position.version) return false;
  await keepKill(store, state, known, "other");
  onEvent({ kind: "history-replaced", known: position.version, found: state.position.version });
  known.adopt(state, null);
  return true;
}

/** A kill was heard of beyond where the store is: it has moved meanwhile, or fallen back. */
async function keepAhead(store: Store, known: Known): Promise<boolean> {
  const { position } = await store.killed();
  if (!samePosition(position, known.state.position)) return false;
  if (known.ahead !== null) throwAgain(known, known.ahead.kill);
  known.forgetAhead();
  known.confirm();
  return true;
}

async function giveBack(store: Store, found: Position, deps: SyncDeps): Promise<boolean> {
  const { known, committing, onEvent } = deps;
  if (known.state.kill === null) {
    const { kill } = await store.killed();
    const heard = kill ?? known.ahead?.kill ?? null;
    if (heard !== null && !isSameKill(heard, known.endedKill)) throwAgain(known, heard);
  }
  known.forgetAhead();
  const outcome = await restore(store, known.state, found);
  if (outcome.kind === "moved") return false;
  committing.owe(found.version);
  if (deps.hashKey !== undefined) await store.hashKey(deps.hashKey());
  onEvent({ kind: "store-restored", found: found.version, version: known.state.position.version });
  known.confirm();
  return true;
}

async function restore(store: Store, state: StoredState, found: Position): Promise<CommitOutcome> {
  try {
    return await store.restore(state, found);
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== "read-only") throw error;
    // What it holds is not the truth: whoever reads it is none the wiser.
    throw new StoreError("unreachable", `the store lost what it held, and cannot be given it back: ${error.message}`);
  }
}

type Lineage = "same" | "other" | "unknown";

/** Whether the newest known audit entry is also the store's; `unknown`: the store has none in its place. */
async function lineageOf(store: Store, { seq, hash }: Position): Promise<Lineage> {
  if (seq === 0) return "same";
  const [entry] = await store.audit({ beforeSeq: seq + 1, limit: 1 });
  if (entry?.seq !== seq) return "unknown";
  return entry.hash === hash ? "same" : "other";
}

/** A kill that is gone from the store and that nobody ended is thrown again. */
async function keepKill(store: Store, state: StoredState, known: Known, lineage: Lineage): Promise<void> {
  const { kill, position } = known.lastKill(state);
  if (kill === null || state.kill !== null) return;
  const [undone] = await store.audit({ action: KILL_UNDONE, limit: 1 });
  // Clocks differ: where the two histories are one, its order counts.
  const isEnded = undone !== undefined && (lineage === "same" ? undone.seq > position.seq : undone.at >= kill.at);
  if (!isEnded) throwAgain(known, kill);
}

/** A kill that the store lost is this process's own until the store has it again. */
function throwAgain(known: Known, kill: Kill): void {
  if (known.localKill !== null) return;
  known.killLocally({ kill, actor: AUTOMATIC, reason: `thrown again: the store had lost the kill of ${kill.at}` });
}
