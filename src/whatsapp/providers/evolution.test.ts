import { describe, expect, it } from "vitest";
import { found, foundWhole, identify, unread, unsound } from "../sample.ts";
import { evolution } from "./evolution.ts";

const shopper = "447700900123";
const jid = `${shopper}@s.whatsapp.net`;
const own = "15550100000@s.whatsapp.net";
const group = "120363019502650977@g.us";
const hidden = "81896604192873@lid";
const apikey = "B6D711FC-0000-4000-8000-000000000001";

function event(name: unknown, data: unknown): object {
  return {
    event: name,
    instance: "shop",
    data,
    destination: "https://shop.example/hooks",
    date_time: "2026-09-21T14:13:20.000Z",
    sender: own,
    server_url: "https://evolution.example",
    apikey,
  };
}

function upsert(key: object = {}, fields: object = {}): object {
  return event("messages.upsert", {
    key: { remoteJid: jid, fromMe: false, id: "3EB0001", ...key },
    pushName: "Zoë",
    message: { conversation: "hello", messageContextInfo: {} },
    messageType: "conversation",
    messageTimestamp: 1_790_000_000,
    source: "android",
    ...fields,
  });
}

function update(fields: object = {}): object {
  return event("messages.update", {
    messageId: "cm0000000000000000000000",
    keyId: "3EB0002",
    remoteJid: jid,
    fromMe: true,
    participant: own,
    status: "DELIVERY_ACK",
    instanceId: "00000000-0000-4000-8000-000000000003",
    ...fields,
  });
}

type Row = readonly [id: string | null, kind: string, who: readonly string[], body: object];

describe("a message", () => {
  it.each<Row>([
    ["3EB0001", "message.text", [shopper], upsert()],
    ["3EB0001", "message.text", [shopper], upsert({}, { messageType: "extendedTextMessage" })],
    ["3EB0001", "message.image", [shopper], upsert({}, { messageType: "imageMessage" })],
    ["3EB0001", "message.interactive", [shopper], upsert({}, { messageType: "listResponseMessage" })],
    ["3EB0001", "message.other", [shopper], upsert({}, { messageType: "call 447700900123" })],
    ["3EB0001", "message.text", [shopper], upsert({}, { messageType: undefined })],
    ["3EB0001", "message.other", [shopper], upsert({}, { messageType: undefined, message: { 447700900123: "x" } })],
    ["3EB0001", "message.text", [shopper], upsert({ remoteJid: `${shopper}:3@s.whatsapp.net` })],
    ["3EB0001", "message.text", [hidden], upsert({ remoteJid: hidden })],
    ["3EB0001", "message.text", [shopper, hidden], upsert({ remoteJid: hidden, remoteJidAlt: jid })],
    ["3EB0001", "message.text", [shopper, hidden], upsert({ remoteJid: hidden, senderPn: jid })],
    ["3EB0001", "message.text", [shopper, hidden], upsert({ senderLid: hidden })],
  ])("yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(evolution, body)).toEqual([{ id, kind, who }]);
  });

  it.each<Row>([
    ["3EB0001", "message.text", [shopper], upsert({ remoteJid: group, participant: jid })],
    [
      "3EB0001",
      "message.text",
      [shopper, hidden],
      upsert({ remoteJid: group, participant: hidden, participantAlt: jid }),
    ],
    [
      "3EB0001",
      "message.text",
      [shopper, hidden],
      upsert({ remoteJid: group, participant: hidden, participantPn: jid }),
    ],
    ["3EB0001", "message.text", [group], upsert({ remoteJid: group })],
    ["3EB0001", "message.text", [shopper], upsert({ remoteJid: "status@broadcast", participant: jid })],
    ["3EB0001", "echo", [group], upsert({ remoteJid: group, fromMe: true, participant: own })],
  ])("of a chat of several yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(evolution, body)).toEqual([{ id, kind, who }]);
  });

  it.each<Row>([
    ["3EB0001", "echo", [shopper], upsert({ fromMe: true })],
    ["3EB0001", "echo", [shopper], upsert({ fromMe: true, senderPn: own, senderLid: "99999@lid" })],
    ["3EB0001", "echo", [hidden], upsert({ fromMe: true, remoteJid: hidden, remoteJidAlt: own })],
    ["3EB0001", "echo", [shopper, hidden], upsert({ fromMe: true, remoteJid: hidden, remoteJidAlt: jid })],
    [
      "3EB0003:sent",
      "echo",
      [shopper],
      event("send.message", { key: { remoteJid: jid, fromMe: true, id: "3EB0003" }, messageType: "conversation" }),
    ],
  ])("that the business sent yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(evolution, body)).toEqual([{ id, kind, who }]);
  });
});

