import { describe, expect, it } from "vitest";
import { createReading, type FoundItem } from "../identify/index.ts";
import { itemsOf } from "./items.ts";
import { shown } from "./sample.ts";

type Shown = ReturnType<typeof shown>;

function items(...changes: readonly unknown[]): readonly Shown[] {
  return read(JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", changes }] }));
}

function read(body: string | Uint8Array): readonly Shown[] {
  return readWhole(body).map(shown);
}

function readWhole(body: string | Uint8Array): readonly FoundItem[] {
  return itemsOf(createReading({ method: "POST", target: "/", rawHeaders: [] }, Buffer.from(body)));
}

function messages(value: object): readonly Shown[] {
  return items({ field: "messages", value });
}

describe("a message", () => {
  it("is its sender's, by number first", () => {
    const message = { from: "n1", from_user_id: "u1", id: "wamid.1", type: "text" };
    expect(messages({ messages: [message] })).toEqual([{ id: "wamid.1", kind: "message.text", who: ["n1", "u1"] }]);
  });

  it.each<[string, readonly string[], object, readonly object[]]>([
    ["by user id when the number is absent", ["u1"], { from_user_id: "u1" }, [{ user_id: "u1" }]],
    ["by parent user id when nothing else is there", ["p1"], { from_parent_user_id: "p1" }, []],
    [
      "by user id before parent user id, and by both: some packages answer the one, some the other",
      ["u1", "p1"],
      { from_user_id: "u1", from_parent_user_id: "p1" },
      [],
    ],
    [
      "with all ids of the contact that shares one",
      ["n1", "u1", "p1"],
      { from_parent_user_id: "p1" },
      [{ wa_id: "n1", user_id: "u1", parent_user_id: "p1" }, { wa_id: "n2" }],
    ],
    [
      "not with the ids of a contact of the same parent id and another user id",
      ["u1", "p1"],
      { from_user_id: "u1", from_parent_user_id: "p1" },
      [{ wa_id: "n2", user_id: "u2", parent_user_id: "p1" }],
    ],
    [
      "with the number of the contact of that user id",
      ["n1", "u1"],
      { from_user_id: "u1" },
      [{ wa_id: "n1", user_id: "u1" }],
    ],
    [
      "with the user id of the contact of that number",
      ["n2", "u2"],
      { from: "n2" },
      [
        { wa_id: "n1", user_id: "u1" },
        { wa_id: "n2", user_id: "u2" },
      ],
    ],
    ["not with another contact's ids", ["n2"], { from: "n2" }, [{ wa_id: "n1", user_id: "u1" }]],
    [
      "not with several other contacts' ids",
      ["n3"],
      { from: "n3" },
      [
        { wa_id: "n1", user_id: "u1" },
        { wa_id: "n2", user_id: "u2" },
      ],
    ],
    ["the only contact's when it names nobody", ["n1", "u1"], {}, [{ wa_id: "n1", user_id: "u1" }]],
    ["nobody's when it names nobody of several contacts", [], {}, [{ wa_id: "n1" }, { wa_id: "n2" }]],
    ["nobody's without any id", [], {}, []],
    ["nobody's when its ids are not ids", [], { from: "", from_user_id: "u".repeat(257) }, []],
  ])("is %s", (_, who, message, contacts) => {
    expect(messages({ contacts, messages: [message] })[0]?.who).toEqual(who);
  });

  it.each([
    ["message.reaction", "reaction"],
    ["message.other", "hologram"],
    ["message.other", "toString"],
    ["message.other", undefined],
    ["message.other", ["text"]],
  ])("is of kind %s for type %j", (kind, type) => {
    expect(messages({ messages: [{ type }] })[0]?.kind).toBe(kind);
  });

  it("stays one item with the errors beside it", () => {
    expect(messages({ messages: [{ type: "unsupported" }], errors: [{ code: 1 }] })).toHaveLength(1);
  });
});

describe("a status", () => {
  it("is its recipient's and told apart by what it says", () => {
    const status = (word: string) => ({ id: "wamid.1", status: word, recipient_id: "n1" });
    expect(messages({ statuses: [status("sent"), status("read"), status("melted")] })).toEqual([
      { id: "wamid.1:sent", kind: "status.sent", who: ["n1"] },
      { id: "wamid.1:read", kind: "status.read", who: ["n1"] },
      { id: "wamid.1:melted", kind: "status.other", who: ["n1"] },
    ]);
  });

  it.each<[string, readonly string[], object]>([
    ["a user id, the parent one behind it", ["u1", "p1"], { recipient_user_id: "u1", recipient_parent_user_id: "p1" }],
    ["a parent user id", ["p1"], { recipient_parent_user_id: "p1" }],
    ["a parent user id, as some write it", ["p1"], { parent_recipient_user_id: "p1" }],
    [
      "a group's participant",
      ["n1", "u1"],
      { recipient_id: "g", recipient_participant_id: "n1", recipient_participant_user_id: "u1" },
    ],
    [
      "a group's participant by user id, never with the group's",
      ["u1", "p1"],
      { recipient_id: "g", recipient_participant_user_id: "u1", recipient_participant_parent_user_id: "p1" },
    ],
    ["a group", ["g"], { recipient_id: "g", recipient_type: "group" }],
  ])("is that of %s", (_, who, status) => {
    expect(messages({ statuses: [status] })[0]?.who).toEqual(who);
  });

  it("of a group is told apart by its person too: all of them have the message's id", () => {
    const status = (person: object) => ({ id: "w", status: "read", recipient_id: "g", ...person });
    const persons = [{ recipient_participant_id: "n1" }, { recipient_participant_user_id: "u2" }, {}];
    expect(messages({ statuses: persons.map(status) }).map(({ id }) => id)).toEqual([
      "w:read:n1",
      "w:read:u2",
      "w:read",
    ]);
  });

  it("without id or without state has none that would be another's", () => {
    expect(
      messages({ statuses: [{ id: "w" }, { status: "read" }, { id: "w", status: {} }] }).map(({ id }) => id),
    ).toEqual([null, null, null]);
  });

  it("of a call is of the call's kinds", () => {
    const kinds = items({ field: "calls", value: { statuses: [{ status: "RINGING" }, { status: "MELTED" }, {}] } });
    expect(kinds.map(({ kind }) => kind)).toEqual(["call.ringing", "call.other", "call.other"]);
  });
});

describe("an echo or a call", () => {
  const metadata = { display_phone_number: "+1 (555) 000" };
  const who = (value: object) => items({ field: "x", value })[0]?.who;

  it.each([
    ["from the business", { from: "1555000", to: "n1" }],
    ["to the business", { from: "n1", to: "1555000" }],
  ])("%s is the other party's", (_, ends) => {
    expect([who({ metadata, message_echoes: [ends] }), who({ metadata, calls: [ends] })]).toEqual([["n1"], ["n1"]]);
  });

  it("of numbers that are not the business's is by its direction", () => {
    const ends = { from: "a", to: "b" };
    expect(who({ message_echoes: [ends] })).toEqual(["b"]);
    expect(who({ calls: [{ ...ends, direction: "BUSINESS_INITIATED" }] })).toEqual(["b"]);
    expect(who({ calls: [{ ...ends, direction: "USER_INITIATED" }] })).toEqual(["a"]);
  });

  it("may name its party by user id", () => {
    expect(who({ metadata, message_echoes: [{ from: "1555000", to_user_id: "u1" }] })).toEqual(["u1"]);
    expect(who({ metadata, message_echoes: [{ to: "n1", to_user_id: "u1" }] })).toEqual(["n1", "u1"]);
    expect(who({ metadata, calls: [{ from_parent_user_id: "p1" }] })).toEqual(["p1"]);
  });

  it("has its id, a call with the event", () => {
    expect(
      items({ field: "x", value: { message_echoes: [{ id: "e" }], calls: [{ id: "c", event: "connect" }] } }),
    ).toEqual([
      { id: "e", kind: "echo", who: [] },
      { id: "c:connect", kind: "call.connect", who: [] },
    ]);
  });
});

describe("a change without messages", () => {
  it.each([
    ["account_update", "account_update", {}],
    ["other", "brand_new_field", {}],
    ["other", "messages", { messages: [] }],
    ["other", undefined, {}],
    ["error", "messages", { errors: [{ code: 130429 }] }],
  ])("is an item of kind %s for field %j", (kind, field, value) => {
    expect(items({ field, value })).toEqual([{ id: null, kind, who: [] }]);
  });

  it("is the only contact's", () => {
    expect(items({ field: "automatic_events", value: { contacts: [{ wa_id: "n1" }] } })[0]?.who).toEqual(["n1"]);
  });

  it.each<[string, object, readonly (readonly string[])[]]>([
    ["user_preferences", { user_preferences: [{ wa_id: "n1" }, { user_id: "u2" }] }, [["n1"], ["u2"]]],
    [
      "user_id_update",
      { user_id_update: [{ wa_id: "n1", user_id: { previous: "u1", current: "u2" } }] },
      [["n1", "u1", "u2"]],
    ],
    ["smb_app_state_sync", { state_sync: [{ contact: { phone_number: "n1" } }] }, [["n1"]]],
    [
      "history",
      { history: [{ threads: [{ id: "n1" }, { id: "n2", context: { user_id: "u2" } }] }] },
      [["n1"], ["n2", "u2"]],
    ],
    ["history", { history: [{ metadata: {} }] }, [[]]],
  ])("of field %s is an item for each of those it is about", (field, value, whos) => {
    expect(items({ field, value })).toEqual(whos.map((who) => ({ id: null, kind: field, who })));
  });
});

describe("an item without an id", () => {
  const idOf = (entry: object): string | null | undefined => readWhole(JSON.stringify({ entry: [entry] }))[0]?.id;
  const change = { field: "account_update", value: { event: "DISABLED_UPDATE", n: 1 } };
  const entry = { id: "waba", time: 1_743_451_903, changes: [change] };

  it("has one made of its content, the same whenever it is delivered", () => {
    expect(idOf(entry)).toMatch(/^#[0-9a-f]{32}$/);
    expect(idOf({ brand_new: true, ...entry })).toBe(idOf(entry));
  });

  it.each([
    ["another account's", { ...entry, id: "other" }],
    ["another time's", { ...entry, time: 1_743_451_904 }],
    ["another field's", { ...entry, changes: [{ ...change, field: "account_alerts" }] }],
    ["another in what it says", { ...entry, changes: [{ ...change, value: { ...change.value, n: 2 } }] }],
  ])("has another than %s", (_, other) => {
    expect(idOf(other)).toMatch(/^#/);
    expect(idOf(other)).not.toBe(idOf(entry));
  });

  it.each([
    ["of a message", "messages", { messages: [{ type: "text", timestamp: "1" }] }],
    ["of a preference", "user_preferences", { user_preferences: [{ wa_id: "n1", timestamp: 1 }] }],
    ["of a group's change", "group_settings_update", { groups: [{ group_id: "g", timestamp: "1" }] }],
    ["of a thread of the past", "history", { history: [{ threads: [{ id: "n1", messages: [{ timestamp: 1 }] }] }] }],
    ["of a contact", "smb_app_state_sync", { state_sync: [{ contact: {}, metadata: { timestamp: "1" } }] }],
  ])("has it by the time %s itself", (_, field, value) => {
    expect(idOf({ id: "waba", changes: [{ field, value }] })).toMatch(/^#/);
  });

  it("and without any time has none: two that are alike may be two", () => {
    const errors = { field: "messages", value: { errors: [{ code: 130_429, title: 'not a "time":' }] } };
    expect(idOf({ id: "waba", changes: [errors] })).toBeNull();
  });

  it("has none when it is nested too deeply to be written out, and the others are found all the same", () => {
    const deep = `${'{"1":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const body = `{"entry":[{"time":1,"changes":[{"value":{"messages":[{"x":${deep}},{"id":"a","type":"text"}]}}]}]}`;
    expect(read(body).map(({ id }) => id)).toEqual([null, "a"]);
  });
});

describe("the business's phone", () => {
  it("is the one a change names, for all of its items", () => {
    const value = (phone_number_id: unknown) => ({
      metadata: { phone_number_id },
      messages: [{ id: "m" }],
      statuses: [{ id: "s", status: "read" }],
    });
    const changes = [value("1044"), value(1045), value({})].map((each) => ({ field: "messages", value: each }));
    const found = readWhole(JSON.stringify({ entry: [{ changes: [...changes, { field: "flows", value: {} }] }] }));
    expect(found.map(({ phone }) => phone ?? "none").join(" ")).toBe("1044 1044 1045 1045 none none none");
  });
});

describe("a batch", () => {
  it("yields every item of every entry, change and list", () => {
    const change = (id: string) => ({
      field: "messages",
      value: { messages: [{ id, type: "text" }], statuses: [{ id, status: "read" }] },
    });
    const entry = [{ changes: [change("a"), { field: "flows", value: {} }] }, { changes: [change("b")] }];
    expect(read(JSON.stringify({ entry })).map(({ id, kind }) => `${kind} ${id}`)).toEqual([
      "message.text a",
      "status.read a:read",
      "flows null",
      "message.text b",
      "status.read b:read",
    ]);
  });
});

describe("bytes that are no delivery", () => {
  it.each([
    ["nothing", ""],
    ["half of one", '{"entry":[{"changes":[{"value":{"messages":[{"from":"n1"'],
    ["a byte order mark", '\ufeff{"entry":[]}'],
    ["another value", "[1,2]"],
    ["entries that are no list", '{"entry":{"changes":[{}]}}'],
    ["changes that are no list", '{"entry":[{"changes":"x"},null,7,[]]}'],
    ["invalid UTF-8 outside a string", Buffer.from([0x7b, 0xff, 0x7d])],
    ["a million brackets", "[".repeat(1_000_000)],
  ])("such as %s yield nothing", (_, body) => {
    expect(read(body)).toEqual([]);
  });

  it("but hold a change yield it", () => {
    expect(
      read('{"entry":[{"changes":[null,{"value":null},{"value":{"messages":[null,[],7]}}]}]}').map(({ kind }) => kind),
    ).toEqual(["other", "other", "message.other", "message.other", "message.other"]);
  });

  it("and name a member twice count the last, as handlers do", () => {
    const twice = '{"entry":[{"changes":[{"value":{"messages":[{"from":"n1","from":"n2","id":"a","id":"b"}]}}]}]}';
    expect(read(twice)).toEqual([{ id: "b", kind: "message.other", who: ["n2"] }]);
  });

  it("and hold invalid UTF-8 in a string are read", () => {
    const body = Buffer.from(
      '{"entry":[{"changes":[{"value":{"messages":[{"from":"n1","text":{"body":"\xff"}}]}}]}]}',
      "latin1",
    );
    expect(read(body)[0]?.who).toEqual(["n1"]);
  });
});

describe("three megabytes of statuses", () => {
  it("are all found, whoever the contacts are", () => {
    const status = '{"id":"wamid.A","status":"read","recipient_user_id":"u1"}';
    const contact = '{"wa_id":"n1","user_id":"u1"}';
    const body = `{"entry":[{"changes":[{"value":{"contacts":[${joined(contact, 20_000)}],"statuses":[${joined(status, 45_000)}]}}]}]}`;
    expect(body.length).toBeGreaterThan(3_000_000);
    const found = read(body);
    expect(found).toHaveLength(45_000);
    expect(found.at(-1)).toEqual({ id: "wamid.A:read", kind: "status.read", who: ["n1", "u1"] });
  });

  function joined(element: string, count: number): string {
    return Array.from({ length: count }, () => element).join(",");
  }
});
