import type { Effect } from "../../model/index.ts";
import type { EffectPair } from "./match.ts";

/** Whether an id was made up for a held call: nothing can be said of what it stands for. */
export type IsHeld = (id: string) => boolean;

/** What tells ids that differ from ids that only are each side's own. */
export interface IdRules {
  readonly isHeld: IsHeld;
  /** What either side's effects gave out. */
  readonly produced: () => ReadonlySet<string>;
}

export function idRules(
  isHeld: IsHeld,
  { legacy, candidate }: { readonly legacy: readonly Effect[]; readonly candidate: readonly Effect[] },
): IdRules {
  let produced: ReadonlySet<string> | null = null;
  return {
    isHeld,
    produced: () => (produced ??= new Set([...legacy, ...candidate].flatMap((effect) => effect.produced))),
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
  for (const [i, id] of legacy.ids.entries()) look(i, id, candidate.ids[i]);
  return found;
}

function isOwn(id: string, { isHeld, produced }: IdRules): boolean {
  return isHeld(id) || produced().has(id);
}