describe("what is told of a message", () => {
  it.each<Row>([
    ["3EB0002:DELIVERY_ACK", "status.delivered", [shopper], update()],
    ["3EB0002:SERVER_ACK", "status.sent", [shopper], update({ status: "SERVER_ACK" })],
    ["3EB0002:READ", "status.read", [shopper], update({ status: "READ" })],
    ["3EB0002:4", "status.read", [shopper], update({ status: 4 })],
    ["3EB0002:ERROR", "status.failed", [shopper], update({ status: "ERROR" })],
    ["3EB0002:447700900123", "status.other", [shopper], update({ status: "447700900123" })],
    ["#", "status.other", [shopper], update({ status: undefined })],
    ["3EB0004:PLAYED", "status.played", [shopper], update({ keyId: undefined, id: "3EB0004", status: "PLAYED" })],
    [`3EB0002:READ:${jid}`, "status.read", [group], update({ remoteJid: group, status: "READ", participant: jid })],
    ["3EB0002:READ", "status.read", [group], update({ remoteJid: group, status: "READ", participant: null })],
    [
      "3EB0005:deleted",
      "message.revoke",
      [shopper],
      event("messages.delete", { id: "3EB0005", remoteJid: jid, fromMe: false }),
    ],
    ["3EB0005:deleted", "echo", [shopper], event("messages.delete", { id: "3EB0005", remoteJid: jid, fromMe: true })],
    ["#", "message.edit", [shopper], event("messages.edited", { key: { id: "3EB0006", remoteJid: jid } })],
  ])("yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(evolution, body)).toEqual([{ id, kind, who }]);
  });

  it("of several messages is as many items", () => {
    const data = [jid, "447700900456@s.whatsapp.net"].map((remoteJid, i) => ({ key: { remoteJid, id: `m${i}` } }));
    expect(found(evolution, event("messages.set", data))).toEqual([
      { id: "m0:history", kind: "history", who: [shopper] },
      { id: "m1:history", kind: "history", who: ["447700900456"] },
    ]);
  });
});

describe("any other event", () => {
  it.each<Row>([
    ["#", "contacts_upsert", [shopper], event("contacts.upsert", [{ remoteJid: jid, pushName: "Zoë" }])],
    ["#", "contacts_update", [], event("contacts.update", [{ remoteJid: group }])],
    ["#", "presence_update", [shopper], event("presence.update", { id: jid, presences: {} })],
    ["#", "presence_update", [hidden], event("presence.update", { id: hidden, presences: {} })],
    ["#", "groups_upsert", [], event("groups.upsert", [{ id: group, subject: "x" }])],
    ["#", "group_participants_update", [], event("group-participants.update", { id: group, participants: [jid] })],
    ["#", "connection_update", [], event("CONNECTION_UPDATE", { instance: "shop", state: "open" })],
    ["#", "qrcode_updated", [], event("qrcode.updated", { qrcode: { code: "x" } })],
    ["C1:offer", "call.connect", [shopper], event("call", { id: "C1", from: jid, status: "offer" })],
    ["C1:timeout", "call.terminate", [shopper], event("call", [{ id: "C1", from: jid, status: "timeout" }])],
    ["#", "other", [], event("call.447700900123", { remoteJid: jid })],
    ["#", "other", [], event("constructor", {})],
    ["#", "other", [], event(undefined, undefined)],
  ])("yields %j, %s of %j", (id, kind, who, body) => {
    expect(found(evolution, body)).toEqual([{ id, kind, who }]);
  });
});

it("an event came to the instance that it names", () => {
  expect(foundWhole(evolution, upsert())[0]?.phone).toBe("shop");
  expect(foundWhole(evolution, { ...upsert(), instance: 7.5 })[0]?.phone).toBeNull();
});

it("the key in the body is in no item", () => {
  for (const body of [upsert(), update(), event("contacts.upsert", [{}]), event(apikey, {})]) {
    expect(JSON.stringify(foundWhole(evolution, body))).not.toContain(apikey);
  }
  const ids = [{ ...update({ status: null }), apikey: "other" }, update({ status: null })].map(
    (body) => foundWhole(evolution, body)[0]?.id,
  );
  expect(ids[0]).toBe(ids[1]);
});

describe("a body that is wrong", () => {
  it("yields sound items, whatever is wrong and wherever", () => {
    const calls = event("call", [{ id: "C1", from: jid, status: "offer" }]);
    const { failures, tried } = unsound(evolution, [upsert(), update(), calls, upsert({ remoteJid: group })]);
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(800);
  });

  it("is one item without shopper wherever it is cut off", () => {
    const body = JSON.stringify(upsert());
    for (let length = 0; length < body.length; length += 1) {
      expect(identify(evolution, body.slice(0, length))).toEqual(unread);
    }
  });

  it("has the last of members that come twice, as JSON parsers do", () => {
    const key = `{"remoteJid":"1@s.whatsapp.net","remoteJid":"${jid}","fromMe":false,"fromMe":true,"id":"m"}`;
    expect(found(evolution, `{"event":"call","event":"messages.upsert","data":{"key":${key}}}`)).toEqual([
      { id: "m", kind: "echo", who: [shopper] },
    ]);
  });

  it("may be as large as bodies get", () => {
    const many = event(
      "messages.update",
      Array.from({ length: 100_000 }, () => ({ remoteJid: jid, status: "READ" })),
    );
    const { items } = identify(evolution, many);
    expect(items).toHaveLength(100_000);
    expect(items.at(-1)).toMatchObject({ kind: "status.read", shopper });
    const wide = upsert({}, { message: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])) });
    expect(identify(evolution, wide)).toMatchObject({ items: [{ shopper }] });
  });
});
