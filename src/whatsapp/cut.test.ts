import { describe, expect, it } from "vitest";
import { createReading } from "../identify/index.ts";
import { cut } from "./cut.ts";

const head = { method: "POST", target: "/", rawHeaders: [] };

function cutText(text: string | Uint8Array, ...kept: readonly number[]): string | null {
  const bytes = cut(createReading(head, Buffer.from(text)), new Set(kept));
  return bytes === null ? null : Buffer.from(bytes).toString("utf8");
}

/** The changes of a delivery of one entry, cut down to some items. */
function changes(list: readonly unknown[], ...kept: readonly number[]): unknown {
  const document: unknown = JSON.parse(
    cutText(JSON.stringify({ entry: [{ id: "1", changes: list }] }), ...kept) ?? "0",
  );
  return document === 0 ? null : document;
}

const left = (...list: readonly object[]) => ({ entry: [{ id: "1", changes: list }] });
const inValue = (value: object) => ({ field: "messages", value: { metadata: {}, ...value } });

const a = { from: "n1", id: "a" };
const b = { from: "n2", id: "b" };
const read = { recipient_id: "n3", id: "c", status: "read" };

describe("a delivery cut down to some of its items", () => {
  it("is without the others, in every list", () => {
    const change = inValue({ messages: [a, b], statuses: [read, { ...read, status: "sent" }] });
    expect(changes([change], 1, 2)).toEqual(left(inValue({ messages: [b], statuses: [read] })));
  });

  it("is without lists, changes and entries in which nothing is left, so that handlers find something first", () => {
    const both = inValue({ messages: [a, b], statuses: [read] });
    expect(changes([both], 2)).toEqual(left(inValue({ statuses: [read] })));
    expect(changes([both, inValue({ messages: [b] })], 3)).toEqual(left(inValue({ messages: [b] })));
    const entry = [both, inValue({ statuses: [read] })].map((change) => ({ changes: [change] }));
    expect(JSON.parse(cutText(JSON.stringify({ object: "x", entry }), 3) ?? "")).toEqual({
      object: "x",
      entry: [{ changes: [inValue({ statuses: [read] })] }],
    });
  });

  it("keeps changes that are items themselves, or loses them whole", () => {
    const list = [
      { field: "flows", value: { event: "x" } },
      inValue({ messages: [a] }),
      { field: "security" },
      7,
      null,
    ];
    expect(changes(list.slice(0, 3), 0, 2)).toEqual(
      left({ field: "flows", value: { event: "x" } }, { field: "security" }),
    );
    expect(cutText(JSON.stringify({ entry: [{ changes: list }] }), 1, 3)).toBe(
      `{"entry":[{"changes":[${JSON.stringify(list[1])},7]}]}`,
    );
  });

  it("keeps lists that were empty before, and entries that never held an item", () => {
    const change = inValue({ messages: [], statuses: [read, read] });
    expect(changes([change], 0)).toEqual(left(inValue({ messages: [], statuses: [read] })));
    expect(cutText('{"entry":[{"id":"1"},7,{"changes":[1,2]}]}', 1)).toBe('{"entry":[{"id":"1"},7,{"changes":[2]}]}');
  });

  it("loses threads of past messages, and chunks without any left", () => {
    const chunk = (...threads: readonly string[]) => ({ metadata: {}, threads: threads.map((id) => ({ id })) });
    const history = [chunk("n1", "n2"), { metadata: {} }, chunk("n3"), chunk("n4", "n5")];
    const of = (...list: readonly object[]) => left({ field: "history", value: { history: list } });
    const list = [{ field: "history", value: { history } }, inValue({ messages: [a] })];
    expect(changes(list, 1, 5)).toEqual(of(chunk("n2"), chunk("n5")));
    expect(changes(list, 2)).toEqual(of({ metadata: {} }));
    expect(changes(list, 3, 4, 5)).toEqual(of(chunk("n3"), chunk("n4", "n5")));
    expect(changes(list, 6)).toEqual(left(inValue({ messages: [a] })));
  });

  it("is the bytes as they came where all are kept, and nothing where none is", () => {
    const reading = createReading(head, Buffer.from(JSON.stringify(left(inValue({ messages: [a, b] })))));
    expect(cut(reading, new Set([0, 1]))).toBe(reading.body);
    expect(cut(reading, new Set())).toBeNull();
    expect(cut(reading, new Set([7]))).toBeNull();
  });

  it("may be what cannot be read, whole", () => {
    const reading = createReading(head, Buffer.from("{"));
    expect(cut(reading, new Set([0]))).toBe(reading.body);
    expect(cut(reading, new Set([1]))).toBeNull();
  });
});

