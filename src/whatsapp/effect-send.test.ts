import { describe, expect, it } from "vitest";
import type { Effect } from "../model/index.ts";
import { effect, type SomeCall } from "./sample.ts";

const sent = (fields: object): Effect => effect({ body: JSON.stringify(fields) });
const what = ({ operation, kind, recipient, phone, payload, refersTo, ids }: Effect) => ({
  operation,
  kind,
  recipient,
  phone,
  payload,
  refersTo,
  ids,
});

const plain = { messaging_product: "whatsapp", to: "447700900123", type: "text", text: { body: "Olá" } };

describe("a send", () => {
  it("is what its receiver gets", () => {
    expect(what(sent(plain))).toEqual({
      operation: "send",
      kind: "send.text",
      recipient: "447700900123",
      phone: "104452097716532",
      payload: { text: { body: "Olá" } },
      refersTo: null,
      ids: [],
    });
  });

  it.each([
    ["the recipient's type by default", { ...plain, recipient_type: "individual" }],
    ["no preview by default", { ...plain, text: { preview_url: false, body: "Olá" } }],
    ["a plus sign", { ...plain, to: "+447700900123" }],
    ["a user id beside the number", { ...plain, recipient: "GB.1" }],
    ["data for the sender", { ...plain, biz_opaque_callback_data: "x" }],
    ["no type", { to: plain.to, text: plain.text }],
    ["another order", { text: plain.text, type: "text", to: plain.to, messaging_product: "whatsapp" }],
  ])("is the same with %s", (_, fields) => {
    expect(what(sent(fields))).toEqual(what(sent(plain)));
  });

  it.each([
    ["another version", { target: "/v19.0/104452097716532/messages" }],
    ["no version, and a token", { target: "/104452097716532/messages?access_token=x" }],
    [
      "a form",
      {
        contentType: "application/x-www-form-urlencoded",
        body: `to=447700900123&text=${encodeURIComponent('{"body":"Olá"}')}`,
      },
    ],
  ])("is the same by %s", (_, call) => {
    expect(what(effect({ body: JSON.stringify(plain), ...call }))).toEqual(what(sent(plain)));
  });

  it.each([
    ["a preview", { ...plain, text: { body: "Olá", preview_url: true } }],
    ["a quote", { ...plain, context: { message_id: "wamid.1" } }],
    ["a group", { ...plain, recipient_type: "group" }],
    ["a member that is not known", { ...plain, ttl: 1 }],
    ["another type that is not known", { ...plain, type: "hologram" }],
  ])("is another with %s", (_, fields) => {
    expect(sent(fields).payload).not.toEqual(sent(plain).payload);
  });

  it("names a message it quotes or reacts to apart from what it says", () => {
    const quote = (id: string) => sent({ ...plain, context: { message_id: id } });
    expect(quote("wamid.1")).toMatchObject({ refersTo: "wamid.1", payload: { context: { message_id: "id" } } });
    expect(quote("wamid.1").payload).toEqual(quote("wamid.2").payload);
    expect(sent({ to: "1", type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍" } })).toMatchObject({
      kind: "send.reaction",
      refersTo: "wamid.1",
      payload: { reaction: { emoji: "👍", message_id: "id" } },
    });
  });

  it.each([
    ["in itself", { type: "image", image: { id: "17", caption: "x" } }],
    ["in a header", { type: "interactive", interactive: { header: { type: "image", image: { id: "17" } } } }],
    [
      "in a template",
      {
        type: "template",
        template: { name: "x", components: [{ parameters: [{ type: "image", image: { id: 17 } }] }] },
      },
    ],
    [
      "in a card of a template",
      {
        type: "template",
        template: {
          name: "x",
          components: [
            {
              type: "carousel",
              cards: [
                { card_index: 0, components: [{ type: "header", parameters: [{ type: "image", image: { id: 17 } }] }] },
              ],
            },
          ],
        },
      },
    ],
  ])("names media %s apart from what it says", (_, fields) => {
    const { ids, payload } = sent({ to: "1", ...fields });
    expect(ids).toEqual(["17"]);
    expect(JSON.stringify(payload)).not.toContain("17");
  });

  it("of a template is the same in either spelling", () => {
    const template = (language: object, components: unknown) =>
      sent({
        to: "1",
        type: "template",
        template: { name: "x", language: { code: "pt_BR", ...language }, components },
      });
    const one = template({}, [{ type: "button", sub_type: "url", index: "0", parameters: [] }]);
    const other = template({ policy: "deterministic" }, [
      { type: "BUTTON", sub_type: "URL", index: 0, parameters: [] },
    ]);
    expect(one.payload).toEqual(other.payload);
    expect(template({}, []).payload).toEqual(template({}, undefined).payload);
    const carousel = (component: object) => template({}, [{ type: "carousel", cards: [{ components: [component] }] }]);
    const link = carousel({ type: "button", sub_type: "url", index: "0" });
    expect(link.payload).toEqual(carousel({ type: "BUTTON", sub_type: "URL", index: 0 }).payload);
    expect(link.payload).not.toEqual(carousel({ type: "button", sub_type: "url", index: "1" }).payload);
  });

  it("gives out the ids of its answer", () => {
    const answer = (status: number, body: string | null) => ({
      answer: { status, body: body === null ? null : Buffer.from(body) },
    });
    const messages = '{"messages":[{"id":"wamid.1"},{"id":7},{}]}';
    const produced = (call: SomeCall) => {
      const { produced: ids, succeeded } = effect({ body: JSON.stringify(plain), ...call });
      return [ids, succeeded];
    };
    expect(produced(answer(200, messages))).toEqual([["wamid.1", "7"], true]);
    expect(produced(answer(400, messages))).toEqual([[], false]);
    expect(produced(answer(200, "{"))).toEqual([[], true]);
    expect(produced(answer(200, null))).toEqual([[], true]);
    expect(produced({ answer: null })).toEqual([[], false]);
    const upload = { target: "/v23.0/1/media", answer: { status: 200, body: Buffer.from('{"id":"17"}') } };
    expect(produced(upload)).toEqual([["17"], true]);
  });

  it("whose body was not kept or cannot be read counts by its size and hash", () => {
    const digest = { size: 3, sha256: "ab", type: "application/json" };
    expect(effect({ digest })).toMatchObject({ operation: "send", payload: { body: digest } });
    expect(effect({ body: "{" }).payload).toMatchObject({ body: { size: 1, type: "application/json" } });
    const deep = JSON.stringify({ to: "1", text: { body: 1 } }).replace(
      "1}",
      `${"[".repeat(5000)}${"]".repeat(5000)}}`,
    );
    expect(effect({ body: deep }).payload).toMatchObject({ body: { size: deep.length } });
  });
});
