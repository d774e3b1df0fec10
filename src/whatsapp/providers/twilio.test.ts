import { describe, expect, it } from "vitest";
import { found, foundWhole, identify, isSound, unread } from "../sample.ts";
import { twilio } from "./twilio.ts";

type Fields = Readonly<Record<string, string>>;

const shopper = "447700900123";
const inbound: Fields = {
  SmsMessageSid: "SM0001",
  NumMedia: "0",
  ProfileName: "Zoë",
  SmsSid: "SM0001",
  WaId: shopper,
  SmsStatus: "received",
  Body: "hello & goodbye",
  To: "whatsapp:+15550100000",
  NumSegments: "1",
  MessageSid: "SM0001",
  AccountSid: "AC0001",
  From: `whatsapp:+${shopper}`,
  ApiVersion: "2010-04-01",
};
const outbound: Fields = {
  SmsSid: "SM0002",
  SmsStatus: "delivered",
  MessageStatus: "delivered",
  ChannelPrefix: "whatsapp",
  To: `whatsapp:+${shopper}`,
  MessageSid: "SM0002",
  AccountSid: "AC0001",
  From: "whatsapp:+15550100000",
};

function form(fields: Fields): string {
  return new URLSearchParams(fields).toString();
}

function only(body: string) {
  const [item, ...others] = found(twilio, body);
  expect(others).toEqual([]);
  return item;
}

describe("a message", () => {
  it("has its sid, its sender as digits, and what it is", () => {
    expect(only(form(inbound))).toEqual({ id: "SM0001", kind: "message.text", who: [shopper] });
  });

  it.each<[string, Fields]>([
    ["message.text", { MessageType: "text" }],
    ["message.sticker", { MessageType: "sticker", NumMedia: "1", MediaContentType0: "image/webp" }],
    ["message.interactive", { MessageType: "interactive" }],
    ["message.other", { MessageType: "hologram for 447700900123" }],
    ["message.text", { MessageType: "" }],
    ["message.button", { ButtonText: "Yes", ButtonPayload: "yes" }],
    ["message.interactive", { ListId: "1", ListTitle: "One" }],
    ["message.interactive", { FlowData: "{}" }],
    ["message.location", { Latitude: "51.5", Longitude: "0.1" }],
    ["message.image", { NumMedia: "2", MediaContentType0: "image/jpeg", MediaContentType1: "video/mp4" }],
    ["message.audio", { NumMedia: "1", MediaContentType0: "Audio/ogg; codecs=opus" }],
    ["message.video", { NumMedia: "1", MediaContentType0: "video/mp4" }],
    ["message.contacts", { NumMedia: "1", MediaContentType0: "text/vcard" }],
    ["message.document", { NumMedia: "1", MediaContentType0: "application/pdf" }],
    ["message.document", { NumMedia: "1" }],
  ])("is %s with %j", (kind, fields) => {
    expect(only(form({ ...inbound, ...fields }))?.kind).toBe(kind);
  });

  it.each<[readonly string[], Fields]>([
    [[shopper, "GB.1349"], { ExternalUserId: "GB.1349" }],
    [["GB.1349"], { From: "whatsapp:GB.1349", WaId: "", ExternalUserId: "GB.1349" }],
    [[shopper, "447700900999"], { WaId: "447700900999" }],
    [[shopper], { From: "" }],
    [[shopper], { From: `+${shopper}` }],
    [[], { From: "", WaId: "" }],
  ])("is of %j with %j", (who, fields) => {
    expect(only(form({ ...inbound, ...fields }))?.who).toEqual(who);
  });

  it("with a plus sign that nobody escaped is of the same shopper", () => {
    expect(only(`MessageSid=SM1&Body=x&From=whatsapp:+${shopper}`)?.who).toEqual([shopper]);
  });

  it("has the first of fields that come twice", () => {
    const body = `${form(inbound)}&From=whatsapp%3A%2B447700900456&MessageSid=SM9`;
    expect(only(body)).toMatchObject({ id: "SM0001", who: [shopper] });
  });
});

describe("a status", () => {
  it("has its sid with its state, and whom the message went to", () => {
    expect(only(form(outbound))).toEqual({ id: "SM0002:delivered", kind: "status.delivered", who: [shopper] });
  });

  it.each([
    ["queued", "status.queued"],
    ["sending", "status.sending"],
    ["sent", "status.sent"],
    ["read", "status.read"],
    ["undelivered", "status.undelivered"],
    ["failed", "status.failed"],
    ["lost for 447700900123", "status.other"],
    ["constructor", "status.other"],
  ])("of %s is %s", (state, kind) => {
    expect(only(form({ ...outbound, SmsStatus: state, MessageStatus: state }))?.kind).toBe(kind);
  });

  it("goes by the older name where the newer is missing", () => {
    const { MessageStatus: _, ...older } = outbound;
    expect(only(form(older))?.kind).toBe("status.delivered");
  });

  it("that is empty is none", () => {
    expect(only(form({ ...inbound, MessageStatus: "" }))?.kind).toBe("message.text");
    expect(only(form({ ...outbound, MessageStatus: "" }))?.kind).toBe("status.delivered");
  });

  it("and a message of one person are of one shopper", () => {
    const of = (fields: Fields) => identify(twilio, form(fields)).items[0]?.shopper;
    expect(of(outbound)).toBe(of(inbound));
  });
});

it("a message came to the number it was sent to, a status to the one that sent", () => {
  for (const fields of [inbound, outbound]) {
    expect(foundWhole(twilio, form(fields))[0]?.phone).toBe("15550100000");
  }
  expect(foundWhole(twilio, form({ ...inbound, To: "" }))[0]?.phone).toBeNull();
});

describe("a body that is wrong", () => {
  const odd = ["", "%", "%zz", "%C3", "x", "9".repeat(300), "+", "=", "%00", "__proto__", "whatsapp%3A"];

  it("yields one sound item, whatever is wrong and wherever", () => {
    for (const fields of [inbound, outbound]) {
      for (const name of Object.keys(fields)) {
        const others = form(Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name)));
        for (const value of [...odd.map((text) => `&${name}=${text}`), `&${name}`, `&=${name}`, ""]) {
          expect(only(others + value), value).toSatisfy(isSound);
        }
      }
    }
  });

  it("is at most one item wherever it is cut off", () => {
    for (const body of [form(inbound), form(outbound)]) {
      for (let length = 0; length < body.length; length += 1) {
        const { items } = identify(twilio, body.slice(0, length));
        expect(items).toHaveLength(1);
      }
    }
  });

  it.each(["", "&&&", "CallSid=CA1&From=%2B447700900123", '{"MessageSid":"SM1"}', "\0\u{1F44D}"])(
    "is one item without shopper where it is no message: %j",
    (body) => {
      expect(identify(twilio, body)).toEqual(unread);
    },
  );

  it("may be as large as bodies get", () => {
    expect(only(`Body=${"%F0%9F%91%8D".repeat(300_000)}&${form(inbound)}`)).toMatchObject({ who: [shopper] });
    expect(only(`${"MediaUrl=x&".repeat(300_000)}${form(inbound)}`)).toMatchObject({ who: [shopper] });
  });
});

it("only POST makes items", () => {
  expect(["POST", "GET", "HEAD", "PUT"].filter((method) => twilio.makesItems(method))).toEqual(["POST"]);
});
