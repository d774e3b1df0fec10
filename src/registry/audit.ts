import type { Json } from "../flags/index.ts";

/** Who did it. `name`: the token's name, the command line user, `SIGUSR2`, `rollout` and the like. */
export interface Actor {
  readonly kind: "token" | "command" | "dashboard" | "signal" | "environment" | "automatic" | "anonymous";
  readonly name: string;
}

/** One line of the append-only record of who changed what. Members of lists by keyed hash. */
export interface AuditEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: Actor;
  /** What was done: the actions of `Edited`, `kill`, `kill-undone`, `restored`. */
  readonly action: string;
  /** Key of the flag, name of the audience, id of the document; empty where it is about all. */
  readonly subject: string;
  readonly before: Json;
  readonly after: Json;
  readonly reason: string | null;
  /** Of the store after the write this belongs to. */
  readonly version: number;
  /** `SOMBRA_ENVIRONMENT` of the process that wrote it. */
  readonly environment: string;
  /** Hash of the entry before; empty in the first. */
  readonly previous: string;
  /** SHA-256, hex, of this entry without this field. */
  readonly hash: string;
}

export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** ISO 8601; inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Entries before this one only: the way to turn pages. */
  readonly beforeSeq?: number | undefined;
  /** At most 1,000. */
  readonly limit: number;
}
