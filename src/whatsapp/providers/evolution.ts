import { boundedId, type FoundItem, type Reading } from "../../identify/index.ts";
import { contentId } from "../content-id.ts";
import { eventId } from "../event-id.ts";
import { type JsonObject, members } from "../json.ts";
import { kindFrom } from "../kinds.ts";
import { makesItems, type WhatsAppProvider } from "../provider.ts";
import { lid, personOf, shopperId } from "../shopper-id.ts";

/**
 * Evolution API: `{event, data, sender, apikey}`, `data` one element or a list of them. The key and the business's own
 * address beside `data` name no shopper.
 */
export const evolution: WhatsAppProvider = { name: "evolution", sends: "own", makesItems, itemsOf };

/** Kinds of messages by the name of what holds them. */
const messageTypes: ReadonlyMap<string, string> = new Map([
  ["audioMessage", "audio"],
  ["buttonsResponseMessage", "button"],
  ["contactMessage", "contacts"],
  ["contactsArrayMessage", "contacts"],
  ["conversation", "text"],
  ["documentMessage", "document"],
  ["documentWithCaptionMessage", "document"],
  ["editedMessage", "edit"],
  ["extendedTextMessage", "text"],
  ["imageMessage", "image"],
  ["interactiveResponseMessage", "interactive"],
  ["listResponseMessage", "interactive"],
  ["liveLocationMessage", "location"],
  ["locationMessage", "location"],
  ["orderMessage", "order"],
  ["ptvMessage", "video"],
  ["reactionMessage", "reaction"],
  ["stickerMessage", "sticker"],
  ["templateButtonReplyMessage", "button"],
  ["videoMessage", "video"],
]);

/** By name and, as older versions have it, by number. */
const states: ReadonlyMap<string, string> = new Map([
  ["0", "failed"],
  ["1", "pending"],
  ["2", "sent"],
  ["3", "delivered"],
  ["4", "read"],
  ["5", "played"],
  ["DELETED", "deleted"],
  ["DELIVERY_ACK", "delivered"],
  ["ERROR", "failed"],
  ["PENDING", "pending"],
  ["PLAYED", "played"],
  ["READ", "read"],
  ["SERVER_ACK", "sent"],
]);

const callStates: ReadonlyMap<string, string> = new Map([
  ["accept", "accepted"],
  ["offer", "connect"],
  ["reject", "rejected"],
  ["ringing", "ringing"],
  ["terminate", "terminate"],
  ["timeout", "terminate"],
]);

/** Events whose elements are of a contact, a chat or the instance. */
const otherEvents: ReadonlySet<string> = new Set([
  "application_startup",
  "chats_delete",
  "chats_set",
  "chats_update",
  "chats_upsert",
  "connection_update",
  "contacts_set",
  "contacts_update",
  "contacts_upsert",
  "group_participants_update",
  "group_update",
  "groups_update",
  "groups_upsert",
  "labels_association",
  "labels_edit",
  "logout_instance",
  "presence_update",
  "qrcode_updated",
  "remove_instance",
  "typebot_change_status",
  "typebot_start",
]);

type Told = Pick<FoundItem, "id" | "kind" | "who" | "about">;
type Read = (element: JsonObject, own: string | null) => Told;

const readers: ReadonlyMap<string, Read> = new Map([
  ["call", readCall],
  ["messages_delete", readDeletion],
  ["messages_edited", readEdit],
  ["messages_set", readHistory],
  ["messages_update", readState],
  ["messages_upsert", readMessage],
  ["send_message", readSent],
  ["send_message_update", readState],
]);

function itemsOf(reading: Reading): readonly FoundItem[] {
  const { event, data, sender, instance, date_time } = members(reading.json());
  // `messages.upsert`, in some settings `MESSAGES_UPSERT` or `messages-upsert`.
  const name = typeof event === "string" && event.length < 64 ? event.toLowerCase().replace(/[.-]/g, "_") : "";
  const read = readers.get(name) ?? ((element: JsonObject) => readOther(element, name));
  const own = shopperId(sender);
  const phone = boundedId(instance);
  const elements: readonly unknown[] = Array.isArray(data) ? data : [data];
  return elements.map((element) => {
    const told = read(withKey(members(element)), own);
    return { ...told, id: told.id ?? contentId({ event, instance, date_time }, element), phone };
  });
}