describe("what stays", () => {
  it("is spelled as it was", () => {
    const kept = String.raw`{ "id" : "b","from":"n2","n":9007199254740993,"t":"Ol\u00e1 \ud83d\udc4d a\/b x\u0040y.z é","1":1.0 }`;
    const around = (messages: string) =>
      `{"object":"x","\\u0065ntry":[\n {"changes": [{"value":{"messages":[${messages}],"z":1E5}} ]} ]}\n`;
    expect(cutText(around(`{"from":"n1"}, ${kept} ,{"from":"n3"}`), 1)).toBe(around(kept));
  });
});

describe("contacts", () => {
  const c1 = { wa_id: "n1", profile: { name: "A" } };
  const c2 = { wa_id: "n2", user_id: "u2" };
  const c3 = { user_id: "u3", parent_user_id: "p3" };

  it.each<[string, readonly object[], readonly object[], readonly number[], readonly object[] | undefined]>([
    ["of whom something stays stay", [c1, c2], [a, b, a], [0, 2], [c1]],
    ["of whom nothing stays go", [c1, c2], [a, b, a], [1], [c2]],
    ["go all, with their name, when they are of nobody left", [c1], [a, b], [1], undefined],
    ["are found by user id", [c1, c2], [a, { from_user_id: "u2" }], [1], [c2]],
    ["are found by parent user id", [c1, c3], [a, { from_user_id: "u9", from_parent_user_id: "p3" }], [1], [c3]],
    ["of which there is one are of items that name nobody", [c1], [{ id: "x" }, { id: "y" }], [1], [c1]],
    ["that cannot be tied to anybody go", [{}, 7, c1, { wa_id: "n9" }] as readonly object[], [a, b], [0], [c1]],
    ["may come twice", [c1, c2, c1], [a, b], [0], [c1, c1]],
  ])("%s", (_, contacts, messages, kept, expected) => {
    const result = changes([inValue({ contacts, messages })], ...kept);
    const contactsLeft = expected === undefined ? {} : { contacts: expected };
    const messagesLeft = messages.filter((_, i) => kept.includes(i));
    expect(result).toEqual(left(inValue({ ...contactsLeft, messages: messagesLeft })));
  });

  it("of a status are found by its recipient", () => {
    const statuses = [
      { recipient_id: "g", recipient_participant_id: "n1" },
      { recipient_id: "g", recipient_participant_user_id: "u2" },
      { recipient_user_id: "u4", recipient_parent_user_id: "p3" },
    ];
    const contacts = [c1, c2, c3];
    for (const [i, contact] of contacts.entries()) {
      expect(changes([inValue({ contacts, statuses })], i)).toEqual(
        left(inValue({ contacts: [contact], statuses: [statuses[i]] })),
      );
    }
  });

  it("stay all, also those of nobody, in changes that lose nothing", () => {
    const whole = inValue({ contacts: [c1, {}, { wa_id: "n9" }], messages: [a] });
    expect(changes([whole, inValue({ messages: [b] })], 0)).toEqual(left(whole));
  });

  it("leave a doubt where an item that names nobody would become the only one's who is left", () => {
    const messages = [{ id: "x" }, a, b];
    expect(changes([inValue({ contacts: [c1, c2], messages })], 0, 1)).toBeNull();
    expect(changes([inValue({ contacts: [c1, c2], messages })], 0)).toEqual(left(inValue({ messages: [{ id: "x" }] })));
    expect(changes([inValue({ contacts: [c1, c2], messages })], 1, 2)).toEqual(
      left(inValue({ contacts: [c1, c2], messages: [a, b] })),
    );
  });

  it("that are no list, or an empty one, go or stay as they are", () => {
    const of = (contacts: unknown) => changes([inValue({ contacts, messages: [a, b] })], 0);
    expect(of({ n2: c2 })).toEqual(left(inValue({ messages: [a] })));
    expect(of([])).toEqual(left(inValue({ contacts: [], messages: [a] })));
  });
});

