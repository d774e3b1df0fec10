import { commonShare } from "../likeness.ts";
import type { Entry } from "./entry.ts";

/** 0 to 4: the same kind, then the same message referred to, then what the payloads have in common at both ends. */
export function likenessOf({ effect: ours, text }: Entry, { effect: theirs, text: other }: Entry): number {
  const kind = ours.kind === theirs.kind ? 2 : 0;
  const reference = ours.refersTo === theirs.refersTo ? 1 : 0;
  return kind + reference + commonShare(text, other);
}
