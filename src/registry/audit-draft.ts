import type { Edited, FlagOf, Json, JsonObject } from "../flags/index.ts";
import type { Actor } from "./audit.ts";
import { auditedRollout } from "./audit-document.ts";
import { KILL, KILL_UNDONE, type AuditDraft } from "./chain.ts";
import type { Kill } from "./store.ts";

/** Keyed: without its key nobody learns a shopper from it. */
export type Hash = (text: string) => string;

/** Who, when and where: what every entry of one write shares. */
export type AuditStamp = Pick<AuditDraft, "at" | "actor" | "reason" | "environment">;

const MAX_HASHES = 1_000;

/** `token:anna`, as flags and kills name who wrote them. */
export function actorText(actor: Actor): string {
  return `${actor.kind}:${actor.name}`;
}

/** What a write did to a flag or an audience. Members that left stand with `before`, those that came with `after`. */
export function draftOf(edited: Edited, stamp: AuditStamp, hash: Hash): AuditDraft {
  const members = (side: "added" | "removed"): JsonObject =>
    Object.fromEntries(
      edited.members
        .filter((list) => list[side].length > 0)
        .map((list) => [list.list, hashedMembers(list[side], hash)]),
    );
  const { action, subject } = edited;
  if (action.startsWith("rollout-")) {
    return { ...stamp, action, subject, ...auditedRollout(edited, (shoppers) => hashedMembers(shoppers, hash)) };
  }
  return {
    ...stamp,
    action,
    subject,
    before: withMembers(edited.before, { removed: members("removed") }),
    after: withMembers(edited.after, { added: members("added") }),
  };
}

export function killDraft(before: Kill | null, after: Kill | null, stamp: AuditStamp): AuditDraft {
  const action = after === null ? KILL_UNDONE : KILL;
  return { ...stamp, action, subject: "", before: before && { ...before }, after: after && { ...after } };
}

function withMembers(
  head: FlagOf<number> | JsonObject | number | null,
  changed: Readonly<Record<string, JsonObject>>,
): Json {
  const members = Object.fromEntries(Object.entries(changed).filter(([, lists]) => Object.keys(lists).length > 0));
  if (head === null) return Object.keys(members).length > 0 ? members : null;
  return typeof head === "number" ? { count: head, ...members } : { ...head, ...members };
}

function hashedMembers(members: readonly string[], hash: Hash): JsonObject {
  const hashes = members.slice(0, MAX_HASHES).map((member) => hash(member));
  const rest = members.slice(MAX_HASHES);
  if (rest.length === 0) return { count: members.length, hashes };
  return { count: members.length, hashes, rest: { count: rest.length, digest: hash(JSON.stringify(rest)) } };
}
