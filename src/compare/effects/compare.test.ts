import { describe, expect, it } from "vitest";
import type { Effect, Json } from "../../model/index.ts";
import { sampleDeps, sampleHash } from "../sample.ts";
import { signatureOf } from "../signature.ts";
import { compareEffects } from "./compare.ts";
import { ignore, rule } from "../rules/sample.ts";
import { compare, complete, isHeld, marked, said, sampleEffect, text, typing } from "./sample.ts";

const other = { recipient: "447700900456" };

function template(name: string, some: Partial<Effect> = {}): Effect {
  return sampleEffect({ kind: "send.template", payload: { template: { name } }, ...some });
}

function write(target: string, body: Json): Effect {
  return sampleEffect({
    operation: "write",
    kind: "write.crm",
    recipient: null,
    phone: null,
    target,
    payload: { body },
  });
}

function upload(sha256: string, id: string): Effect {
  const payload = { file: { sha256, size: 3, type: "image/png" } };
  return sampleEffect({ operation: "media", kind: "media-upload", recipient: null, payload, produced: [id] });
}

function image(id: string, some: Partial<Effect> = {}): Effect {
  return sampleEffect({ kind: "send.image", payload: { image: { id: "id" } }, ids: [id], ...some });
}

function interactive(title: string, id: string): Effect {
  const payload = { interactive: { action: { buttons: [{ reply: { id, title } }] }, type: "button" } };
  return sampleEffect({ kind: "send.interactive", payload });
}

const event = (kind: string, payload: Json = {}): Effect =>
  sampleEffect({ operation: "event", kind, recipient: null, phone: null, payload });

type Row = readonly [what: string, legacy: readonly Effect[], candidate: readonly Effect[], said: readonly string[]];

