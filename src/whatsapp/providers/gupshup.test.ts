import { describe, expect, it } from "vitest";
import { found, foundWhole, identify, unread, unsound } from "../sample.ts";
import { gupshup } from "./gupshup.ts";

const shopper = "447700900123";

function event(type: unknown, payload: unknown): object {
  return { app: "Shop", timestamp: 1_790_000_000_000, version: 2, type, payload };
}

function message(fields: object = {}): object {
  return event("message", {
    id: "ABEG0001",
    source: shopper,
    type: "text",
    payload: { text: "hello" },
    sender: { phone: shopper, name: "Zoë", country_code: "44", dial_code: "7700900123" },
    context: { id: "gBEG0001", gsId: "00000000-0000-4000-8000-000000000001" },
    ...fields,
  });
}

function state(type: unknown, fields: object = {}): object {
  return event("message-event", { id: "gBEG0002", gsId: "gs2", type, destination: shopper, payload: {}, ...fields });
}

const inMetaShape = {
  gs_app_id: "00000000-0000-4000-8000-000000000002",
  object: "whatsapp_business_account",
  entry: [
    { changes: [{ field: "messages", value: { statuses: [{ id: "w1", status: "read", recipient_id: shopper }] } }] },
  ],
};

describe("a delivery", () => {
  it.each<[string | null, string, readonly string[], object]>([
    ["ABEG0001", "message.text", [shopper], message()],
    ["ABEG0001", "message.image", [shopper], message({ type: "image" })],
    ["ABEG0001", "message.document", [shopper], message({ type: "file" })],
    ["ABEG0001", "message.contacts", [shopper], message({ type: "contact" })],
    ["ABEG0001", "message.interactive", [shopper], message({ type: "list_reply" })],
    ["ABEG0001", "message.interactive", [shopper], message({ type: "button_reply" })],
    ["ABEG0001", "message.button", [shopper], message({ type: "quick_reply" })],
    ["ABEG0001", "message.other", [shopper], message({ type: "hologram for 447700900123" })],
    ["ABEG0001", "message.text", [shopper], message({ source: `+${shopper}`, sender: null })],
    ["ABEG0001", "message.text", [shopper], message({ source: null })],
    ["ABEG0001", "message.text", [], message({ source: null, sender: null })],
    ["gBEG0002:delivered", "status.delivered", [shopper], state("delivered")],
    ["gBEG0002:enqueued", "status.enqueued", [shopper], state("enqueued")],
    ["gBEG0002:failed", "status.failed", [shopper], state("failed")],
    ["gBEG0002:lost", "status.other", [shopper], state("lost")],
    ["#", "status.other", [], state(null, { destination: null })],
    ["#", "user_event", [shopper], event("user-event", { phone: shopper, type: "opted-in" })],
    [
      "g3:billing",
      "billing_event",
      [shopper],
      event("billing-event", { deductions: { type: "service" }, references: { id: "g3", destination: shopper } }),
    ],
    ["#", "system_event", [], event("system-event", {})],
    ["#", "template_event", [], event("template-event", { id: "t1", status: "APPROVED" })],
    ["#", "account_event", [], event("account-event", {})],
    ["#", "other", [], event("447700900123", {})],
    ["#", "other", [], event("constructor", {})],
    ["w1:read", "status.read", [shopper], inMetaShape],
  ])("yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(gupshup, body)).toEqual([{ id, kind, who }]);
  });
});

it("comes to the app that it names", () => {
  expect(foundWhole(gupshup, message())[0]?.phone).toBe("Shop");
  expect(identify(gupshup, { ...message(), app: null }).items[0]?.phone).toBeNull();
});

describe("a body that is wrong", () => {
  it("yields sound items, whatever is wrong and wherever", () => {
    const { failures, tried } = unsound(gupshup, [message(), state("read"), event("billing-event", {}), inMetaShape]);
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(400);
  });

  it("is one item without shopper wherever it is cut off", () => {
    const body = JSON.stringify(message());
    for (let length = 0; length < body.length; length += 1) {
      expect(identify(gupshup, body.slice(0, length))).toEqual(unread);
    }
  });

  it("has the last of members that come twice, as JSON parsers do", () => {
    const body = `{"type":"user-event","type":"message","payload":{"source":"1"},"payload":{"source":"${shopper}"}}`;
    expect(found(gupshup, body)).toEqual([{ id: null, kind: "message.other", who: [shopper] }]);
  });

  it("may be as large as bodies get", () => {
    const large = message({ payload: { text: "x".repeat(3_000_000) }, extra: Array(200_000).fill(null) });
    expect(identify(gupshup, large)).toMatchObject({ items: [{ shopper }] });
  });
});
