import { describe, expect, it } from "vitest";
import { found, foundWhole, identify, unread, unsound } from "../sample.ts";
import { zapi } from "./zapi.ts";

const shopper = "447700900123";
const group = "120363019502650977-group";
const hidden = "81896604192873@lid";

function received(fields: object = {}): object {
  return {
    isStatusReply: false,
    chatLid: hidden,
    senderLid: hidden,
    connectedPhone: "15550100000",
    waitingMessage: false,
    isEdit: false,
    isGroup: false,
    isNewsletter: false,
    instanceId: "3C0001",
    messageId: "A20D0001",
    phone: shopper,
    fromMe: false,
    momment: 1_790_000_000_000,
    status: "RECEIVED",
    chatName: "Zoë",
    participantPhone: null,
    participantLid: null,
    broadcast: false,
    type: "ReceivedCallback",
    text: { message: "hello" },
    ...fields,
  };
}

function states(status: unknown, fields: object = {}): object {
  return {
    instanceId: "3C0001",
    status,
    ids: ["A20D0002"],
    momment: 1_790_000_000_000,
    phoneDevice: 0,
    phone: shopper,
    type: "MessageStatusCallback",
    isGroup: false,
    ...fields,
  };
}

const person = [shopper, hidden];
const inGroup = { isGroup: true, phone: group, chatLid: null };

type Row = readonly [id: string | null, kind: string, who: readonly string[], body: object];

describe("a message", () => {
  it.each<Row>([
    ["A20D0001", "message.text", person, received()],
    ["A20D0001", "message.text", person, received({ type: "ReceivedCallBack" })],
    ["A20D0001", "message.image", person, received({ text: undefined, image: {} })],
    ["A20D0001", "message.contacts", person, received({ text: null, contact: {} })],
    ["A20D0001", "message.button", person, received({ text: null, buttonsResponseMessage: {} })],
    ["A20D0001", "message.interactive", person, received({ text: null, listResponseMessage: {} })],
    ["A20D0001", "message.reaction", person, received({ text: null, reaction: { value: "👍" } })],
    ["A20D0001", "message.system", person, received({ text: null, notification: "CALL_MISSED_VOICE" })],
    ["#", "message.edit", person, received({ isEdit: true })],
    ["A20D0001", "message.other", person, received({ text: null, 447700900123: {} })],
    ["A20D0001:waiting", "message.other", person, received({ text: null, waitingMessage: true })],
    ["A20D0001", "message.text", [hidden], received({ phone: hidden })],
    ["A20D0001", "message.text", [shopper], received({ chatLid: null, senderLid: null })],
    ["A20D0001", "message.text", [shopper], received({ phone: 447700900123, chatLid: null, senderLid: null })],
  ])("yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(zapi, body)).toEqual([{ id, kind, who }]);
  });

  it.each<Row>([
    ["A20D0001", "message.text", person, received({ ...inGroup, participantPhone: shopper, participantLid: hidden })],
    ["A20D0001", "message.text", [hidden], received({ ...inGroup, participantLid: "81896604192873" })],
    ["A20D0001", "message.text", [group], received(inGroup)],
    ["A20D0001", "message.text", [shopper], received({ ...inGroup, isGroup: false, participantPhone: shopper })],
    [
      "A20D0001",
      "message.text",
      ["447700900123-1623281429"],
      received({ ...inGroup, isGroup: null, phone: "447700900123-1623281429" }),
    ],
    ["A20D0001", "echo", [group], received({ ...inGroup, fromMe: true, participantPhone: "15550100000" })],
  ])("of a group yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(zapi, body)).toEqual([{ id, kind, who }]);
  });

  it("that the business sent is of whom it was sent to", () => {
    const body = received({ fromMe: true, senderLid: "99999@lid", participantPhone: "15550100000" });
    expect(found(zapi, body)).toEqual([{ id: "A20D0001", kind: "echo", who: person }]);
  });
});

describe("any other event", () => {
  it.each<Row>([
    ["A20D0002:SENT", "status.sent", [shopper], states("SENT")],
    ["A20D0002:RECEIVED", "status.delivered", [shopper], states("RECEIVED")],
    ["A20D0002:READ", "status.read", [shopper], states("READ")],
    ["A20D0002:PLAYED", "status.played", [shopper], states("PLAYED")],
    ["A20D0002:447700900123", "status.other", [shopper], states("447700900123")],
    ["#", "status.read", [shopper], states("READ", { ids: null })],
    ["A20D0002:READ", "status.read", [group], states("READ", { isGroup: true, phone: group })],
    [
      `A20D0002:READ:${shopper}`,
      "status.read",
      person,
      states("READ", { isGroup: true, phone: group, participantPhone: shopper, participantLid: hidden }),
    ],
    [
      "A20D0003:sent",
      "status.sent",
      [shopper],
      { phone: shopper, zaapId: "z1", messageId: "A20D0003", type: "DeliveryCallback" },
    ],
    [
      "A20D0003:failed",
      "status.failed",
      [shopper],
      { phone: shopper, messageId: "A20D0003", type: "DeliveryCallback", error: "Phone number does not exist" },
    ],
    [null, "presence_update", [shopper], { phone: shopper, status: "COMPOSING", type: "PresenceChatCallback" }],
    [null, "connection_update", [], { phone: "15550100000", connected: true, type: "ConnectedCallback" }],
    [null, "connection_update", [], { disconnected: true, type: "DisconnectedCallback" }],
  ])("yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(zapi, body)).toEqual([{ id, kind, who }]);
  });

  it("of several messages is as many items of one shopper", () => {
    const body = states("READ", { ids: ["A1", "A2", "A3"] });
    expect(found(zapi, body).map(({ id }) => id)).toEqual(["A1:READ", "A2:READ", "A3:READ"]);
    expect(identify(zapi, body).items.map((item) => item.shopper)).toEqual([shopper, shopper, shopper]);
  });

  it.each([{ type: "447700900123", phone: shopper }, { type: "constructor" }, { phone: shopper }, {}, [], "x", 1])(
    "that is not known is one item without shopper: %j",
    (body) => {
      expect(identify(zapi, body)).toEqual(unread);
    },
  );
});

it("an event came to the instance that it names", () => {
  for (const body of [received(), states("READ")]) expect(foundWhole(zapi, body)[0]?.phone).toBe("3C0001");
  expect(foundWhole(zapi, received({ instanceId: null }))[0]?.phone).toBeNull();
});

describe("a body that is wrong", () => {
  it("yields sound items, whatever is wrong and wherever", () => {
    const { failures, tried } = unsound(zapi, [received(), received(inGroup), states("READ")]);
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(500);
  });

  it("is one item without shopper wherever it is cut off", () => {
    const body = JSON.stringify(received());
    for (let length = 0; length < body.length; length += 1) {
      expect(identify(zapi, body.slice(0, length))).toEqual(unread);
    }
  });

  it("has the last of members that come twice, as JSON parsers do", () => {
    const body = `{"type":"ReceivedCallback","phone":"1","phone":"${shopper}","fromMe":false,"fromMe":true}`;
    expect(found(zapi, body)).toEqual([{ id: null, kind: "echo", who: [shopper] }]);
  });

  it("may be as large as bodies get", () => {
    const many = states("READ", { ids: Array.from({ length: 150_000 }, (_, i) => `A20D${i}`) });
    const { items } = identify(zapi, many);
    expect(items).toHaveLength(150_000);
    expect(items.at(-1)).toMatchObject({ id: "A20D149999:READ", kind: "status.read", shopper });
  });
});
