/** Uses requests and answers of Meta's published description from beside the repository; that part is skipped where they are absent. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeclaredEffect, Effect, RecordedCall } from "../model/index.ts";
import { declaredEffect } from "./declared-effect.ts";
import { effectOf, type EffectOptions } from "./effect.ts";

const atMs = Date.UTC(2026, 0, 1, 12);

interface Some extends Partial<Omit<RecordedCall, "body">> {
  readonly body?: string | Buffer | null;
}

function effect({ body = null, ...some }: Some, options: EffectOptions = {}): Effect {
  const call: RecordedCall = {
    side: "legacy",
    upstream: "graph",
    method: "POST",
    target: "/v23.0/104452097716532/messages",
    contentType: "application/json",
    digest: null,
    answer: { status: 200, body: null },
    atMs,
    disposition: "released",
    traceId: null,
    exchange: null,
    ...some,
    body: typeof body === "string" ? Buffer.from(body) : body,
  };
  return effectOf(call, options);
}

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
    const produced = (call: Some) => {
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

describe("another call of the Graph API", () => {
  it.each([
    [
      "mark-read",
      "mark-read",
      { body: '{"status":"read","message_id":"wamid.1"}' },
      { refersTo: "wamid.1", payload: {} },
    ],
    [
      "typing",
      "typing",
      { body: '{"status":"read","message_id":"wamid.1","typing_indicator":{"type":"text"}}' },
      { refersTo: "wamid.1", payload: { typing_indicator: { type: "text" } }, recipient: null },
    ],
    ["media", "media-delete", { method: "DELETE", target: "/v23.0/17" }, { ids: ["17"], payload: {} }],
    ["read", "media-lookup", { method: "GET", target: "/v23.0/17" }, {}],
    ["read", "list", { method: "GET", target: "/v23.0/1/message_templates" }, {}],
    ["read", "other", { method: "GET", target: "/v23.0/1?fields=x" }, { target: "GET /1" }],
    [
      "write",
      "other",
      { target: "/v23.0/1/register?access_token=x&a=b", body: '{"pin":"1"}' },
      { target: "POST /1/register", payload: { body: { pin: "1" }, query: { a: ["b"] } }, phone: "1" },
    ],
    [
      "send",
      "call",
      { target: "/1/calls", body: '{"to":"+447700900123","action":"connect","session":{"sdp":"x"}}' },
      { recipient: "447700900123", payload: { action: "connect" } },
    ],
    [
      "media",
      "media-upload",
      { target: "/v23.0/1/media", digest: { size: 3, sha256: "ab", type: "image/png" } },
      { payload: { file: { size: 3, sha256: "ab", type: "image/png" } }, phone: "1" },
    ],
  ] as const)("is %s of kind %s", (operation, kind, call, rest) => {
    expect(effect(call)).toMatchObject({ operation, kind, ...rest });
  });
});

describe("a call of another API", () => {
  const crm = { upstream: "crm", target: "/contacts?b=2&a=1", method: "PUT" };

  it("is its method, path and body", () => {
    expect(effect({ ...crm, body: '{"z":1,"a":[true,null]}' })).toMatchObject({
      operation: "write",
      kind: "write.crm",
      target: "PUT /contacts",
      recipient: null,
      payload: { body: { a: [true, null], z: 1 }, query: { a: ["1"], b: ["2"] } },
    });
    expect(effect({ ...crm, method: "GET" })).toMatchObject({ operation: "read", kind: "read.crm" });
    expect(effect(crm, { class: "read" })).toMatchObject({ operation: "read", kind: "read.crm" });
    expect(effect({ ...crm, contentType: "application/x-www-form-urlencoded", body: "b=1&b=2" }).payload).toMatchObject(
      {
        body: { b: ["1", "2"] },
      },
    );
    expect(effect({ ...crm, contentType: "text/plain", body: "Olá" }).payload).toMatchObject({
      body: { size: 4, type: "text/plain" },
    });
  });

  it("keeps what is new in each copy", () => {
    const body = (ms: number, id: string, wamid: string) =>
      JSON.stringify({
        id,
        at: new Date(ms).toISOString(),
        seconds: Math.round(ms / 1000),
        ms: String(ms),
        wamid,
        due: "2026-03-01T09:00:00Z",
        count: 3,
      });
    const written = body(atMs, "0197c3a2-0000-7000-8000-000000000001", "wamid.1");
    expect(effect({ ...crm, body: written }).payload).toMatchObject({ body: JSON.parse(written) });
  });
});

describe("a declared effect", () => {
  const declared = { side: "candidate", atMs, traceId: null, exchange: "e", disposition: "held" } as const;

  it.each([
    ["event", "order.created", "event.order.created"],
    ["publish-failure", "order_created", "publish-failure.order_created"],
    ["assignment", "sales", "assignment.sales"],
    ["event", "447700900123", "event.other"],
    ["event", "a1b2c3d4e5", "event.other"],
    ["event", "Zoë Ibáñez", "event.other"],
    ["event", "", "event.other"],
  ] as const)("of kind %s named %j is %s", (kind, name, word) => {
    const made = declaredEffect({ ...declared, kind, name, payload: { b: 1, a: 2 } });
    expect(made).toMatchObject({
      operation: "event",
      kind: word,
      payload: { a: 2, b: 1 },
      exchange: "e",
      succeeded: true,
    });
    expect(made.target).toBe(word.endsWith(".other") ? name : null);
  });

  it("may have any payload", () => {
    const payloadOf = (payload: unknown) => declaredEffect({ ...declared, kind: "event", name: "a", payload }).payload;
    expect(payloadOf(undefined)).toBeNull();
    expect(payloadOf(JSON.parse("[".repeat(5000) + "]".repeat(5000)))).toBe("too deep");
    expect(payloadOf(JSON.parse('{"__proto__":1}'))).toEqual(JSON.parse('{"__proto__":1}'));
  });
});

it("no call and no declaration is beyond it", () => {
  const json = fc.oneof(fc.json(), fc.string());
  const fields = fc.record(
    {
      to: fc.jsonValue(),
      type: fc.constantFrom("text", "template", "image", "interactive", "reaction", "x"),
      text: fc.jsonValue(),
      template: fc.oneof(fc.jsonValue(), fc.record({ components: fc.jsonValue(), language: fc.jsonValue() })),
      image: fc.jsonValue(),
      interactive: fc.oneof(fc.jsonValue(), fc.record({ header: fc.jsonValue() })),
      reaction: fc.jsonValue(),
      context: fc.jsonValue(),
      status: fc.constantFrom("read", 1),
    },
    { requiredKeys: [] },
  );
  const call = fc.record({
    upstream: fc.constantFrom("graph", "crm"),
    method: fc.constantFrom("GET", "POST", "DELETE", "PATCH"),
    target: fc.oneof(fc.constantFrom("/v23.0/1/messages", "/1/media", "/1/calls", "/1"), fc.webPath(), fc.string()),
    contentType: fc.constantFrom(
      null,
      "application/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=a",
    ),
    body: fc.oneof(
      json,
      fields.map((value) => JSON.stringify(value)),
    ),
    answer: fc.option(fc.record({ status: fc.constantFrom(200, 500), body: json.map((text) => Buffer.from(text)) })),
  });
  fc.assert(
    fc.property(call, (some) => {
      const made = effect(some);
      expect(made.kind).toMatch(/^[a-z-]+(\.[a-z]+)?$/);
      expect(JSON.parse(JSON.stringify(made.payload))).toEqual(made.payload);
    }),
    { numRuns: 500 },
  );
  const kind = fc.constantFrom<DeclaredEffect["kind"]>("event", "assignment");
  fc.assert(
    fc.property(kind, fc.string(), fc.anything(), (declaredKind, name, payload) => {
      const declared = { side: "legacy", atMs, traceId: null, exchange: null, disposition: "held" } as const;
      expect(declaredEffect({ ...declared, kind: declaredKind, name, payload }).operation).toBe("event");
    }),
  );
});

const described = new URL("../../../shared/graph-api/facebook__openapi/", import.meta.url);
const present = existsSync(described);

describe.skipIf(!present)("the requests of Meta's description", () => {
  const requests = present ? readdirSync(new URL("requests", described)) : [];

  it.each(requests)("are read: %s", (file) => {
    const body = readFileSync(new URL(`requests/${file}`, described), "utf8");
    const answers = new URL(`responses/${file}`, described);
    const answer = existsSync(answers) ? { status: 200, body: readFileSync(answers) } : null;
    const made = effect({ body, answer });
    const fields = JSON.parse(body);
    const type = fields.type ?? (fields.interactive === undefined ? "text" : "interactive");
    if (file.includes("typing")) expect(made).toMatchObject({ operation: "typing", produced: [] });
    else {
      expect(made).toMatchObject({ operation: "send", kind: `send.${type}`, recipient: expect.any(String) });
      expect(Object.keys(made.payload ?? {})).toContain(type);
      expect(made.produced.length).toBe(answer === null ? 0 : 1);
    }
  });

  it("are there", () => {
    expect(requests.length).toBeGreaterThan(45);
  });
});
