import { type JsonObject, list, members } from "./json.ts";

/**
 * Where items are in WhatsApp's envelope `{entry: [{changes: [{field, value}]}]}`, in the order in which they are listed:
 * entry by entry, change by change, and in a change list by list. What reads items and what cuts them out both go by this.
 */
export interface Place {
  /** `change`: the change holds no list of items, so that it is the item itself. */
  readonly list: ItemList | "history" | "change";
  /** What the item is read from: the element, the thread of a chunk of history, the change. */
  readonly element: JsonObject;
  /** In `history`, the index of the chunk; a chunk without threads is one item. 0 elsewhere. */
  readonly chunk: number;
}

type ItemList = (typeof itemLists)[number];

/** The lists of a change's value of which each element is an item. */
const itemLists = [
  "messages",
  "statuses",
  "message_echoes",
  "calls",
  "user_preferences",
  "user_id_update",
  "state_sync",
] as const;

export function entriesOf(document: unknown): readonly unknown[] {
  return list(members(document).entry);
}

export function changesOf(entry: unknown): readonly unknown[] {
  return list(members(entry).changes);
}

/** The places of a change, at least one. */
export function placesOf(change: JsonObject): readonly Place[] {
  const value = members(change.value);
  const places: Place[] = [];
  for (const name of itemLists) {
    for (const element of list(value[name])) places.push({ list: name, element: members(element), chunk: 0 });
  }
  for (const [chunk, each] of list(value.history).entries()) {
    const threads = list(members(each).threads);
    for (const thread of threads) places.push({ list: "history", element: members(thread), chunk });
    if (threads.length === 0) places.push({ list: "history", element: {}, chunk });
  }
  return places.length > 0 ? places : [{ list: "change", element: change, chunk: 0 }];
}
