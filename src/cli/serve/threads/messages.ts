import type { MessagePort } from "node:worker_threads";
import type {
  ArchiveBatch,
  Batch,
  CounterName,
  CounterValue,
  Erased,
  Group,
  GroupPage,
  GroupQuery,
  HiddenBy,
  LedgerView,
  StreamEvidence,
} from "../../../account/index.ts";
import type {
  AdminRotateAnswer,
  AdminWrite,
  AdminWriteAnswer,
  AdminPreview,
  InstanceEntry,
  RotateOrder,
  SelfTestReport,
} from "../../../admin/index.ts";
import type { TwinKnown } from "../../../compare/index.ts";
import type { DeclaredEffect } from "../../../effects/index.ts";
import type { Environment, FlagOf, FlagSource, SharedTable } from "../../../flags/index.ts";
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
} from "../../../registry/index.ts";
import type { EvidenceScope, ExchangeRecord, Rule } from "../../../model/index.ts";
import type { Outbox, OutboxChange } from "../../../notify/index.ts";
import type { Checkpoint, Progress } from "../../../rollout/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import type { DocumentsTold } from "./documents.ts";
import type { EraseAnswer, EraseOrder } from "../registry/erasing.ts";
import type { Expectation } from "../registry/expectations.ts";
import type { HashKeys } from "../registry/hash-keys.ts";
import type { ProbeOrder, ProbeReport } from "../effects/probe.ts";
import type { LocalTrip } from "../rollouts/trip.ts";

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
  /** What items are evidence for from now on, by route. */
  readonly scopes: ReadonlyMap<string, EvidenceScope>;
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
  /** Of this process. */
  readonly instance: string;
  readonly flags: SharedFlags;
  readonly killed: boolean;
  readonly pageKeys: readonly string[];
  readonly instances: readonly InstanceEntry[];
  /** What is to be found in the data directory: written again, should it not be there. */
  readonly facts: Facts;
  /** Lines for people instead of JSON: stdout is a terminal. */
  readonly pretty: boolean;
  readonly logs: boolean;
  readonly env: Environment;
}

/** What outlives the process; null: nothing to remember. */
export type Facts = Readonly<Record<"egress-used" | "legacy-ties" | "local-trips", string | null>>;

/** From the data plane's thread to the control thread. */
export type ToControl =
  | { readonly kind: "start"; readonly data: ControlData }
  | { readonly kind: "registry"; readonly line: MessagePort }
  | { readonly kind: "archive"; readonly line: MessagePort }
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "event"; readonly event: SombraEvent }
  | { readonly kind: "remember"; readonly fact: keyof Facts; readonly text: string | null }
  | { readonly kind: "done"; readonly id: number }
  /** Whether the data plane decides as killed, for whatever reason, and by which version of the flags. */
  | { readonly kind: "switched"; readonly killed: boolean; readonly version: number }
  /** What pages are signed with, the same on all instances. */
  | { readonly kind: "page-keys"; readonly keys: readonly string[] }
  | { readonly kind: "instances"; readonly all: readonly InstanceEntry[] }
  | { readonly kind: "killed"; readonly id: number; readonly answer: KillAnswer }
  | { readonly kind: "probed"; readonly id: number; readonly reports: readonly ProbeReport[] }
  | { readonly kind: "self-tested"; readonly id: number; readonly report: SelfTestReport | null }
  | { readonly kind: "stop" };

/** From the control thread to the data plane's. `id`: answered by `done`, `killed`, `probed` or `self-tested`. */
export type ToData =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "applied"; readonly seq: number }
  /** `archived`: once the archive has it, too, as far as that answers in time. */
  | { readonly kind: "flush"; readonly id: number; readonly archived: boolean }
  | { readonly kind: "declare"; readonly id: number; readonly effect: DeclaredEffect }
  | { readonly kind: "kill"; readonly id: number; readonly order: KillOrder }
  /** What this instance holds off by itself; what is not named any more is lifted with the flags of that version. */
  | { readonly kind: "trips"; readonly trips: readonly LocalTrip[]; readonly version: number }
  | { readonly kind: "probe"; readonly id: number; readonly order: ProbeOrder }
  /** `full`: it is run now; else what came of it so far. */
  | { readonly kind: "self-test"; readonly id: number; readonly full: boolean };

/** What the registry's thread starts with. */
export interface RegistryData {
  readonly config: Config;
  /** As this data directory has it; a store may know others. */
  readonly hashKey: string;
  /** What the registry before had not told the store yet; null: nothing, or there was none. */
  readonly localKill: LocalKill | null;
  /** Routes on which what legacy sends is known to be tied to its exchange. */
  readonly tied: readonly string[];
}

/** From the data plane's thread to the registry's. */
export type ToRegistry =
  | { readonly kind: "start"; readonly data: RegistryData }
  | { readonly kind: "line"; readonly line: MessagePort }
  | { readonly kind: "kill"; readonly id: number; readonly order: KillOrder }
  | { readonly kind: "applied"; readonly id: number }
  | { readonly kind: "tied"; readonly routes: readonly string[] }
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
  | { readonly kind: "flags"; readonly id: number; readonly flags: SharedFlags; readonly hashKeys: HashKeys }
  /** Others are in force now. */
  | { readonly kind: "hash-keys"; readonly keys: HashKeys }
  /** Of the comparison, as the store has them; told before the flags of the same view. */
  | { readonly kind: "rules"; readonly rules: readonly Rule[] }
  /** What is marked as expected. */
  | { readonly kind: "expected"; readonly expectations: readonly Expectation[] }
  /** Shoppers who were erased, here or elsewhere: whatever is remembered of them is to go. */
  | { readonly kind: "forget"; readonly hashes: readonly string[] }
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
  | { readonly kind: "preview"; readonly request: AdminWrite }
  | { readonly kind: "erase"; readonly order: EraseOrder }
  | { readonly kind: "rotate"; readonly order: RotateOrder }
  | { readonly kind: "audit"; readonly filter: AuditFilter }
  | { readonly kind: "check-audit" }
  | { readonly kind: "put-notes"; readonly notes: readonly Note[] }
  | { readonly kind: "get-notes"; readonly space: NoteSpace; readonly keys: readonly string[] };

