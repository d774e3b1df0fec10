import type { Edit, Edited, Problem, WritePreview } from "../flags/index.ts";
import type { Notes } from "./notes.ts";
import type { Actor, AuditEntry, AuditFilter } from "./audit.ts";
import type { Kill, StoredState } from "./store.ts";

/** What is known of flags now, and how sure that is. */
export interface View {
  /** The newest that was ever known. */
  readonly state: StoredState;
  /** Whence: a store that is up, the last known snapshot while it is not, or neither (`none`: environment and defaults). */
  readonly source: "sqlite" | "redis" | "snapshot" | "none";
  readonly store: StoreView;
  /** A kill that the store holds and that is newer than `state`, of which the rest is not read yet; null: there is none. */
  readonly killAhead: Kill | null;
  /** A kill thrown here that the store does not know of yet; null: there is none. */
  readonly localKill: LocalKill | null;
}

export interface StoreView {
  readonly kind: "sqlite" | "redis";
  readonly up: boolean;
  /** When the store last said that `state` is its own, milliseconds since the epoch; null: never in this process. */
  readonly confirmedAt: number | null;
  /** False: it refused the last write that it was given, being read-only. True until it was given one. */
  readonly writable: boolean;
  /** Why it is not up, or takes no writes, in a sentence without secrets; null: it is and does. */
  readonly problem: string | null;
  /** Keys of stored records that cannot be read: such a flag counts as unset. */
  readonly unreadable: readonly string[];
  /** What the disk cannot keep beside the store, and why, so that a restart may forget it; null: it keeps everything. */
  readonly unkept: string | null;
}

export interface WriteRequest {
  readonly edits: readonly Edit[];
  readonly actor: Actor;
  readonly reason: string | null;
  /** Versions that the writer has seen: of everything, or of single flags and documents. What moved since is refused. */
  readonly expect: {
    readonly version?: number;
    readonly flags?: Readonly<Record<string, number>>;
    /** By `DocumentId`; 0: there is none. */
    readonly documents?: Readonly<Record<string, number>>;
  };
  /** Id of the rollout whose own write this is. */
  readonly rollout?: string | undefined;
  /** It is wanted although a rollout holds the flags: only with a reason. */
  readonly breakGlass?: boolean | undefined;
}

export type WriteAnswer =
  /** In force on this instance already. */
  | { readonly kind: "written"; readonly version: number; readonly edited: readonly Edited[] }
  | { readonly kind: "unchanged"; readonly version: number }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | { readonly kind: "unknown"; readonly subject: string }
  | { readonly kind: "refused"; readonly why: string; readonly pt?: string | undefined }
  /** `subject`: the flag or document that moved; null: everything together. */
  | { readonly kind: "conflict"; readonly subject: string | null; readonly expected: number; readonly actual: number }
  /** The store did not take it: nothing was written. */
  | { readonly kind: "unavailable"; readonly why: string; readonly pt?: string | undefined };

/** What a write would do to what is known now; `version`: what the store was at. Nothing is written. */
export type PreviewAnswer =
  | (Exclude<WritePreview, { kind: "refused" | "invalid" | "unknown" }> & { readonly version: number })
  | Exclude<WriteAnswer, { kind: "written" | "unchanged" | "unavailable" }>;

/** A kill that was thrown here and that the store does not know of. */
export interface LocalKill {
  readonly kill: Kill;
  readonly actor: Actor;
  /** For the audit. */
  readonly reason: string | null;
}

export interface KillOrder {
  readonly killed: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
}

export interface KillAnswer {
  readonly was: boolean;
  readonly killed: boolean;
  /** The store has confirmed it, so that the other instances know. */
  readonly shared: boolean;
  /** What keeps the switch from being as ordered, or from being shared; null: nothing. */
  readonly why: string | null;
}

export interface AuditCheck {
  readonly entries: number;
  /** Sequence number of the first entry whose hash does not follow from the one before; null: the chain holds. */
  readonly brokenAt: number | null;
}

/** Flags, stored lists and the kill switch as all instances share them, kept by one store. */
export interface Registry {
  view(): View;
  write(request: WriteRequest): Promise<WriteAnswer>;
  /** Asks no store. */
  preview(request: WriteRequest): PreviewAnswer;
  /** The data plane of this process has been told before: here it is told to the others. */
  kill(order: KillOrder): Promise<KillAnswer>;
  audit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  checkAudit(): Promise<AuditCheck>;
  /** What was taken out is gone from the files of the store, and soon from those of every instance. Rejects where it cannot be. */
  purge(): Promise<void>;
  /** The store's own; rejected at once while it is not up. */
  readonly notes: Pick<Notes, "put" | "get">;
  close(): Promise<void>;
}
