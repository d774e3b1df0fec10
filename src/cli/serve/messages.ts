import type { MessagePort } from "node:worker_threads";
import type { Batch } from "../../account/index.ts";
import type { AdminWrite, AdminWriteAnswer } from "../../admin/index.ts";
import type { DeclaredEffect } from "../../effects/index.ts";
import type { Environment, FlagOf, FlagSource, SharedTable } from "../../flags/index.ts";
import type {
  AuditCheck,
  AuditEntry,
  AuditFilter,
  KillAnswer,
  KillOrder,
  LocalKill,
  Note,
  NotedUntil,
  NoteSpace,
  StoreView,
} from "../../registry/index.ts";
import type { SombraEvent } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";

/** Flags as they cross threads: lists are shared memory, nothing of them is copied. */
export interface SharedFlags {
  readonly version: number;
  readonly source: FlagSource;
  /** The kill switch as all instances share it. */
  readonly killed: boolean;
  /** Thrown here, and the store does not know of it yet. */
  readonly killedHere: boolean;
  /** That kill: what a registry starts with that takes the place of a dead one. */
  readonly localKill: LocalKill | null;
  /** What is in force, of every flag that is known. */
  readonly entries: readonly SharedEntry[];
  readonly stored: readonly FlagOf<SharedTable>[];
  readonly audiences: readonly (readonly [string, SharedTable])[];
  readonly store: StoreView;
}

export interface SharedEntry {
  readonly flag: FlagOf<SharedTable>;
  readonly source: FlagSource;
  readonly overridden: readonly FlagSource[];
}

/** What the control thread starts with. */
export interface ControlData {
  readonly config: Config;
  readonly flags: SharedFlags;
  readonly killed: boolean;
  /** What is to be found in the data directory: written again, should it not be there. */
  readonly facts: Facts;
  /** Lines for people instead of JSON: stdout is a terminal. */
  readonly pretty: boolean;
  readonly logs: boolean;
  readonly env: Environment;
}

/** What outlives the process; null: nothing to remember. */
export type Facts = Readonly<Record<"egress-used", string | null>>;

/** From the data plane's thread to the control thread. */
export type ToControl =
  | { readonly kind: "start"; readonly data: ControlData }
  | { readonly kind: "registry"; readonly line: MessagePort }
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "event"; readonly event: SombraEvent }
  | { readonly kind: "remember"; readonly fact: keyof Facts; readonly text: string | null }
  | { readonly kind: "done"; readonly id: number }
  /** Whether the data plane decides as killed, for whatever reason. */
  | { readonly kind: "switched"; readonly killed: boolean }
  | { readonly kind: "killed"; readonly id: number; readonly answer: KillAnswer }
  | { readonly kind: "stop" };

/** From the control thread to the data plane's. `id`: answered by `done` or `killed`. */
export type ToData =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "applied"; readonly seq: number }
  | { readonly kind: "flush"; readonly id: number }
  | { readonly kind: "declare"; readonly id: number; readonly effect: DeclaredEffect }
  | { readonly kind: "kill"; readonly id: number; readonly order: KillOrder };

/** What the registry's thread starts with. */
export interface RegistryData {
  readonly config: Config;
  /** Of this data directory; a store may know another. */
  readonly hashKey: string;
  /** What the registry before had not told the store yet; null: nothing, or there was none. */
  readonly localKill: LocalKill | null;
}

/** From the data plane's thread to the registry's. */
export type ToRegistry =
  | { readonly kind: "start"; readonly data: RegistryData }
  | { readonly kind: "line"; readonly line: MessagePort }
  | { readonly kind: "kill"; readonly id: number; readonly order: KillOrder }
  | { readonly kind: "applied"; readonly id: number }
  | { readonly kind: "put"; readonly id: number; readonly notes: readonly Note[] }
  | { readonly kind: "get"; readonly id: number; readonly wanted: WantedNotes }
  | { readonly kind: "stop" };

export interface WantedNotes {
  readonly space: NoteSpace;
  readonly keys: readonly string[];
  /** Nobody waits for them any longer; milliseconds since the epoch. */
  readonly untilMs: number;
}

/** From the registry's thread to the data plane's. `id` of `flags`: answered by `applied`. */
export type FromRegistry =
  | { readonly kind: "flags"; readonly id: number; readonly flags: SharedFlags; readonly hashKey: string }
  | { readonly kind: "store"; readonly store: StoreView }
  | { readonly kind: "killed"; readonly id: number; readonly answer: KillAnswer }
  | FromNotes
  | { readonly kind: "event"; readonly event: SombraEvent };

export type FromNotes =
  | { readonly kind: "noted"; readonly until: NotedUntil }
  | { readonly kind: "put"; readonly id: number; readonly done: boolean }
  /** null: they could not be read. */
  | { readonly kind: "got"; readonly id: number; readonly values: ReadonlyMap<string, string> | null };

/** On the line between control and registry. */
export type RegistryCall =
  | { readonly kind: "write"; readonly request: AdminWrite }
  | { readonly kind: "audit"; readonly filter: AuditFilter }
  | { readonly kind: "check-audit" };

export type RegistryAnswer =
  | { readonly kind: "write"; readonly answer: AdminWriteAnswer }
  | { readonly kind: "audit"; readonly entries: readonly AuditEntry[] }
  | { readonly kind: "check-audit"; readonly check: AuditCheck }
  | { readonly kind: "failed"; readonly error: string };

export interface RegistryAsked {
  readonly id: number;
  readonly call: RegistryCall;
}

export type RegistryTold =
  | { readonly kind: "flags"; readonly flags: SharedFlags }
  | { readonly kind: "store"; readonly store: StoreView }
  | { readonly kind: "answer"; readonly id: number; readonly answer: RegistryAnswer };
