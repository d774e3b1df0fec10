import { boundedId, type FoundItem, type Reading } from "../identify/index.ts";
import { contentId } from "./content-id.ts";
import { createContacts, idsOf, nobody, type Person, personOf } from "./contacts.ts";
import { eventId } from "./event-id.ts";
import { changesOf, entriesOf, type Place, placesOf } from "./envelope.ts";
import { type JsonObject, list, members } from "./json.ts";
import { callKind, fieldKind, messageKind, statusKind } from "./kinds.ts";

/**
 * The items of a delivery in WhatsApp's envelope `{entry: [{changes: [{field, value}]}]}`. Everything in it may be
 * missing or of another type; an element that cannot be read is an item of kind `other` of its list.
 */
export function itemsOf(reading: Reading): readonly FoundItem[] {
  const found: FoundItem[] = [];
  for (const entry of entriesOf(reading.json())) {
    for (const change of changesOf(entry)) readChange(members(entry), members(change), found);
  }
  return found;
}

/** What the items of one change are read with. */
interface Scope {
  readonly entry: JsonObject;
  readonly field: unknown;
  readonly phone: string | null;
  /** The business's own number as in `metadata.display_phone_number`, digits only. */
  readonly business: string | null;
  /** Adds what the contacts know of a person. */
  complete(person: Person): Person;
}

type Told = Pick<FoundItem, "id" | "kind" | "who" | "about">;
type Read = (element: JsonObject, scope: Scope) => Told;

const readers: Readonly<Record<Place["list"], Read>> = {
  messages: readMessage,
  statuses: readStatus,
  message_echoes: readEcho,
  calls: readCall,
  user_preferences: readPreference,
  user_id_update: readUserIdUpdate,
  state_sync: readContactSync,
  history: readThread,
  change: readAlone,
};

function readChange(entry: JsonObject, change: JsonObject, found: FoundItem[]): void {
  const value = members(change.value);
  const { phone_number_id, display_phone_number } = members(value.metadata);
  const scope: Scope = {
    entry,
    field: change.field,
    phone: boundedId(phone_number_id),
    business: digitsOf(display_phone_number),
    complete: createContacts(value.contacts),
  };
  for (const { list, element } of placesOf(change)) found.push(itemOf(readers[list](element, scope), element, scope));
}

/** Errors beside a message or a call are part of it; alone they are the item. */
function readAlone(change: JsonObject, scope: Scope): Told {
  const kind = list(members(change.value).errors).length > 0 ? "error" : fieldKind(change.field);
  return { id: null, kind, who: idsOf(scope.complete(nobody)) };
}

/** The time of the entry is what tells two changes of an account apart that say the same. */
function itemOf(told: Told, element: unknown, { entry, field, phone }: Scope): FoundItem {
  const id = told.id ?? contentId({ id: entry.id, time: entry.time }, field, phone, element);
  return { ...told, id, phone };
}

function readMessage(message: JsonObject, scope: Scope): Told {
  const sender = personOf(message.from, message.from_user_id, message.from_parent_user_id);
  return { id: boundedId(message.id), kind: messageKind(message.type), who: idsOf(scope.complete(sender)) };
}

function readStatus(status: JsonObject, scope: Scope): Told {
  const kind = scope.field === "calls" || status.type === "call" ? callKind(status.status) : statusKind(status.status);
  // In a group `recipient_id` is the group, and all its persons' statuses have one id.
  const participant = participantOf(status);
  const [person = null] = idsOf(participant);
  const who = idsOf(scope.complete(person === null ? recipientOf(status) : participant));
  return { id: eventId(status.id, status.status, person), kind, who, about: boundedId(status.id) };
}

function participantOf(status: JsonObject): Person {
  const { recipient_participant_id, recipient_participant_user_id, recipient_participant_parent_user_id } = status;
  return personOf(recipient_participant_id, recipient_participant_user_id, recipient_participant_parent_user_id);
}

function recipientOf(status: JsonObject): Person {
  const { recipient_id, recipient_user_id, recipient_parent_user_id, parent_recipient_user_id } = status;
  return personOf(recipient_id, recipient_user_id, boundedId(recipient_parent_user_id) ?? parent_recipient_user_id);
}

function readEcho(echo: JsonObject, scope: Scope): Told {
  return { id: boundedId(echo.id), kind: "echo", who: idsOf(scope.complete(otherParty(echo, scope, "to"))) };
}

function readCall(call: JsonObject, scope: Scope): Told {
  const placed = call.direction === "BUSINESS_INITIATED";
  const who = idsOf(scope.complete(otherParty(call, scope, placed ? "to" : "from")));
  const about = placed ? boundedId(call.id) : null;
  return { id: eventId(call.id, call.event), kind: callKind(call.event), who, about };
}

function readPreference(preference: JsonObject, scope: Scope): Told {
  const person = personOf(preference.wa_id, preference.user_id, preference.parent_user_id);
  return { id: null, kind: "user_preferences", who: idsOf(scope.complete(person)) };
}

/** The ids before and after the change are the same person's; without a number the first one stays the one to go by. */
function readUserIdUpdate(update: JsonObject): Told {
  const { current, previous } = members(update.user_id);
  const ids = [boundedId(update.wa_id), boundedId(previous), boundedId(current)];
  return { id: null, kind: "user_id_update", who: ids.filter((id) => id !== null) };
}

function readContactSync(sync: JsonObject): Told {
  const { phone_number, user_id, parent_user_id } = members(sync.contact);
  return { id: null, kind: "smb_app_state_sync", who: idsOf(personOf(phone_number, user_id, parent_user_id)) };
}

/** Past messages of one person; a thread's id is its shopper's number. */
function readThread({ id, context }: JsonObject): Told {
  const { wa_id, user_id, parent_user_id } = members(context);
  return { id: null, kind: "history", who: idsOf(personOf(boundedId(wa_id) ?? id, user_id, parent_user_id)) };
}

/** The end of a call or an echo that is not the business; where both or neither may be, the side given. */
function otherParty(element: JsonObject, { business }: Scope, side: "from" | "to"): Person {
  const isBusiness = (number: unknown) => business !== null && digitsOf(number) === business;
  let other = side;
  if (isBusiness(element.from)) other = isBusiness(element.to) ? side : "to";
  else if (isBusiness(element.to)) other = "from";
  return personOf(element[other], element[`${other}_user_id`], element[`${other}_parent_user_id`]);
}

function digitsOf(value: unknown): string | null {
  const digits = boundedId(value)?.replace(/\D/g, "") ?? "";
  return digits === "" ? null : digits;
}