const rows: readonly Row[] = [
  ["nothing at all", [], [], []],
  ["the same", [text("a"), marked("m")], [text("a"), marked("m")], []],
  ["another order of operations", [marked("m"), text("a")], [text("a"), marked("m")], []],
  ["a send that is missing", [text("a")], [], ["critical missing /effects/send.text/0"]],
  ["a send too many", [], [text("a")], ["critical extra /effects/send.text/0"]],
  ["a send twice", [text("a")], [text("a"), text("a")], ["critical duplicated /effects/send.text/0"]],
  [
    "a send twice and another missing",
    [text("a"), text("b")],
    [text("a"), text("a")],
    ["critical missing /effects/send.text/1", "critical duplicated /effects/send.text/0"],
  ],
  ["a send twice by legacy", [text("a"), text("a")], [text("a")], ["critical duplicated /effects/send.text/0"]],
  [
    "a send cut in two",
    [text("a long text")],
    [text("a long"), text(" text")],
    ["critical extra /effects/send.text/1", "critical changed /effects/send.text/0/text/body"],
  ],
  ["another text", [text("a")], [text("b")], ["critical changed /effects/send.text/0/text/body"]],
  ["another recipient", [text("a")], [text("a", other)], ["critical changed /effects/send.text/0/recipient"]],
  [
    "another recipient and text",
    [text("a")],
    [text("b", other)],
    ["critical missing /effects/send.text/0", "critical extra /effects/send.text/0"],
  ],
  ["nobody named", [text("a")], [text("a", { recipient: null })], ["critical changed /effects/send.text/0/recipient"]],
  ["another kind of message", [text("a")], [template("a")], ["critical changed /effects/send/0/type"]],
  ["another template", [template("a")], [template("b")], ["critical changed /effects/send.template/0/template/name"]],
  [
    "another number of the business",
    [text("a")],
    [text("a", { phone: "1" })],
    ["major changed /effects/send.text/0/phone_number_id"],
  ],
  [
    "a mark from another number of the business",
    [marked("m")],
    [marked("m", { phone: "1" })],
    ["minor changed /effects/mark-read/0/phone_number_id"],
  ],
  ["a number of the business left out", [text("a")], [text("a", { phone: null })], []],
  [
    "no quote",
    [text("a", { payload: { context: { message_id: "id" }, text: { body: "a" } } })],
    [text("a")],
    ["major removed /effects/send.text/0/context"],
  ],
  [
    "another title of a button",
    [interactive("a", "1")],
    [interactive("b", "1")],
    ["critical changed /effects/send.interactive/0/interactive/action/buttons/0/reply/title"],
  ],
  [
    "another handle of a button",
    [interactive("a", "1")],
    [interactive("a", "2")],
    ["major changed /effects/send.interactive/0/interactive/action/buttons/0/reply/id"],
  ],
  ["sends in another order", [text("a"), text("b")], [text("b"), text("a")], ["major reordered /effects/send"]],
  ["sends to two people in another order", [text("a"), text("b", other)], [text("b", other), text("a")], []],
  ["no mark", [marked("m")], [], ["minor missing /effects/mark-read/0"]],
  ["two marks", [marked("m")], [marked("m"), marked("m")], ["minor duplicated /effects/mark-read/0"]],
  [
    "a mark of another message",
    [marked("m")],
    [marked("n")],
    ["minor missing /effects/mark-read/0", "minor extra /effects/mark-read/0"],
  ],
  ["typing beside the mark", [marked("m")], [typing("m")], ["minor added /effects/mark-read/0/typing_indicator"]],
  ["typing after the mark", [marked("m")], [marked("m"), typing("m")], ["minor extra /effects/typing/0"]],
  ["another upload", [upload("a", "1")], [upload("b", "2")], ["major changed /effects/media-upload/0/file/sha256"]],
  ["a write that is missing", [write("POST /a", 1)], [], ["major missing /effects/write.crm/0"]],
  [
    "another write",
    [write("POST /a", { b: 1 })],
    [write("POST /a", { b: 2 })],
    ["major changed /effects/write.crm/0/body/b"],
  ],
  [
    "writes to two places",
    [write("POST /a", 1)],
    [write("PUT /a", 1)],
    ["major missing /effects/write.crm/0", "major extra /effects/write.crm/0"],
  ],
  [
    "writes in another order",
    [write("POST /a", 1), write("POST /b", 1)],
    [write("POST /b", 1), write("POST /a", 1)],
    [],
  ],
  ["a read", [sampleEffect({ operation: "read", kind: "list" })], [], []],
  [
    "another event",
    [event("event.a")],
    [event("event.b")],
    ["major missing /effects/event.a/0", "major extra /effects/event.b/0"],
  ],
  [
    "an event that says something else",
    [event("event.a", { b: [1] })],
    [event("event.a", { b: [2] })],
    ["major changed /effects/event.a/0/b/0"],
  ],
  ["a second attempt", [text("a", { succeeded: false }), text("a")], [text("a")], []],
  ["attempts without success", [text("a", { succeeded: false }), text("a", { succeeded: false })], [text("a")], []],
  ["each its own upload sent", [upload("a", "1"), image("1")], [upload("a", "2"), image("2")], []],
  ["a held file sent", [image("1")], [image("held1")], []],
  ["another file sent", [image("1")], [image("2")], ["major changed /effects/send.image/0/media/0"]],
  [
    "another message quoted",
    [text("a", { refersTo: "m" })],
    [text("a", { refersTo: "n" })],
    ["major changed /effects/send.text/0/message_id"],
  ],
  [
    "each its own message quoted",
    [text("a", { produced: ["m"] }), text("b", { refersTo: "m" })],
    [text("a", { produced: ["n"] }), text("b", { refersTo: "n" })],
    [],
  ],
  [
    "its own message quoted, and the shopper's",
    [text("a", { produced: ["m"] }), text("b", { refersTo: "m", produced: ["m2"] })],
    [text("a", { produced: ["held1"] }), text("b", { refersTo: "shoppers", produced: ["held2"] })],
    ["major changed /effects/send.text/1/message_id"],
  ],
  [
    "the shopper's message quoted, and its own",
    [text("a", { produced: ["m"] }), text("b", { refersTo: "shoppers", produced: ["m2"] })],
    [text("a", { produced: ["held1"] }), text("b", { refersTo: "held1", produced: ["held2"] })],
    ["major changed /effects/send.text/1/message_id"],
  ],
  [
    "its own message quoted, and one that may be, as not all ids are known",
    [text("a", { produced: ["m"] }), text("b", { refersTo: "m" })],
    [text("a"), text("b", { refersTo: "n" })],
    [],
  ],
  [
    "an earlier message quoted, held on one side",
    [text("a", { refersTo: "earlier", produced: ["m"] })],
    [text("a", { refersTo: "held9", produced: ["held1"] })],
    [],
  ],
  [
    "equal sends that quote two messages",
    [text("a", { refersTo: "m" }), text("a", { refersTo: "n" })],
    [text("a", { refersTo: "n" }), text("a", { refersTo: "m" })],
    ["major reordered /effects/send"],
  ],
];

