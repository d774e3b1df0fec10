import type { Change, FlagState } from "../flags/index.ts";
import type { AuditEntry, AuditFilter } from "./audit.ts";
import type { Notes } from "./notes.ts";
import type { Position } from "./position.ts";

/** The kill switch as all instances share it. */
export interface Kill {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/** Everything a store holds of flags at one position. */
export interface StoredState extends FlagState {
  readonly position: Position;
  /** null: not thrown. */
  readonly kill: Kill | null;
  /** Keys whose record could not be read. */
  readonly unreadable: readonly string[];
}

/** What of a state is known at once, however much of it there is to read. */
export type StoredKill = Pick<StoredState, "position" | "kill">;

/** One write: applied whole or not at all. */
export interface Commit {
  /** Where the writer saw the store. */
  readonly before: Position;
  /** Where the store is afterwards; `version` is one more. */
  readonly after: Position;
  readonly change: Change;
  /** `undefined`: left as it is; null: ended. */
  readonly kill?: Kill | null;
  /** Each with the hash of the one before; the first continues `before`, the last is `after`. */
  readonly entries: readonly AuditEntry[];
}

/** `moved`: somebody wrote in between; nothing was written. */
export type CommitOutcome = { readonly kind: "written" } | { readonly kind: "moved"; readonly position: Position };

/**
 * What the registry needs of a store. Every call may be rejected with a `StoreError`, and then nothing is half written;
 * none waits longer than its limit. Nothing here is called on the data plane's thread.
 */
export interface Store {
  readonly kind: "sqlite" | "redis";
  /** Cheap: asked every second and after every hint. `nowhere`: empty, whether never written or flushed. */
  position(): Promise<Position>;
  /** As cheap, and answered while `read` or `catchUp` are still at it. */
  killed(): Promise<StoredKill>;
  /** Everything, of one position. */
  read(): Promise<StoredState>;
  /**
   * `state` brought to where the store is now, by differences where the store still has them, else read whole. In order:
   * the commits in between; null: read whole.
   */
  catchUp(state: StoredState): Promise<{ readonly state: StoredState; readonly commits: readonly Commit[] | null }>;
  commit(commit: Commit): Promise<CommitOutcome>;
  /**
   * Writes a whole state over a store that lost it (emptied, or failed over to an older copy), kill first; `seen` is where
   * the store was found. Nothing is written if it has moved since. The position becomes that of `state`.
   */
  restore(state: StoredState, seen: Position): Promise<CommitOutcome>;
  /** A write that changes nothing: rejected as any other would be. */
  tryWrite(): Promise<void>;
  /** The key of all hashes of personal data: the one it has, else `mine`, which it then keeps. */
  hashKey(mine: string): Promise<string>;
  /** Keeps `next` in place of `known`, if that is what it has: what it has then. */
  replaceHashKey(known: string, next: string): Promise<string>;
  /**
   * What was taken out is nowhere left in the files of the store, as far as they are ours to write: the commits before can no
   * longer be followed one by one.
   */
  purge(): Promise<void>;
  /** Beside the flags: without a position, and not given back to a store that lost them. */
  readonly notes: Notes;
  /** Newest first. */
  audit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  close(): Promise<void>;
}

/** Told by a store as it happens; calls may come at any time, in any number. */
export interface StoreEvents {
  /** Something may have been written. */
  moved(): void;
}
