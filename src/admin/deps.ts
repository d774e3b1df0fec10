import type { AccountReads, Book } from "../account/index.ts";
import type { Edit, Edited, FlagOf, FlagSource, FlagState, ListId, ShopperTable, Snapshot } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import type {
  Actor,
  AuditCheck,
  AuditEntry,
  AuditFilter,
  KillAnswer,
  KillOrder,
  PreviewAnswer,
  StoreView,
  WriteAnswer,
  WriteRequest,
} from "../registry/index.ts";
import type { Check } from "./check.ts";
import type { NotificationsDeps } from "./notifications.ts";
import type { RolloutsDeps } from "./rollouts.ts";
import type { RulesDeps } from "./rules.ts";

/** A flag in force, and who has the say. */
export interface FlagEntry {
  /** Members of its lists come out of the tables: they are personal data, for the flag calls only. */
  readonly flag: FlagOf<ShopperTable>;
  readonly source: FlagSource;
  /** Sources that define it as well and are not in force. */
  readonly overridden: readonly FlagSource[];
}

/** A route as it is shown: what is in front of whom, and what its flags say of a shopper that no list names. */
export interface RouteEntry {
  readonly name: string;
  readonly path: string;
  readonly profile: string;
  readonly legacy: string;
  readonly candidate: string | null;
  readonly flags: RouteFlags;
  readonly mode: string;
}

export type Role = "read" | "operate" | "approve";

/** A bearer token: who bears it and what that person may do. */
export interface Token {
  readonly name: string;
  /** `operate` and `approve` include `read`. */
  readonly roles: readonly Role[];
  /** SHA-256 of the token, hex: compared in constant time. */
  readonly sha256: string;
}

export interface Access {
  /** Empty: no token is asked and everything is allowed; for listeners on loopback only. */
  readonly tokens: readonly Token[];
  /** Names besides those of loopback that `Host` may bear, without port. */
  readonly hosts: readonly string[];
}

/** What the admin port knows of flags, at one moment. */
export interface FlagsInForce {
  readonly snapshot: Snapshot;
  /** Stored flags and audiences, with their versions. */
  readonly state: FlagState;
  /** Every flag that is known, stored or not, in force. */
  readonly entries: readonly FlagEntry[];
  readonly store: StoreView;
}

/** A write as this port asks for it. Bytes: edits with long lists, as `node:v8` serializes them. */
export interface AdminWrite extends Omit<WriteRequest, "edits"> {
  readonly edits: readonly Edit[] | Uint8Array<ArrayBuffer>;
}

/** What became of a write: members that came and went are counted only. */
export type AdminWriteAnswer =
  | Exclude<WriteAnswer, { kind: "written" }>
  | { readonly kind: "written"; readonly version: number; readonly edited: readonly AdminEdited[] };

export interface AdminEdited {
  /** Key of the flag or name of the stored list. */
  readonly subject: string;
  readonly lists: readonly { readonly list: ListId; readonly added: number; readonly removed: number }[];
}

/** What a write would do, or why it would not be written: members that would come and go are counted only. */
export type AdminPreview =
  | Exclude<PreviewAnswer, { kind: "change" }>
  | Extract<WriteAnswer, { kind: "unavailable" }>
  | (Omit<Extract<PreviewAnswer, { kind: "change" }>, "edited"> & {
      readonly edited: readonly (AdminEdited & Pick<Edited, "before" | "after">)[];
    });

