import type { DocumentChange, Documents } from "./document.ts";
import type { FlagOf } from "./flag.ts";
import { NOBODY, ShopperTable } from "./shopper-list.ts";

/** Every flag, stored list of shoppers and document at one version of a store. Immutable: a change makes another. */
export interface FlagState {
  readonly flags: ReadonlyMap<string, FlagOf<ShopperTable>>;
  /** By name. */
  readonly audiences: ReadonlyMap<string, ShopperTable>;
  /** The same map for as long as none of them changes. */
  readonly documents: Documents;
}

/** Name of a stored list: `allowlist:KEY`, `denylist:KEY`, `forceOn:KEY` or `audience:NAME`. */
export type ListId = `${"allowlist" | "denylist" | "forceOn" | "audience"}:${string}`;

/** What a write does, as differences: a list of a million that gains one shopper travels as that one. */
export interface Change {
  readonly flags: readonly FlagChange[];
  readonly lists: readonly ListChange[];
  /** Absent: none. */
  readonly documents?: readonly DocumentChange[];
}

/** `set`: the whole record; its lists as the number of members they have after the change. */
export type FlagChange =
  | { readonly kind: "set"; readonly flag: FlagOf<number> }
  | { readonly kind: "removed"; readonly key: string };

/** A list that a flag or audience loses is `dropped`; one that a flag has and nobody is in needs no change. */
export type ListChange =
  | { readonly kind: "replaced"; readonly list: ListId; readonly members: readonly string[] }
  | {
      readonly kind: "edited";
      readonly list: ListId;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly kind: "dropped"; readonly list: ListId };

export const emptyFlagState: FlagState = { flags: new Map(), audiences: new Map(), documents: new Map() };

/** The state once `change` is made. What does not change is shared with the state before. */
export function applyChange(state: FlagState, change: Change): FlagState {
  const lists = new Map(change.lists.map((one) => [one.list, changedList(state, one)] as const));
  const flags = new Map(state.flags);
  for (const one of change.flags) {
    if (one.kind === "removed") flags.delete(one.key);
    else flags.set(one.flag.key, withTables(one.flag, state.flags.get(one.flag.key), lists));
  }
  const audiences = new Map(state.audiences);
  for (const [list, table] of lists) {
    const { kind, name } = partsOf(list);
    if (kind !== "audience") continue;
    if (table === null) audiences.delete(name);
    else audiences.set(name, table);
  }
  return { flags, audiences, documents: changedDocuments(state, change) };
}

function changedDocuments({ documents }: FlagState, { documents: changes = [] }: Change): Documents {
  if (changes.length === 0) return documents;
  const changed = new Map(documents);
  for (const one of changes) {
    if (one.kind === "removed") changed.delete(one.id);
    else changed.set(one.document.id, one.document);
  }
  return changed;
}

/**
 * Keys of the flags whose lists have not as many members in `next` as the change counts: it was made for another state
 * than it was applied to.
 */
export function miscountedFlags(change: Change, next: FlagState): readonly string[] {
  return change.flags.flatMap((one) => {
    if (one.kind === "removed") return [];
    const { key, allowlist, denylist, forceOn } = one.flag;
    const now = next.flags.get(key);
    const same =
      now?.denylist.size === denylist && now.forceOn.size === forceOn && (now.allowlist?.size ?? null) === allowlist;
    return same ? [] : [key];
  });
}

/** Of `allowlist:KEY` both halves. */
function partsOf(list: ListId): { readonly kind: string; readonly name: string } {
  const colon = list.indexOf(":");
  return { kind: list.slice(0, colon), name: list.slice(colon + 1) };
}

/** null: dropped. */
function changedList(state: FlagState, change: ListChange): ShopperTable | null {
  if (change.kind === "dropped") return null;
  if (change.kind === "replaced") return ShopperTable.of(change.members);
  return (listOf(state, change.list) ?? NOBODY).with(change);
}

function listOf(state: FlagState, list: ListId): ShopperTable | null {
  const { kind, name } = partsOf(list);
  if (kind === "audience") return state.audiences.get(name) ?? null;
  const flag = state.flags.get(name);
  if (kind === "allowlist") return flag?.allowlist ?? null;
  return (kind === "denylist" ? flag?.denylist : flag?.forceOn) ?? null;
}

function withTables(
  flag: FlagOf<number>,
  before: FlagOf<ShopperTable> | undefined,
  lists: ReadonlyMap<ListId, ShopperTable | null>,
): FlagOf<ShopperTable> {
  const tableOf = (kind: "allowlist" | "denylist" | "forceOn"): ShopperTable => {
    const changed = lists.get(`${kind}:${flag.key}`);
    return (changed === undefined ? before?.[kind] : changed) ?? NOBODY;
  };
  return {
    ...flag,
    allowlist: flag.allowlist === null ? null : tableOf("allowlist"),
    denylist: tableOf("denylist"),
    forceOn: tableOf("forceOn"),
  };
}
