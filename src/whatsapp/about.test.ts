import { describe, expect, it } from "vitest";
import { providers, type ProviderName } from "./providers.ts";
import { foundWhole } from "./sample.ts";

const person = "447700900123";
const meta = (field: string, value: object) => ({ entry: [{ id: "1", changes: [{ field, value }] }] });
const evolution = (event: string, data: object) => ({ event, instance: "shop", data });

/** What each item is about, by a provider's body. */
const aboutIn = (provider: ProviderName, body: unknown): readonly (string | null)[] =>
  foundWhole(providers[provider], body).map(({ about = null }) => about);

describe("what a status is about is the id that the send was answered with", () => {
  it.each<[ProviderName, unknown, readonly (string | null)[]]>([
    [
      "meta",
      meta("messages", {
        statuses: [
          { id: "wamid.1", status: "read", recipient_id: person },
          { id: "wamid.2", status: "read", recipient_id: "group", recipient_participant_id: person },
          { status: "read" },
        ],
      }),
      ["wamid.1", "wamid.2", null],
    ],
    ["360dialog", meta("messages", { statuses: [{ id: "wamid.1", status: "sent" }] }), ["wamid.1"]],
    [
      "meta",
      meta("calls", {
        calls: [
          { id: "wacid.1", event: "connect", direction: "BUSINESS_INITIATED" },
          { id: "wacid.2", event: "connect", direction: "USER_INITIATED" },
        ],
        statuses: [{ id: "wacid.1", status: "RINGING", type: "call" }],
      }),
      ["wacid.1", "wacid.1", null],
    ],
    ["twilio", `MessageSid=SM1&MessageStatus=delivered&To=whatsapp%3A%2B${person}`, ["SM1"]],
    ["gupshup", { type: "message-event", payload: { id: "gBEG", gsId: "gs", type: "read" } }, ["gs"]],
    ["gupshup", { type: "message-event", payload: { id: "gs", type: "enqueued" } }, ["gs"]],
    ["evolution", evolution("messages.update", { messageId: "own", keyId: "3EB0", status: "READ" }), ["3EB0"]],
    ["zapi", { type: "MessageStatusCallback", status: "READ", ids: ["A1", "A2"] }, ["A1", "A2"]],
    ["zapi", { type: "DeliveryCallback", messageId: "A1" }, ["A1"]],
  ])("%s", (provider, body, expected) => {
    expect(aboutIn(provider, body)).toEqual(expected);
  });
});

describe("what is said by a person is about nothing that was sent", () => {
  it.each<[ProviderName, unknown]>([
    ["meta", meta("messages", { messages: [{ id: "wamid.1", from: person, context: { id: "wamid.2" } }] })],
    ["meta", meta("account_update", {})],
    ["twilio", `MessageSid=SM1&SmsStatus=received&Body=x&From=whatsapp%3A%2B${person}`],
    ["gupshup", { type: "message", payload: { id: "gBEG", source: person, type: "text" } }],
    ["evolution", evolution("messages.upsert", { key: { id: "3EB0", remoteJid: person } })],
    ["zapi", { type: "ReceivedCallback", messageId: "A1", phone: person }],
  ])("%s", (provider, body) => {
    expect(aboutIn(provider, body)).toEqual([null]);
  });
});
