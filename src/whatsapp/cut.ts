import { boundedId, type FoundItem, type Reading } from "../identify/index.ts";
import { type Cut, cutJson } from "../lib/json-cut.ts";
import { changesOf, entriesOf, type Place, placesOf } from "./envelope.ts";
import { itemsOf } from "./items.ts";
import { isObject, type JsonObject, members } from "./json.ts";

/**
 * A delivery in WhatsApp's envelope with these of its items only (indices). A list that is left without elements goes with
 * its name, a change without items and an entry without changes go whole: handlers read the first element of what is there.
 * Null: none of its items is kept, or its bytes leave a doubt.
 */
export function cut(reading: Reading, kept: ReadonlySet<number>): Uint8Array | null {
  const found = itemsOf(reading);
  const staying = found.filter((_, i) => kept.has(i)).length;
  // What holds no items at all is still one thing, to be had whole.
  if (found.length === 0) return kept.has(0) ? reading.body : null;
  if (staying === 0 || staying === found.length) return staying === 0 ? null : reading.body;
  const entries = cutEntries(reading.json(), { found, kept });
  return entries === null ? null : cutJson(reading.body, within("entry", { elements: entries }));
}

interface Kept {
  readonly found: readonly FoundItem[];
  readonly kept: ReadonlySet<number>;
}

/** An item's place, whose it is, and whether it stays. */
interface PlacedItem extends Place {
  readonly who: readonly string[];
  readonly stays: boolean;
}

/** Null: there is a doubt. */
function cutEntries(document: unknown, { found, kept }: Kept): readonly Cut[] | null {
  const cuts: Cut[] = [];
  let next = 0;
  for (const entry of entriesOf(document)) {
    const changes: Cut[] = [];
    for (const change of changesOf(entry)) {
      const first = next;
      const items = placesOf(members(change)).map((place, i) => ({
        ...place,
        who: found[first + i]?.who ?? [],
        stays: kept.has(first + i),
      }));
      next += items.length;
      const cutOfChange = cutChange(change, items);
      if (cutOfChange === null) return null;
      changes.push(cutOfChange);
    }
    const whole = changes.length > 0 ? inList(changes) : "stay";
    cuts.push(typeof whole === "string" ? whole : within("changes", whole));
  }
  return cuts;
}

/** Of what stays whole it is still seen to that it names nothing twice: another parser may read the other one. */
function cutChange(change: unknown, items: readonly PlacedItem[]): Cut | null {
  if (!items.some(({ stays }) => stays)) return "out";
  if (!isObject(change)) return "stay";
  const { value } = change;
  if (!isObject(value)) return { members: nothing };
  const cutOfValue = items.every(({ stays }) => stays) ? nothing : cutValue(value, items);
  return cutOfValue === null ? null : within("value", { members: cutOfValue });
}

const nothing: ReadonlyMap<string, Cut> = new Map();

function cutValue(value: JsonObject, items: readonly PlacedItem[]): ReadonlyMap<string, Cut> | null {
  const cuts = new Map<string, Cut>();
  for (const [name, ofList] of Map.groupBy(items, (item) => item.list)) {
    cuts.set(name, name === "history" ? cutHistory(ofList) : inList(ofList.map(cutItem)));
  }
  if (value.contacts !== undefined) {
    const contacts = cutContacts(value.contacts, items);
    if (contacts === null) return null;
    cuts.set("contacts", contacts);
  }
  if (value.errors !== undefined && isOfOthers(items)) cuts.set("errors", "out");
  return cuts;
}

function cutItem({ stays }: PlacedItem): Cut {
  return stays ? "stay" : "out";
}

function cutHistory(items: readonly PlacedItem[]): Cut {
  const chunks = [...Map.groupBy(items, ({ chunk }) => chunk).values()];
  return inList(
    chunks.map((threads) => {
      const ofThreads = inList(threads.map(cutItem));
      return typeof ofThreads === "string" ? ofThreads : within("threads", ofThreads);
    }),
  );
}

/** Errors beside messages or calls are part of them, and name nobody: they stay as long as any of those does. */
function isOfOthers(items: readonly PlacedItem[]): boolean {
  const withErrors = items.filter((item) => item.list === "messages" || item.list === "calls");
  return withErrors.length > 0 && !withErrors.some(({ stays }) => stays);
}

/**
 * Of a change that loses items, the contacts that show an id of an item that stays; one that shows none may be anybody's
 * and goes. Null: an item that names nobody would be left with a single contact, and be taken for that person's.
 */
function cutContacts(contacts: unknown, items: readonly PlacedItem[]): Cut | null {
  if (!Array.isArray(contacts)) return "out";
  if (contacts.length === 0) return "stay";
  const staying = items.filter(({ stays }) => stays);
  const ids = new Set(staying.flatMap(({ who, element }) => [...who, ...idsIn(element, itemIds)]));
  const cuts = contacts.map((contact) =>
    idsIn(members(contact), contactIds).some((id) => ids.has(id)) ? "stay" : "out",
  );
  const left = cuts.filter((each) => each === "stay").length;
  if (left === 1 && contacts.length > 1 && staying.some(({ who }) => who.length === 0)) return null;
  return inList(cuts);
}

const contactIds = ["wa_id", "user_id", "parent_user_id"] as const;

/** All that an item may call its person by; whose it is needs only two of them. */
const itemIds = [
  ...contactIds,
  "from",
  "from_user_id",
  "from_parent_user_id",
  "to",
  "to_user_id",
  "to_parent_user_id",
  "recipient_id",
  "recipient_user_id",
  "recipient_parent_user_id",
  "parent_recipient_user_id",
  "recipient_participant_id",
  "recipient_participant_user_id",
] as const;

function idsIn(object: JsonObject, names: readonly string[]): readonly string[] {
  return names.map((name) => boundedId(object[name])).filter((id) => id !== null);
}

function inList(elements: readonly Cut[]): "stay" | "out" | { readonly elements: readonly Cut[] } {
  if (elements.every((cut) => cut === "out")) return "out";
  return elements.every((cut) => cut === "stay") ? "stay" : { elements };
}

function within(name: string, cut: Cut) {
  return { members: new Map([[name, cut]]) };
}
