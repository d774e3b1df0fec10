import { boundedId, type FoundItem, type Reading } from "../../identify/index.ts";
import { contentId } from "../content-id.ts";
import { eventId } from "../event-id.ts";
import { itemsOf as itemsInMetaShape } from "../items.ts";
import { type JsonObject, members } from "../json.ts";
import { kindFrom } from "../kinds.ts";
import { makesItems, type WhatsAppProvider } from "../provider.ts";
import { personOf, shopperId } from "../shopper-id.ts";

/** Gupshup: `{type, payload}` in version 2; version 3 is Meta's shape with the app's id beside it. */
export const gupshup: WhatsAppProvider = { name: "gupshup", sends: "own", makesItems, itemsOf };

const messageTypes: ReadonlyMap<string, string> = new Map([
  ["audio", "audio"],
  ["button", "button"],
  ["button_reply", "interactive"],
  ["contact", "contacts"],
  ["file", "document"],
  ["image", "image"],
  ["list_reply", "interactive"],
  ["location", "location"],
  ["order", "order"],
  ["quick_reply", "button"],
  ["reaction", "reaction"],
  ["sticker", "sticker"],
  ["text", "text"],
  ["video", "video"],
]);

const states: ReadonlyMap<string, string> = new Map(
  ["deleted", "delivered", "enqueued", "failed", "read", "sent"].map((state) => [state, state]),
);

/** Events that are about the app. */
const appEvents: ReadonlyMap<unknown, string> = new Map([
  ["account-event", "account_event"],
  ["system-event", "system_event"],
  ["template-event", "template_event"],
]);

function itemsOf(reading: Reading): readonly FoundItem[] {
  const body = members(reading.json());
  if (Array.isArray(body.entry)) return itemsInMetaShape(reading);
  const { app, timestamp, type, payload } = body;
  const told = read(type, members(payload));
  return [{ ...told, id: told.id ?? contentId({ app, timestamp, type, payload }), phone: boundedId(app) }];
}

function read(type: unknown, payload: JsonObject): Pick<FoundItem, "id" | "kind" | "who" | "about"> {
  switch (type) {
    case "message": {
      const who = personOf(shopperId(payload.source), shopperId(members(payload.sender).phone));
      return { id: boundedId(payload.id), kind: kindFrom("message", messageTypes, payload.type), who };
    }
    case "message-event": {
      const kind = kindFrom("status", states, payload.type);
      // A send is answered with Gupshup's own id, which a state bears beside WhatsApp's, or alone before there is one.
      const about = boundedId(payload.gsId) ?? boundedId(payload.id);
      return { id: eventId(payload.id, payload.type), kind, who: personOf(shopperId(payload.destination)), about };
    }
    case "user-event":
      return { id: null, kind: "user_event", who: personOf(shopperId(payload.phone)) };
    case "billing-event": {
      const { id, destination } = members(payload.references);
      return { id: eventId(id, "billing"), kind: "billing_event", who: personOf(shopperId(destination)) };
    }
    default:
      return { id: null, kind: appEvents.get(type) ?? "other", who: [] };
  }
}