/** A message's address is in its `key`, or beside it. */
function withKey(element: JsonObject): JsonObject {
  return element.key === undefined ? element : { ...element, ...members(element.key) };
}

function readMessage(element: JsonObject, own: string | null): Told {
  return { id: boundedId(element.id), kind: messageKind(element), who: shopperOf(element, own) };
}

/** What the API sends is told twice: so, and as a message of its own. */
function readSent(element: JsonObject, own: string | null): Told {
  return { ...readMessage(element, own), id: eventId(element.id, "sent") };
}

/** Its id is that of the message, whichever edit it is. */
function readEdit(element: JsonObject, own: string | null): Told {
  const kind = element.fromMe === true ? "echo" : "message.edit";
  return { id: null, kind, who: shopperOf(element, own) };
}

function readDeletion(element: JsonObject, own: string | null): Told {
  const kind = element.fromMe === true ? "echo" : "message.revoke";
  return { id: eventId(element.keyId ?? element.id, "deleted"), kind, who: shopperOf(element, own) };
}

function readHistory(element: JsonObject, own: string | null): Told {
  return { id: eventId(element.id, "history"), kind: "history", who: shopperOf(element, own) };
}

/** `messageId`, where there is one, is the id in Evolution's own database. */
function readState(element: JsonObject, own: string | null): Told {
  const state = boundedId(element.status);
  const kind = kindFrom("status", states, state);
  const who = shopperOf(element, own);
  const participant = isShared(shopperId(element.remoteJid) ?? "") ? boundedId(element.participant) : null;
  const about = boundedId(element.keyId ?? element.id);
  return { id: eventId(about, state, participant), kind, who, about };
}

function readCall(element: JsonObject): Told {
  const kind = kindFrom("call", callStates, element.status);
  const who = personOf(shopperId(element.callerPn), personalId(element.from));
  return { id: eventId(element.id, element.status), kind, who };
}

function readOther(element: JsonObject, name: string): Told {
  if (!otherEvents.has(name)) return { id: null, kind: "other", who: [] };
  return { id: null, kind: name, who: personOf(personalId(element.remoteJid ?? element.chatId ?? element.id)) };
}

/** What the business sends, by the API or by a phone, arrives as a message of its own. */
function messageKind({ fromMe, messageType, message }: JsonObject): string {
  if (fromMe === true) return "echo";
  if (typeof messageType === "string") return kindFrom("message", messageTypes, messageType);
  return kindFrom(
    "message",
    messageTypes,
    Object.keys(members(message)).find((name) => messageTypes.has(name)),
  );
}

/**
 * The person on the other side of a chat; in a shared one who wrote or read, and for what the business writes there the
 * chat. The addresses of a message's sender are the business's own where the message is.
 */
function shopperOf(element: JsonObject, own: string | null): readonly string[] {
  const chat = shopperId(element.remoteJid);
  if (chat !== null && isShared(chat)) return element.fromMe === true ? [chat] : participantOf(element, chat);
  const alternative = shopperId(element.remoteJidAlt);
  if (element.fromMe === true) return personOf(chat, alternative === own ? null : alternative);
  return personOf(shopperId(element.senderPn), alternative, chat, lid(element.senderLid));
}

function participantOf(element: JsonObject, chat: string): readonly string[] {
  const { participantPn, participantAlt, participant, participantLid } = element;
  const numbers = [shopperId(participantPn), shopperId(participantAlt)];
  const who = personOf(...numbers, shopperId(participant), lid(participantLid));
  return who.length > 0 ? who : [chat];
}

/** Of a person alone: contacts, chats and callers may be groups too, and some events have ids that are no addresses. */
function personalId(value: unknown): string | null {
  const id = shopperId(value);
  return id !== null && /@lid$|^\d{1,15}$/.test(id) ? id : null;
}

/** A group, a channel, or the stories of all. */
function isShared(id: string): boolean {
  return /@(?:g\.us|newsletter|broadcast)$/.test(id);
}
