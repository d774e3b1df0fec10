import type { Effect } from "../../model/index.ts";
import type { EffectPair } from "./match.ts";

/** Whether an id was made up for a held call: nothing can be said of what it stands for. */
export type IsHeld = (id: string) => boolean;

/** What tells ids that differ from ids that only are each side's own. */
export interface IdRules {
  readonly isHeld: IsHeld;
  /** What either side's effects gave out. */
  readonly produced: () => ReadonlySet<string>;
  /** Whether it is known of every message of a side which id it got. */
  readonly knowsSent: (side: "legacy" | "candidate") => boolean;
}

export function idRules(
  isHeld: IsHeld,
  { legacy, candidate }: { readonly legacy: readonly Effect[]; readonly candidate: readonly Effect[] },
): IdRules {
  let produced: ReadonlySet<string> | null = null;
  return {
    isHeld,
    produced: () => (produced ??= new Set([...legacy, ...candidate].flatMap((effect) => effect.produced))),
    knowsSent: (side) =>
      (side === "legacy" ? legacy : candidate).every(({ operation, succeeded, produced: ids }) => {
        return operation !== "send" || !succeeded || ids.length > 0;
      }),
  };
}

/** An id of a pair that is another one on either side. */
export interface IdDifference {
  /** `message_id`, or the place among the media ids. */
  readonly key: "message_id" | number;
  readonly legacy: string;
  readonly candidate: string;
}

/** Ids that both name, and that stand for different things as far as that can be known. */
export function idDifferences({ legacy, candidate }: EffectPair, rules: IdRules): readonly IdDifference[] {
  const found: IdDifference[] = [];
  const look = (key: IdDifference["key"], ours: string | null | undefined, theirs: string | null | undefined): void => {
    if (typeof ours !== "string" || typeof theirs !== "string" || ours === theirs) return;
    if (!isOwn(ours, rules) && !isOwn(theirs, rules)) found.push({ key, legacy: ours, candidate: theirs });
  };
  look("message_id", legacy.refersTo, candidate.refersTo);
  const [ours, theirs] = [legacy.refersTo, candidate.refersTo];
  if (ours !== null && theirs !== null && areOwnAndAnothers(ours, theirs, rules)) {
    found.push({ key: "message_id", legacy: ours, candidate: theirs });
  }
  for (const [i, id] of legacy.ids.entries()) look(i, id, candidate.ids[i]);
  return found;
}

function isOwn(id: string, { isHeld, produced }: IdRules): boolean {
  return isHeld(id) || produced().has(id);
}

/** One is a message that its side sent just now, and the other none that the other side did. */
function areOwnAndAnothers(ours: string, theirs: string, rules: IdRules): boolean {
  if (isOwn(ours, rules) === isOwn(theirs, rules)) return false;
  const [own, other] = isOwn(ours, rules) ? ([ours, "candidate"] as const) : ([theirs, "legacy"] as const);
  return rules.produced().has(own) && rules.knowsSent(other);
}
