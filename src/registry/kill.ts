import type { Json, JsonObject } from "../flags/index.ts";
import { actorText, killDraft, type AuditStamp } from "./audit-draft.ts";
import { KILL, sealEntries } from "./chain.ts";
import { UNCHANGED, type Committing } from "./committing.ts";
import type { Known } from "./known.ts";
import type { KillOrder, LocalKill } from "./registry.ts";
import { StoreError } from "./store-error.ts";
import type { Store } from "./store.ts";

export interface KillDeps {
  readonly known: Known;
  readonly committing: Committing;
  readonly stamp: (by: Pick<KillOrder, "actor" | "reason">) => AuditStamp;
  readonly sync: (store: Store) => Promise<void>;
}

const MAX_TRIES = 5;
/** The newest ones: a process does not stay away for longer. */
const MAX_KILLS = 100;

export function localKillOf({ actor, reason }: KillOrder, at: string): LocalKill {
  return { kill: { at, by: actorText(actor), reason }, actor, reason };
}

/**
 * Tells the store of a kill that only this process knows. What is known is where the store is. `isNoted`: the kill was
 * on disk when the process started, and the one before may have told it and not lived to cross it out.
 */
export async function shareKill(store: Store, deps: KillDeps, isNoted: boolean): Promise<void> {
  const { known, committing, stamp, sync } = deps;
  if (isNoted && known.localKill !== null && (await wasTold(store, known.localKill))) known.endLocalKill(null);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { localKill } = known;
    if (localKill === null) return;
    const isShared =
      known.state.kill !== null || (await committing.kill(store, localKill.kill, stamp(localKill))) === "written";
    // One that was thrown here meanwhile has its own turn.
    if (isShared && known.localKill === localKill) known.endLocalKill(null);
    if (isShared) return;
    await sync(store);
  }
  throw moved(store);
}

/**
 * Throws the kill in the store beside whatever is read or written in turn, onto where the store is: what else it holds may
 * not be known here yet. False: somebody wrote at the same time, or there is one already.
 */
export async function throwAhead(store: Store, { kill, actor, reason }: LocalKill, deps: KillDeps): Promise<boolean> {
  const found = await store.killed();
  // It may be about to end: that is told in turn.
  if (found.kill !== null) return false;
  const before = found.position;
  const entries = sealEntries([killDraft(null, kill, deps.stamp({ actor, reason }))], before);
  const last = entries.at(-1);
  if (last === undefined) return false;
  const after = { version: before.version + 1, seq: last.seq, hash: last.hash };
  return (await store.commit({ before, after, change: UNCHANGED, entries, kill })).kind === "written";
}

/** Ends the shared kill, and `local`: what is thrown here after the order was given stays. */
export async function endKill(store: Store, order: KillOrder, local: LocalKill | null, deps: KillDeps): Promise<void> {
  const { known, committing, stamp, sync } = deps;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (known.state.kill === null || (await committing.kill(store, null, stamp(order))) === "written") {
      if (known.localKill === local) known.endLocalKill(order);
      return;
    }
    await sync(store);
  }
  throw moved(store);
}

async function wasTold(store: Store, { kill, actor }: LocalKill): Promise<boolean> {
  // One that the store had lost is in the audit from the first time.
  if (actor.kind === "automatic") return false;
  const told = await store.audit({ action: KILL, limit: MAX_KILLS });
  return told.some(({ after }) => isJsonObject(after) && after.at === kill.at && after.by === kill.by);
}

function isJsonObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function moved(store: Store): StoreError {
  return new StoreError("busy", `the store (${store.kind}) moved each of ${MAX_TRIES} times it was written to`);
}
