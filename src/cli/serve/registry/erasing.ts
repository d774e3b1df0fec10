import { createKeyedHash } from "../../../compare/index.ts";
import {
  documentsOf,
  type Documents,
  type Edit,
  type FlagList,
  type FlagState,
  type ListId,
  type StoredDocument,
} from "../../../flags/index.ts";
import type { Aliases } from "../../../identify/index.ts";
import type { Actor, Registry, WriteAnswer } from "../../../registry/index.ts";
import { canonicalId, writtenForms } from "../../../whatsapp/index.ts";
import { createAliasNotes, type AliasNotes } from "../data/alias-notes.ts";
import { planRemovals, plansWith } from "./erasing-plans.ts";

export interface EraseOrder {
  readonly shopper: string;
  /** Also from the lists of flags and of plans. */
  readonly lists: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
}

export type EraseAnswer =
  | {
      readonly kind: "erased";
      /** Of all ids of the shopper in every way they are written, under every key in use: what records are found by. */
      readonly hashes: readonly string[];
      /** How many ids the shopper is known by, this one included. */
      readonly ids: number;
      /** Lists that still have the shopper on them, and those that had; of a plan the id of its rollout. */
      readonly lists: readonly string[];
      readonly removed: readonly string[];
      /** Why something may still be in the files of the store; null: nothing is. */
      readonly left: string | null;
    }
  | { readonly kind: "refused"; readonly answer: Exclude<WriteAnswer, { kind: "written" | "unchanged" }> };

export interface ErasingDeps {
  readonly registry: Pick<Registry, "view" | "write" | "notes" | "purge">;
  /** Keys of hashes, the one in force first. */
  readonly hashKeys: () => readonly string[];
  /** Of all routes. */
  readonly aliases: readonly Aliases[];
  /** How long the others are told: none of them goes on without the store for longer. */
  readonly toldMs: number;
  readonly now: () => number;
}

const flagLists: readonly FlagList[] = ["allowlist", "denylist", "forceOn"];

/** A person has a few ids, which lead to each other in a step or two. */
const maxSteps = 4;
const maxIds = 128;

/** Takes a shopper out of what is stored here, and tells all instances to forget: the audit knows the hash alone. */
export async function erase(order: EraseOrder, deps: ErasingDeps): Promise<EraseAnswer> {
  const keys = deps.hashKeys();
  const noted = keys.map(createAliasNotes);
  const ids = await idsOf(order.shopper, noted, deps);
  const hashes = keys.map(createKeyedHash).flatMap((hash) => ids.map((id) => hash(id)));
  const { state } = deps.registry.view();
  const namesOf = (at: FlagState): readonly string[] => [...listsWith(at, ids), ...plansWith(at.documents, ids)];
  const named = namesOf(state);
  const removals = order.lists
    ? [...listsWith(state, ids).map((list) => removal(list, ids)), ...planRemovals(state.documents, ids)]
    : [];
  const answer = await deps.registry.write({
    edits: [...erasureEdits(hashes, state.documents, deps), ...removals],
    actor: order.actor,
    reason: order.reason,
    expect: {},
  });
  if (answer.kind !== "written" && answer.kind !== "unchanged") return { kind: "refused", answer };
  const left = await emptied(ids, noted, deps);
  const lists = order.lists ? namesOf(deps.registry.view().state) : named;
  const removed = order.lists ? named : [];
  // A number is one id, however it is written.
  const known = new Set(ids.map(canonicalId)).size;
  return { kind: "erased", hashes, ids: known, lists, removed, left };
}

/** Those whom an erasure names by hash. */
export function erasedIn(documents: Iterable<StoredDocument>): readonly string[] {
  return [...documents].flatMap(({ id, value }) => {
    const { hashes } = value;
    if (!id.startsWith("erasure:") || !Array.isArray(hashes)) return [];
    return hashes.filter((hash) => typeof hash === "string");
  });
}

/** Every id of a person that a file or a note says of, in every way it may be written. */
async function idsOf(shopper: string, noted: readonly AliasNotes[], deps: ErasingDeps): Promise<readonly string[]> {
  const ids = new Set(writtenForms(shopper));
  const add = (id: string): void => {
    if (ids.has(id)) return;
    for (const form of writtenForms(id)) ids.add(form);
  };
  for (let step = 0; step < maxSteps; step += 1) {
    const before = ids.size;
    for (const aliases of deps.aliases)
      for (const [id, of] of aliases) if (ids.has(id) || ids.has(of)) [id, of].forEach(add);
    for (const id of await notedIds([...ids], noted, deps)) add(id);
    if (ids.size === before || ids.size > maxIds) break;
  }
  return [...ids];
}

async function notedIds(
  ids: readonly string[],
  noted: readonly AliasNotes[],
  { registry }: ErasingDeps,
): Promise<readonly string[]> {
  const found = noted.map(async (form) => {
    const keys = ids.flatMap((id) => [form.keyOf(id), form.namesKeyOf(id)]);
    const values = await registry.notes.get("alias", keys).catch(() => new Map<string, string>());
    return ids.flatMap((id) => {
      const shopper = form.readAlias(values.get(form.keyOf(id)) ?? "");
      return [...(shopper === null ? [] : [shopper]), ...form.readNames(values.get(form.namesKeyOf(id)) ?? "")];
    });
  });
  return (await Promise.all(found)).flat();
}

function listsWith({ flags, audiences }: FlagState, ids: readonly string[]): readonly ListId[] {
  const lists: ListId[] = [];
  for (const flag of flags.values()) {
    for (const list of flagLists) if (ids.some((id) => flag[list]?.has(id))) lists.push(`${list}:${flag.key}`);
  }
  for (const [name, table] of audiences) if (ids.some((id) => table.has(id))) lists.push(`audience:${name}`);
  return lists;
}

function removal(list: ListId, ids: readonly string[]): Edit {
  const name = list.slice(list.indexOf(":") + 1);
  const of = flagLists.find((one) => list.startsWith(`${one}:`));
  if (of === undefined) return { kind: "audience-members", name, add: [], remove: ids };
  return { kind: "members", key: name, list: of, add: [], remove: ids };
}

/** What tells the others, for as long as one of them may not have heard; those that all have heard go. */
function erasureEdits(hashes: readonly string[], documents: Documents, { now, toldMs }: ErasingDeps): readonly Edit[] {
  const atMs = now();
  const over = [...documentsOf(documents, "erasure")].filter(
    ([, { updatedAt }]) => Date.parse(updatedAt) + toldMs <= atMs,
  );
  const [id = ""] = hashes;
  const value = { hashes, at: new Date(atMs).toISOString() };
  return [
    ...over
      .filter(([name]) => name !== id)
      .map(([name]): Edit => ({ kind: "remove-document", collection: "erasure", id: name })),
    { kind: "document", collection: "erasure", id, value },
  ];
}

/** Notes of theirs are gone, and the files of the store hold nothing that was taken out; else why not. */
async function emptied(
  ids: readonly string[],
  noted: readonly AliasNotes[],
  { registry }: ErasingDeps,
): Promise<string | null> {
  try {
    const gone = noted.flatMap((form) => ids.flatMap((id) => [form.alias(id, "", 0), form.names(id, [], 0)]));
    await registry.notes.put(gone);
    await registry.purge();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "unknown";
  }
}
