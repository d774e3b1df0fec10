/**
 * Flags, stored lists of shoppers and the kill switch as all instances share them. In go edits and orders of people; out
 * come views of what is in force, and an audit of who changed what. Keeps to one store behind a port, remembers the last
 * known state on disk, and goes on without the store. It may never be waited for by a delivery, take an emptied store for
 * the truth, or end a kill that nobody ended.
 */
export type { RegistryDeps, RegistryOptions } from "./deps.ts";
export { createRegistry } from "./create-registry.ts";
export type { RegistryEvent } from "./event.ts";
export type { Actor, AuditEntry, AuditFilter } from "./audit.ts";
export type { Position } from "./position.ts";
export { actorText } from "./audit-draft.ts";
export { nowhere, samePosition } from "./position.ts";
export type { Commit, CommitOutcome, Kill, Store, StoredKill, StoredState, StoreEvents } from "./store.ts";
export type { NotedUntil } from "./noting.ts";
export type { Note, Notes, NoteSpace } from "./notes.ts";
export { assertCount, assertNotes, MAX_NOTES_PER_CALL, MAX_VALUE_BYTES, noteSpaces, withLine } from "./notes.ts";
export type { StoreFault } from "./store-error.ts";
export { StoreError } from "./store-error.ts";
export type {
  AuditCheck,
  KillAnswer,
  KillOrder,
  LocalKill,
  PreviewAnswer,
  Registry,
  StoreView,
  View,
  WriteAnswer,
  WriteRequest,
} from "./registry.ts";
