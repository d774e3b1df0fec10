import { boundedId, type FoundItem, type Reading } from "../../identify/index.ts";
import { contentId } from "../content-id.ts";
import { eventId } from "../event-id.ts";
import { type JsonObject, list, members } from "../json.ts";
import { kindFrom } from "../kinds.ts";
import { makesItems, type WhatsAppProvider } from "../provider.ts";
import { lid, personOf, shopperId } from "../shopper-id.ts";

/** Z-API: one flat object for each event, its `type` a callback's name. */
export const zapi: WhatsAppProvider = { name: "zapi", sends: "own", makesItems, itemsOf };

/** What a message is, by the member that holds it. */
const contents: readonly (readonly [member: string, kind: string])[] = [
  ["reaction", "message.reaction"],
  ["text", "message.text"],
  ["image", "message.image"],
  ["audio", "message.audio"],
  ["video", "message.video"],
  ["ptv", "message.video"],
  ["document", "message.document"],
  ["sticker", "message.sticker"],
  ["location", "message.location"],
  ["contact", "message.contacts"],
  ["contacts", "message.contacts"],
  ["buttonsResponseMessage", "message.button"],
  ["buttonReply", "message.button"],
  ["listResponseMessage", "message.interactive"],
  ["order", "message.order"],
  ["product", "message.order"],
  ["notification", "message.system"],
];

const states: ReadonlyMap<string, string> = new Map([
  ["SENT", "sent"],
  ["RECEIVED", "delivered"],
  ["READ", "read"],
  ["PLAYED", "played"],
]);

type Told = Pick<FoundItem, "id" | "kind" | "who" | "about">;

function itemsOf(reading: Reading): readonly FoundItem[] {
  const event = members(reading.json());
  const phone = boundedId(event.instanceId);
  return read(event).map((told) => ({ ...told, id: told.id ?? contentId(event), phone }));
}

function read(event: JsonObject): readonly Told[] {
  // The documentation has it with more than one capitalisation.
  switch (typeof event.type === "string" && event.type.length < 64 ? event.type.toLowerCase() : "") {
    case "receivedcallback":
      return [{ id: messageId(event), kind: messageKind(event), who: shopperOf(event) }];
    case "messagestatuscallback":
      return readStates(event);
    case "deliverycallback": {
      const state = event.error === undefined || event.error === null ? "sent" : "failed";
      const about = boundedId(event.messageId);
      return [{ id: eventId(about, state), kind: `status.${state}`, who: shopperOf(event), about }];
    }
    case "presencechatcallback":
      return [{ id: null, kind: "presence_update", who: shopperOf(event) }];
    case "connectedcallback":
    case "disconnectedcallback":
      // Its `phone` is the business's own.
      return [{ id: null, kind: "connection_update", who: [] }];
    default:
      return [];
  }
}

/** One event may tell the state of several messages. */
function readStates(event: JsonObject): readonly Told[] {
  const ids = list(event.ids);
  const kind = kindFrom("status", states, event.status);
  const who = shopperOf(event);
  const participant = isShared(event, shopperId(event.phone)) ? boundedId(event.participantPhone) : null;
  return (ids.length > 0 ? ids : [event.messageId]).map((id) => ({
    id: eventId(id, event.status, participant),
    kind,
    who,
    about: boundedId(id),
  }));
}

/** A message that could not be read yet comes again when it can be; an edit has the id of what it changes. */
function messageId(event: JsonObject): string | null {
  if (event.isEdit === true) return null;
  return event.waitingMessage === true ? eventId(event.messageId, "waiting") : boundedId(event.messageId);
}

/** Messages of the business itself come too, sent by whatever device. */
function messageKind(event: JsonObject): string {
  if (event.fromMe === true) return "echo";
  if (event.isEdit === true) return "message.edit";
  const content = contents.find(([member]) => event[member] !== undefined && event[member] !== null);
  return content?.[1] ?? "message.other";
}

/** `phone` is the chat: a person's number or LID, or a group. What the business writes to a group is the group's. */
function shopperOf(event: JsonObject): readonly string[] {
  const chat = shopperId(event.phone);
  const own = event.fromMe === true;
  if (!isShared(event, chat)) return personOf(chat, lid(event.chatLid), own ? null : lid(event.senderLid));
  const participant = own ? [] : personOf(shopperId(event.participantPhone), lid(event.participantLid));
  return participant.length > 0 ? participant : personOf(chat);
}

/** A chat of several persons: a group (older ids are two numbers), a channel, or the stories of all. */
function isShared(event: JsonObject, chat: string | null): boolean {
  if (event.isGroup === true || event.isNewsletter === true) return true;
  return chat !== null && /-group$|@g\.us$|@newsletter$|@broadcast$|^\d+-\d+$/.test(chat);
}