export interface EraseOrder {
  readonly shopper: string;
  /** Also from the lists of flags and audiences. */
  readonly lists: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** What became of an erasure. `told`: what whoever asked is told. */
export type AdminEraseAnswer =
  | { readonly kind: "erased"; readonly told: Erased }
  | { readonly kind: "refused"; readonly answer: Exclude<AdminWriteAnswer, { kind: "written" | "unchanged" }> };

export interface Erased {
  /** false: there was nothing of the shopper to erase. */
  readonly found: boolean;
  /** How many ids the shopper is known by. */
  readonly ids: number;
  /** Records taken out of the archive; null: none are kept. */
  readonly exchanges: number | null;
  /** Lists that still name the shopper, and those that did. */
  readonly lists: readonly string[];
  readonly removed: readonly string[];
  /** What may still be somewhere, and why; empty: nothing. */
  readonly left: readonly string[];
}

export interface RotateOrder {
  readonly actor: Actor;
  readonly reason: string | null;
}

/** What became of an order for a new hash key. `told`: what whoever asked is told. */
export type AdminRotateAnswer =
  | { readonly kind: "rotated"; readonly told: RotatedKeys }
  /** The configuration says which keys there are. */
  | { readonly kind: "configured" }
  | { readonly kind: "refused"; readonly answer: Exclude<AdminWriteAnswer, { kind: "written" | "unchanged" }> };

/** Keys by their fingerprints; times are ISO 8601, UTC. */
export interface RotatedKeys {
  readonly key: string;
  readonly in_force_at: string;
  readonly retired: readonly { readonly key: string; readonly retired_at: string; readonly gone_at: string }[];
}

/** What became of a declaration. `detail`: a sentence for whoever sent it. */
export type DeclareAnswer =
  | { readonly kind: "taken" }
  | { readonly kind: "wrong"; readonly detail: string }
  /** The data plane did not say in time that it took it. */
  | { readonly kind: "unanswered" };

/** What came of differences that were planted into copies of pairs that match. */
export interface SelfTestReport {
  /** Share found; null: nothing was tried. */
  readonly sensitivity: number | null;
  readonly routes: readonly {
    readonly route: string;
    readonly tried: number;
    readonly found: number;
    readonly sensitivity: number;
  }[];
  readonly mutations: readonly { readonly mutation: string; readonly tried: number; readonly found: number }[];
  /** What was not found, and what hid it: a rule by its id, a class of values by its word, or the comparison itself. */
  readonly hidden: readonly {
    readonly by: "rule" | "class" | "comparison";
    readonly name: string | null;
    readonly route: string;
    readonly count: number;
    readonly mutation: string;
    readonly place: string;
  }[];
  /** What was left out, as masks of a rule take too long to be tried beside the traffic. */
  readonly untried: readonly { readonly rule: string; readonly route: string; readonly count: number }[];
  readonly pairs: { readonly kept: number; readonly made_up: number };
}

/** A process of Sombra on the same store. */
export interface InstanceEntry {
  /** Where it runs, for people. */
  readonly name: string;
  /** The one that answers. */
  readonly own: boolean;
  /** Whether it decides as killed; null: it gives no sign. */
  readonly killed: boolean | null;
}

/** Something that does not work as it should. */
export interface Ailment {
  readonly text: string;
  /** In Brazilian Portuguese. */
  readonly pt?: string | undefined;
  readonly sinceMs: number;
}

/** A setting in force, as a person reads it; secrets are not shown. */
export interface SettingEntry {
  readonly name: string;
  readonly value: string;
  readonly from: "env" | "file" | "default";
  /** Where in the file; null: it is not from there. */
  readonly line: number | null;
}

export interface AdminDeps {
  /** What this instance has seen since its start. */
  readonly book: Pick<Book, "recent" | "exchange" | "quantile" | "events" | "changes" | "history">;
  /** Ledger, divergences and exchanges, with everything that this instance counted until now. */
  account(): Promise<AccountReads>;
  readonly rules: RulesDeps;
  readonly rollouts: RolloutsDeps;
  readonly notifications: NotificationsDeps;
  /** Asks the data plane for its newest batch; resolves once it is in the book, or without it where that takes too long. */
  flush(): Promise<void>;
  /** Now, or as it was at a version not long ago (of the last 20, as far as their lists leave room); null: that version is gone. */
  flags(version?: number): FlagsInForce | null;
  /** The key that a name stands for: an alias's, else the name itself. */
  keyOf(name: string): string;
  /** Keys by their aliases. */
  readonly aliases: ReadonlyMap<string, string>;
  write(request: AdminWrite): Promise<AdminWriteAnswer>;
  preview(request: AdminWrite): Promise<AdminPreview>;
  killed(): boolean;
  /** Resolves once the data plane has done it and the store has it, or could not have it in time: the answer tells. */
  kill(order: KillOrder): Promise<KillAnswer>;
  /** Hands on what a side says it did. `rawHeaders`: of the request, name, value, name, value. */
  declare(value: unknown, rawHeaders: readonly string[]): Promise<DeclareAnswer>;
  /** Takes a shopper out of everything that is kept, on all instances. */
  erase(order: EraseOrder): Promise<AdminEraseAnswer>;
  /** Makes a new key of all hashes, for all instances. */
  rotate(order: RotateOrder): Promise<AdminRotateAnswer>;
  /** Rejects, as `checkAudit` does, with what to tell whoever asked. */
  audit(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  checkAudit(): Promise<AuditCheck>;
  /** Calls `listener` after each change of what is in force, until `signal` aborts. */
  onFlags(listener: (version: number) => void, signal: AbortSignal): void;
  /** What came of the self-test since the rules changed, or of a full one now; null: the data plane did not say in time. */
  selfTest(full: boolean): Promise<SelfTestReport | null>;
  /** What `sombra doctor` tells: of all, or of a cutover of one route only. */
  checks(route?: string): Promise<readonly Check[]>;
  /**
   * Sends the candidates a delivery from nobody, and tells what they did; that of one route only, for a cutover, which does
   * not wait long.
   */
  probe(route?: string): Promise<readonly Check[]>;
  routes(): readonly RouteEntry[];
  /** All that are known of, this one first. */
  instances(): readonly InstanceEntry[];
  /** Everything that was configured, or is so by default. */
  settings(): readonly SettingEntry[];
  /** Secrets of all instances, the first signs; what pages are signed with is made of them. */
  keys(): readonly string[];
  readonly environment: string;
  /** Where people look at a trace, with `{trace_id}` for its id; null: nobody said. */
  readonly traceUrl: string | null;
  /** What does not work as it should, in sentences. Nothing personal: anybody may read it. */
  degraded(): readonly string[];
  /** The same, each with when it was noticed; milliseconds since the epoch. */
  ailing(): readonly Ailment[];
  /** `accept`: the field of the request, or nothing. */
  renderMetrics(accept: string): { readonly contentType: string; readonly text: string };
  readonly access: Access;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly version: string;
  /** Told of faults inside a call, which was answered with 500. */
  readonly fault?: (error: unknown) => void;
}
