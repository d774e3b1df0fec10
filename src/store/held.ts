import { setImmediate as turn } from "node:timers/promises";
import {
  isDocumentId,
  ShopperTable,
  type DocumentId,
  type FlagOf,
  type ListId,
  type StoredDocument,
} from "../flags/index.ts";
import type { Position, StoredState } from "../registry/index.ts";
import { readDocument, readFlag, readKill } from "./records.ts";

/** Everything that a store holds of flags, as it was found. */
export interface Held {
  readonly position: Position;
  readonly kill: string | null;
  /** Records by key. */
  readonly flags: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, HeldList>;
  /** Records by id. */
  readonly documents: ReadonlyMap<string, string>;
}

export interface HeldList {
  /** As the store has it written down: more or fewer members have been tampered with, or evicted. */
  readonly size: number;
  readonly table: ShopperTable;
}

/** A table of a million takes most of a second: the thread hears what else there is before the next. */
export async function tableOf(members: readonly string[]): Promise<ShopperTable> {
  const table = ShopperTable.of(members);
  await turn();
  return table;
}

const AUDIENCE = "audience:";
const NOBODY = ShopperTable.of([]);

/**
 * What was found as a state. What cannot be trusted is named, and does not keep the rest from being used.
 * `counted`: false where others wrote meanwhile, so that records and members need not fit yet.
 */
export function stateOf({ position, kill, flags, lists, documents: records }: Held, counted = true): StoredState {
  const tables = new Map(
    [...lists].map(([id, { size, table }]) => [id, counted && table.size !== size ? null : table]),
  );
  const readable = new Map<string, FlagOf<ShopperTable>>();
  const audiences = new Map<string, ShopperTable>();
  const unreadable: string[] = [];
  for (const [key, text] of flags) {
    const flag = flagOf(key, text, (id, size) => {
      const table = tables.get(id);
      if (table === undefined) return counted && size > 0 ? null : NOBODY;
      return counted && table?.size !== size ? null : table;
    });
    if (flag === null) unreadable.push(key);
    else readable.set(key, flag);
  }
  for (const [id, table] of tables) {
    if (!id.startsWith(AUDIENCE)) continue;
    if (table === null) unreadable.push(id);
    else audiences.set(id.slice(AUDIENCE.length), table);
  }
  const documents = new Map<DocumentId, StoredDocument>();
  for (const [id, text] of records) {
    const document = readDocument(text);
    if (document?.id === id) documents.set(document.id, document);
    // What a later version keeps beside these is none of ours.
    else if (isDocumentId(id)) unreadable.push(id);
  }
  return { position, kill: kill === null ? null : readKill(kill), flags: readable, audiences, documents, unreadable };
}

type FindList = (id: ListId, size: number) => ShopperTable | null;

function flagOf(key: string, text: string, find: FindList): FlagOf<ShopperTable> | null {
  const flag = readFlag(text);
  if (flag?.key !== key) return null;
  const allowlist = flag.allowlist === null ? null : find(`allowlist:${key}`, flag.allowlist);
  const denylist = find(`denylist:${key}`, flag.denylist);
  const forceOn = find(`forceOn:${key}`, flag.forceOn);
  if ((allowlist === null) !== (flag.allowlist === null) || denylist === null || forceOn === null) return null;
  return { ...flag, allowlist, denylist, forceOn };
}