describe("errors", () => {
  const errors = [{ code: 131_000 }];

  it("stay beside messages or calls as long as one of those stays", () => {
    const change = inValue({ messages: [a, b], calls: [a], statuses: [read], errors });
    expect(changes([change], 1, 2)).toEqual(left(inValue({ messages: [b], statuses: [read], errors })));
    expect(changes([change], 3)).toEqual(left(inValue({ calls: [a], errors })));
    expect(changes([change], 2)).toEqual(left(inValue({ statuses: [read] })));
  });

  it("stay beside statuses alone", () => {
    expect(changes([inValue({ statuses: [read, read], errors })], 0)).toEqual(
      left(inValue({ statuses: [read], errors })),
    );
  });
});

describe("bytes that leave a doubt", () => {
  const message = JSON.stringify(a);
  const two = `"messages":[${message},${message}]`;

  it.each([
    ["entries twice", `{"entry":[],"entry":[{"changes":[{"value":{${two}}}]}]}`],
    ["entries twice, spelled in two ways", `{"\\u0065ntry":[],"entry":[{"changes":[{"value":{${two}}}]}]}`],
    ["changes twice", `{"entry":[{"changes":[],"changes":[{"value":{${two}}}]}]}`],
    ["a value twice", `{"entry":[{"changes":[{"value":{},"value":{${two}}}]}]}`],
    ["a list twice", `{"entry":[{"changes":[{"value":{${two},${two}}}]}]}`],
    ["contacts twice", `{"entry":[{"changes":[{"value":{"contacts":[],${two},"contacts":[]}}]}]}`],
    [
      "a list twice in a change that stays whole",
      `{"entry":[{"changes":[{"value":{"messages":[${message}],"messages":[${message}]}},{"field":"flows"}]}]}`,
    ],
    ["a value twice in a change that stays whole", '{"entry":[{"changes":[{"value":{},"value":null},{"field":"x"}]}]}'],
    ["bytes that are no UTF-8", Buffer.from(`{"entry":[{"changes":[{"value":{"x":"\xff",${two}}}]}]}`, "latin1")],
  ])("such as %s are not cut", (_, body) => {
    expect(cutText(body, 0)).toBeNull();
    expect(cutText(body, 0, 1)).toBe(Buffer.from(body).toString("utf8"));
  });

  it("do not lie in items, nor in what goes", () => {
    const twice = '{"id":"1","id":"2"}';
    expect(cutText(`{"entry":[{"changes":[{"value":{"messages":[${twice},${message}]}}]}]}`, 0)).toBe(
      `{"entry":[{"changes":[{"value":{"messages":[${twice}]}}]}]}`,
    );
    const changes = `{"value":{},"value":{"messages":[${message}]}},{"value":{}}`;
    expect(cutText(`{"entry":[{"changes":[${changes}]}]}`, 1)).toBe('{"entry":[{"changes":[{"value":{}}]}]}');
  });
});

describe("a body as large or as deep as bodies get", () => {
  it("is cut", () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const around = (messages: string) => `{"x":${deep},"entry":[{"changes":[{"value":{"messages":[${messages}]}}]}]}`;
    const messages = [`{"from":"n1","x":${deep}}`, '{"from":"n2"}', `{"from":"n1","y":${deep}}`];
    expect(cutText(around(messages.join()), 1)).toBe(around('{"from":"n2"}'));
    expect(cutText(around(messages.join()), 0, 2)).toBe(around(`${messages[0]},${messages[2]}`));
  });

  it("is cut where every item of 3 MB is another person's", () => {
    const list = Array.from({ length: 30_000 }, (_, i) => i);
    const contacts = list.map((i) => ({ wa_id: `n${i}` }));
    const statuses = list.map((i) => ({ ...read, id: `wamid.${"A".repeat(20)}${i}`, recipient_id: `n${i}` }));
    const odd = list.filter((i) => i % 2 === 1);
    const result = JSON.stringify(changes([inValue({ contacts, statuses })], ...odd));
    expect(
      result ===
        JSON.stringify(left(inValue({ contacts: odd.map((i) => contacts[i]), statuses: odd.map((i) => statuses[i]) }))),
    ).toBe(true);
  });
});
