import { boundedId, type FoundItem, type Reading } from "../identify/index.ts";
import { createContacts, idsOf, type Person } from "./contacts.ts";
import { eventId } from "./event-id.ts";
import { type JsonObject, list, members } from "./json.ts";
import { callKind, fieldKind, messageKind, statusKind } from "./kinds.ts";

/**
 * The items of a delivery in WhatsApp's envelope `{entry: [{changes: [{field, value}]}]}`. Everything in it may be
 * missing or of another type; an element that cannot be read is an item of kind `other` of its list.
 */
export function itemsOf(reading: Reading): readonly FoundItem[] {
  const found: FoundItem[] = [];
  for (const entry of list(members(reading.json()).entry)) {
    for (const change of list(members(entry).changes)) readChange(members(change), found);
  }
  return found;
}

/** What the items of one change are read with. */
interface Scope {
  readonly field: unknown;
  /** The business's own number as in `metadata.display_phone_number`, digits only. */
  readonly business: string | null;
  /** Adds what the contacts know of a person. */
  complete(person: Person): Person;
}

type Read = (element: JsonObject, scope: Scope) => FoundItem;

/** The lists of a change's value that hold items. */
const readers: readonly (readonly [string, Read])[] = [
  ["messages", readMessage],
  ["statuses", readStatus],
  ["message_echoes", readEcho],
  ["calls", readCall],
  ["user_preferences", readPreference],
  ["user_id_update", readUserIdUpdate],
  ["state_sync", readContactSync],
];

function readChange(change: JsonObject, found: FoundItem[]): void {
  const value = members(change.value);
  const scope: Scope = {
    field: change.field,
    business: digitsOf(members(value.metadata).display_phone_number),
    complete: createContacts(value.contacts),
  };
  const before = found.length;
  for (const [name, read] of readers) {
    for (const element of list(value[name])) found.push(read(members(element), scope));
  }
  for (const part of list(value.history)) readHistory(members(part), found);
  if (found.length > before) return;
  // Errors beside a message or a call are part of it; alone they are the item.
  const kind = list(value.errors).length > 0 ? "error" : fieldKind(change.field);
  found.push({ id: null, kind, who: idsOf(scope.complete({ number: null, userId: null })) });
}

function readMessage(message: JsonObject, scope: Scope): FoundItem {
  const sender = {
    number: boundedId(message.from),
    userId: boundedId(message.from_user_id) ?? boundedId(message.from_parent_user_id),
  };
  return { id: boundedId(message.id), kind: messageKind(message.type), who: idsOf(scope.complete(sender)) };
}

function readStatus(status: JsonObject, scope: Scope): FoundItem {
  // In a group `recipient_id` is the group; the person is the participant, where one is named.
  const recipient = {
    number: boundedId(status.recipient_participant_id) ?? boundedId(status.recipient_id),
    userId:
      boundedId(status.recipient_participant_user_id) ??
      boundedId(status.recipient_user_id) ??
      boundedId(status.recipient_parent_user_id) ??
      boundedId(status.parent_recipient_user_id),
  };
  const kind = scope.field === "calls" || status.type === "call" ? callKind(status.status) : statusKind(status.status);
  return { id: eventId(status.id, status.status), kind, who: idsOf(scope.complete(recipient)) };
}

function readEcho(echo: JsonObject, scope: Scope): FoundItem {
  return { id: boundedId(echo.id), kind: "echo", who: idsOf(scope.complete(otherParty(echo, scope, "to"))) };
}

function readCall(call: JsonObject, scope: Scope): FoundItem {
  const side = call.direction === "BUSINESS_INITIATED" ? "to" : "from";
  const who = idsOf(scope.complete(otherParty(call, scope, side)));
  return { id: eventId(call.id, call.event), kind: callKind(call.event), who };
}

function readPreference(preference: JsonObject, scope: Scope): FoundItem {
  const person = { number: boundedId(preference.wa_id), userId: boundedId(preference.user_id) };
  return { id: null, kind: "user_preferences", who: idsOf(scope.complete(person)) };
}

/** The ids before and after the change are the same person's. */
function readUserIdUpdate(update: JsonObject): FoundItem {
  const { current, previous } = members(update.user_id);
  const ids = [boundedId(update.wa_id), boundedId(current), boundedId(previous)];
  return { id: null, kind: "user_id_update", who: ids.filter((id) => id !== null) };
}

function readContactSync(sync: JsonObject): FoundItem {
  const { phone_number, user_id } = members(sync.contact);
  const person = { number: boundedId(phone_number), userId: boundedId(user_id) };
  return { id: null, kind: "smb_app_state_sync", who: idsOf(person) };
}

/** A chunk of past messages, by thread; a thread's id is its shopper's number. */
function readHistory(part: JsonObject, found: FoundItem[]): void {
  const threads = list(part.threads);
  if (threads.length === 0) found.push({ id: null, kind: "history", who: [] });
  for (const thread of threads) {
    const { id, context } = members(thread);
    const { wa_id, user_id } = members(context);
    const person = { number: boundedId(wa_id) ?? boundedId(id), userId: boundedId(user_id) };
    found.push({ id: null, kind: "history", who: idsOf(person) });
  }
}

/** The end of a call or an echo that is not the business; where both or neither may be, the side given. */
function otherParty(element: JsonObject, { business }: Scope, side: "from" | "to"): Person {
  const isBusiness = (number: unknown) => business !== null && digitsOf(number) === business;
  let other = side;
  if (isBusiness(element.from)) other = isBusiness(element.to) ? side : "to";
  else if (isBusiness(element.to)) other = "from";
  return {
    number: boundedId(element[other]),
    userId: boundedId(element[`${other}_user_id`]) ?? boundedId(element[`${other}_parent_user_id`]),
  };
}

function digitsOf(value: unknown): string | null {
  const digits = boundedId(value)?.replace(/\D/g, "") ?? "";
  return digits === "" ? null : digits;
}