export type RegistryAnswer =
  | { readonly kind: "write"; readonly answer: AdminWriteAnswer }
  | { readonly kind: "preview"; readonly answer: AdminPreview }
  | { readonly kind: "erase"; readonly answer: EraseAnswer }
  | { readonly kind: "rotate"; readonly answer: AdminRotateAnswer }
  | { readonly kind: "audit"; readonly entries: readonly AuditEntry[] }
  | { readonly kind: "check-audit"; readonly check: AuditCheck }
  | { readonly kind: "put-notes" }
  | { readonly kind: "get-notes"; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: "failed"; readonly error: string };

export interface RegistryAsked {
  readonly id: number;
  readonly call: RegistryCall;
}

export type RegistryTold =
  /** Told before the flags of the same view. */
  | { readonly kind: "documents"; readonly documents: DocumentsTold }
  | { readonly kind: "flags"; readonly flags: SharedFlags }
  | { readonly kind: "store"; readonly store: StoreView }
  | { readonly kind: "answer"; readonly id: number; readonly answer: RegistryAnswer };

/** What the archive's thread starts with. */
export interface ArchiveData {
  readonly config: Config;
  /** Whose batches come, until the process ends. */
  readonly instance: string;
}

/** From the data plane's thread to the archive's. A batch is followed by another only once it is `stored`. */
export type ToArchive =
  | { readonly kind: "start"; readonly data: ArchiveData }
  | { readonly kind: "line"; readonly line: MessagePort }
  | { readonly kind: "batch"; readonly batch: ArchiveBatch }
  | { readonly kind: "stop" };

/** What the archive says of itself; `problem` null: it answers. */
export interface ArchiveState {
  readonly kind: "state";
  readonly problem: string | null;
}

/** From the archive's thread to the data plane's. */
export type FromArchive =
  | { readonly kind: "stored"; readonly seq: number }
  /** What the twin showed, over all instances. */
  | { readonly kind: "twin"; readonly known: TwinKnown }
  | ArchiveState
  | { readonly kind: "event"; readonly event: SombraEvent };

/** On the line between control and archive. */
export type ArchiveCall =
  | { readonly kind: "ledger"; readonly route: string | undefined }
  | { readonly kind: "groups"; readonly query: GroupQuery }
  | { readonly kind: "group"; readonly signature: string }
  | { readonly kind: "exchange"; readonly exchange: string }
  | { readonly kind: "hiddenBy" }
  | { readonly kind: "erase"; readonly hashes: readonly string[] }
  | { readonly kind: "evidence"; readonly scope: string }
  | { readonly kind: "counts"; readonly name: CounterName }
  | JournalCall;

export type ArchiveAnswer =
  | { readonly kind: "ledger"; readonly value: LedgerView }
  | { readonly kind: "groups"; readonly value: GroupPage }
  | { readonly kind: "group"; readonly value: Group | null }
  | { readonly kind: "exchange"; readonly value: ExchangeRecord | null }
  | { readonly kind: "hiddenBy"; readonly value: HiddenBy }
  | { readonly kind: "erase"; readonly value: Erased }
  | { readonly kind: "evidence"; readonly value: readonly StreamEvidence[] }
  | { readonly kind: "counts"; readonly value: readonly CounterValue[] }
  | JournalAnswer
  | { readonly kind: "failed"; readonly error: string };

/** Of `RolloutJournal`, and of `Outbox`. */
export type JournalCall =
  | { readonly kind: "progress"; readonly rollout: string }
  | { readonly kind: "keep"; readonly rollout: string; readonly progress: Progress; readonly token: number }
  | { readonly kind: "add"; readonly checkpoint: Checkpoint; readonly token: number }
  | { readonly kind: "checkpoints"; readonly rollout: string; readonly limit: number }
  | { readonly kind: "lease"; readonly instance: string; readonly leaseMs: number }
  | { readonly kind: "release"; readonly instance: string }
  | { readonly kind: "waiting" }
  | { readonly kind: "put"; readonly change: OutboxChange; readonly token: number };

export type JournalAnswer =
  | { readonly kind: "progress"; readonly value: Progress | null }
  | { readonly kind: "keep"; readonly value: boolean }
  | { readonly kind: "add"; readonly value: boolean }
  | { readonly kind: "checkpoints"; readonly value: readonly Checkpoint[] }
  | { readonly kind: "lease"; readonly value: { readonly token: number } | null }
  | { readonly kind: "release"; readonly value: null }
  | { readonly kind: "waiting"; readonly value: Awaited<ReturnType<Outbox["waiting"]>> }
  | { readonly kind: "put"; readonly value: boolean };

export interface ArchiveAsked {
  readonly id: number;
  readonly call: ArchiveCall;
}

export type ArchiveTold =
  | ArchiveState
  | { readonly kind: "answer"; readonly id: number; readonly answer: ArchiveAnswer };