describe("effects of two sides", () => {
  it.each(rows)("%s", (_, legacy, candidate, divergences) => {
    expect(said(legacy, candidate)).toEqual(divergences);
    expect(complete(legacy, candidate)).toBe(divergences.length === 0);
  });

  it("are complete where all that differs is noise, by class or by rule", () => {
    const event = (id: string) => [
      sampleEffect({ operation: "event", kind: "event", recipient: null, payload: { note: id } }),
    ];
    const [one, other] = ["1b4e28ba-2fa1-41d2-883f-0016d3cca427", "6fa459ea-ee8a-4ca4-894e-db77e160355e"];
    expect(compare(event(one), event(other))).toMatchObject([{ severity: "noise" }]);
    expect(complete(event(one), event(other))).toBe(true);
    expect(complete(event(one), event("a"))).toBe(false);
    const bodies = rule("/effects/send.text/*/text/body", { kind: "mask", patterns: ["[0-9]+"] });
    expect(complete([text("order 1")], [text("order 2")])).toBe(false);
    expect(complete([text("order 1")], [text("order 2")], [bodies])).toBe(true);
    expect(complete([text("order 1")], [text("another 2")], [bodies])).toBe(false);
    expect(complete([text("order 1")], [], [bodies])).toBe(false);
    expect(complete([text("order 1")], [], [rule("/effects/**", ignore)])).toBe(true);
  });

  it("are matched by what they have in common before their order", () => {
    const legacy = [text("Your order 17 is on its way"), text("Anything else?")];
    const candidate = [text("Anything else we can do?"), text("Your order 17 is coming")];
    const bodies = compare(legacy, candidate).filter(({ path }) => path.endsWith("/body"));
    expect(bodies.map(({ legacy: ours, candidate: theirs }) => [ours, theirs])).toMatchObject([
      [{ length: 27 }, { length: 23 }],
      [{ length: 14 }, { length: 24 }],
    ]);
  });
});

describe("a divergence of effects", () => {
  it("is signed without its place in a list", () => {
    const [first, second] = compare([text("a", other), text("b")], [text("c", other), text("d")]);
    expect(first?.path).not.toBe(second?.path);
    const general = "/effects/send.text/*/text/body";
    const parts = {
      route: "default",
      itemKind: "message.text",
      where: "effect",
      kind: "changed",
      change: "text",
    } as const;
    expect([first?.signature, second?.signature]).toEqual([
      signatureOf({ ...parts, general }),
      signatureOf({ ...parts, general }),
    ]);
    expect(first?.where).toBe("effect");
  });

  it("shows how often, and nothing else as it is", () => {
    expect(compare([text("a")], [text("a"), text("a"), text("a")])).toMatchObject([{ legacy: 1, candidate: 3 }]);
    expect(compare([text("a")], [])).toMatchObject([
      {
        legacy: { type: "object", length: 1, hash: sampleHash('{"text":{"body":"a"}}') },
        candidate: { type: "absent" },
      },
    ]);
    expect(compare([text("a")], [text("b")])).toMatchObject([{ legacy: { type: "string", hash: sampleHash("a") } }]);
    const recipients = compare([text("a")], [text("a", other)]);
    expect(recipients).toMatchObject([{ candidate: { hash: sampleHash("447700900456"), length: 12 } }]);
    expect(JSON.stringify(recipients)).not.toContain("4477009");
  });

  it("hides names that may be personal", () => {
    const legacy = event("event.447700900123", { "447700900123": 1 });
    const candidate = event("event.447700900123", { "447700900123": 2 });
    expect(JSON.stringify(compare([legacy], [candidate]))).not.toContain("447700900123");
  });
});

it("a side that runs wild is told within bounds", () => {
  const many = (prefix: string) => Array.from({ length: 5000 }, (_, i) => text(`${prefix}${i}`));
  expect(compare(many("a"), many("b"))).toHaveLength(1000);
  expect(compare([text("a")], many("b"))).toHaveLength(1000);
  const lists = { route: "default", itemKind: "message.text", legacy: many("a"), candidate: many("a").toReversed() };
  expect(compareEffects(lists, { ...sampleDeps, isHeld }).map(({ kind }) => kind)).toEqual(["reordered"]);
});
