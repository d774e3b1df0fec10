import type { Flag, FlagDefinition } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import type { Hash } from "./audit-draft.ts";
import type { DiskOptions } from "./disk.ts";
import type { RegistryEvent } from "./event.ts";
import type { NotedUntil } from "./noting.ts";
import type { LocalKill, StoreView, View } from "./registry.ts";
import type { Store, StoreEvents } from "./store.ts";

export interface RegistryDeps {
  readonly kind: StoreView["kind"];
  /** Tells stores apart, without credentials: what the disk holds of another store goes to an empty one only. */
  readonly storeName: string;
  /** Tried again for as long as it is rejected. */
  readonly open: (events: StoreEvents) => Store | Promise<Store>;
  /** Where the last known state, a kill that is not shared yet and `audit.jsonl` are kept. */
  readonly directory: string;
  readonly definitions: readonly FlagDefinition[];
  readonly routes: readonly RouteFlags[];
  /** Whether reverse shadow may be switched on for the routes of these flags. */
  readonly mayReverse: (route: RouteFlags) => boolean;
  /** What the environment says of flags. */
  readonly environment: readonly Flag[];
  readonly environmentName: string;
  /** Keyed: of members of lists, for the audit. */
  readonly hash: Hash;
  /** The key of `hash`, for a store that lost its own; absent: the store keeps none. */
  readonly hashKey?: () => string;
  /** A kill that this process has not told the store yet, where another registry did so before this one. */
  readonly localKill?: LocalKill | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves once everybody goes by it. Called at each change, not each time that the store confirms what is known. */
  readonly onView: (view: View) => Promise<void> | void;
  /** Told each time that the store was looked at, for the first time before the first view. */
  readonly onNoted: (until: NotedUntil) => void;
  readonly onEvent: (event: RegistryEvent) => void;
}

export interface RegistryOptions extends Partial<DiskOptions> {
  /** How often the store is asked where it is, besides hints. */
  readonly pollMs?: number;
  /** How long the start waits for disk and store. */
  readonly startMs?: number;
  /** How long the answer to a change waits until everybody goes by it. */
  readonly inForceMs?: number;
  /** How long the answer to a kill waits for the store. */
  readonly killMs?: number;
}

export const defaults: Required<RegistryOptions> = {
  pollMs: 1_000,
  startMs: 1_500,
  inForceMs: 1_000,
  killMs: 1_000,
  snapshotMs: 500,
  sweepAfterMs: 60_000,
  journalBytes: 67_108_864,
  noteAgainMs: 5_000,
};
