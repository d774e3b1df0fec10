import { boundedId, type FoundItem, type Reading } from "../../identify/index.ts";
import { eventId } from "../event-id.ts";
import { formFields } from "../form.ts";
import { kindFrom, messageKind } from "../kinds.ts";
import { makesItems, type WhatsAppProvider } from "../provider.ts";
import { personOf, shopperId } from "../shopper-id.ts";
import { twilioSignature } from "../twilio-signature.ts";

/** Twilio: a form for each message that came in, and one for each state of a message that went out. */
export const twilio: WhatsAppProvider = {
  name: "twilio",
  sends: "own",
  makesItems,
  itemsOf,
  signature: twilioSignature,
};

const names: ReadonlySet<string> = new Set([
  "Body",
  "ButtonPayload",
  "ButtonText",
  "ExternalUserId",
  "FlowData",
  "From",
  "InteractiveData",
  "Latitude",
  "ListId",
  "MediaContentType0",
  "MessageSid",
  "MessageStatus",
  "MessageType",
  "NumMedia",
  "SmsMessageSid",
  "SmsSid",
  "SmsStatus",
  "To",
  "WaId",
]);

type Form = ReadonlyMap<string, string>;

/** The states of a message that came in; all others are of one that goes out. */
const incoming: ReadonlySet<string> = new Set(["received", "receiving"]);

const states: ReadonlyMap<string, string> = new Map(
  ["accepted", "canceled", "delivered", "failed", "queued", "read", "scheduled", "sending", "sent", "undelivered"].map(
    (state) => [state, state],
  ),
);

function itemsOf({ body }: Reading): readonly FoundItem[] {
  const form = formFields(body, names);
  const id = first(form, "MessageSid", "SmsMessageSid", "SmsSid");
  if (id === undefined) return [];
  const state = first(form, "MessageStatus", "SmsStatus");
  if (state === undefined || incoming.has(state)) {
    return [{ id: boundedId(id), kind: kindOf(form), who: shopperOf(form, "From"), phone: shopperId(form.get("To")) }];
  }
  const kind = kindFrom("status", states, state);
  const [who, phone] = [shopperOf(form, "To"), shopperId(form.get("From"))];
  return [{ id: eventId(id, state), kind, who, phone, about: boundedId(id) }];
}

/** `From` and `To` are what messages and states have in common, so they go before `WaId`. */
function shopperOf(form: Form, end: "From" | "To"): readonly string[] {
  const address = shopperId(form.get(end)?.replace(/^whatsapp:/, ""));
  const waId = end === "From" ? shopperId(form.get("WaId")) : null;
  return personOf(address, waId, boundedId(form.get("ExternalUserId")));
}

/** Not every message has a `MessageType`; what it holds tells as much. */
function kindOf(form: Form): string {
  const type = first(form, "MessageType");
  if (type !== undefined) return messageKind(type);
  if (first(form, "ButtonPayload", "ButtonText") !== undefined) return "message.button";
  if (first(form, "ListId", "FlowData", "InteractiveData") !== undefined) return "message.interactive";
  if (first(form, "Latitude") !== undefined) return "message.location";
  if (Number(form.get("NumMedia")) > 0) return mediaKind(form.get("MediaContentType0") ?? "");
  return form.has("Body") ? "message.text" : "message.other";
}

function mediaKind(type: string): string {
  const [, family] = /^(image|audio|video)\//i.exec(type) ?? [];
  if (family !== undefined) return `message.${family.toLowerCase()}`;
  return /^text\/(x-)?vcard/i.test(type) ? "message.contacts" : "message.document";
}

/** The first of these fields that says something; Twilio sends empty ones too. */
function first(form: Form, ...fields: readonly string[]): string | undefined {
  return fields.map((field) => form.get(field)).find((value) => value !== undefined && value !== "");
}
