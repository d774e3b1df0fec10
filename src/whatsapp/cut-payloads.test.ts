/** Cuts batches of webhook bodies of public repositories, whole and broken; skipped where they are absent. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloadsPresent, readPayloads } from "../../test/support/handlers/payloads.ts";
import { encodeWire } from "../demo/wire.ts";
import { createReading, type FoundItem } from "../identify/index.ts";
import { cut } from "./cut.ts";
import { changesOf, entriesOf } from "./envelope.ts";
import { itemsOf } from "./items.ts";
import { list, members } from "./json.ts";
import { broken } from "./sample.ts";

const payloads = readPayloads();

describe.skipIf(!payloadsPresent)("a batch of bodies of public repositories", () => {
  it("is cut in two parts that hold each item once, as it was and with its contact, and nothing of the others", () => {
    let parts = 0;
    fc.assert(
      fc.property(batches, fc.func(fc.boolean()), (body, keeps) => {
        const found = read(body);
        const sides = Map.groupBy(found.keys(), (i) => keeps(i));
        for (const kept of sides.values()) {
          const part = cut(reading(body), new Set(kept));
          // Of these bodies, only items that name nobody leave a doubt, beside contacts of several persons.
          if (part === null) expect(kept.some((i) => found[i]?.who.length === 0)).toBe(true);
          else expectPart(body, part, new Set(kept));
          if (part !== null && sides.size === 2) parts += 1;
        }
      }),
      { numRuns: 800 },
    );
    expect(parts).toBeGreaterThan(500);
  });

  it("is cut between any two", () => {
    for (const { document } of payloads) {
      const body = encodeWire({
        entry: payloads.slice(0, 2).flatMap((other) => [...entriesOf(other.document), ...entriesOf(document)]),
      });
      const found = read(body);
      for (const i of found.keys()) {
        const part = cut(reading(body), new Set([i]));
        expect(part === null ? null : read(part)).toEqual([found[i]]);
      }
    }
  });

  it("is cut rightly or not at all, whatever is wrong and wherever", () => {
    const sound = entriesOf(payloads.find(({ name }) => name === "david-lev__pywa/message.text")?.document);
    let tried = 0;
    let cuts = 0;
    for (const { document } of payloads) {
      for (const value of broken(document)) {
        tried += 1;
        if (tried % 19 !== 0) continue;
        cuts += tryCut(Buffer.from(JSON.stringify({ ...members(value), entry: [...entriesOf(value), ...sound] })));
      }
    }
    expect(tried).toBeGreaterThan(50_000);
    expect(cuts).toBeGreaterThan(1800);
  });

  it("is cut rightly or not at all where it is cut off, and where bytes of it are others", () => {
    const whole = encodeWire({ entry: payloads.flatMap(({ document }) => entriesOf(document)) });
    for (let length = 0; length < whole.length; length += 997) expect(tryCut(whole.subarray(0, length))).toBe(0);
    let cuts = 0;
    fc.assert(
      fc.property(batches, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), (body, changes) => {
        const changed = Buffer.from(body);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        cuts += tryCut(changed);
      }),
      { numRuns: 1200 },
    );
    expect(cuts).toBeGreaterThan(200);
  });
});

/** 1 where every second item could be kept, and is what came out; 0 where the body was not cut. */
function tryCut(body: Buffer): number {
  const found = read(body);
  const kept = new Set([...found.keys()].filter((i) => i % 2 === 1));
  const part = cut(reading(body), kept);
  if (part === null) return 0;
  expect(read(part)).toEqual(found.filter((_, i) => kept.has(i)));
  return 1;
}

function expectPart(body: Buffer, part: Uint8Array, kept: ReadonlySet<number>): void {
  const found = read(body);
  const [staying, gone] = [found.filter((_, i) => kept.has(i)), found.filter((_, i) => !kept.has(i))];
  expect(read(part)).toEqual(staying);
  expectRuns(body, part);
  const ids = new Set(staying.flatMap(({ who }) => who));
  const text = Buffer.from(part).toString("latin1");
  for (const id of gone.flatMap(({ who }) => who)) if (!ids.has(id)) expect(text).not.toContain(JSON.stringify(id));
  expect(contactsOf(part, ids)).toEqual(contactsOf(body, ids));
}

/** Each string, number and mark of a part comes from the delivery, spelled alike and in the same order. */
function expectRuns(body: Uint8Array, part: Uint8Array): void {
  const whole = tokens(body);
  let at = -1;
  for (const token of tokens(part)) {
    at = whole.indexOf(token, at + 1);
    if (at < 0) break;
  }
  expect(at).toBeGreaterThanOrEqual(0);
}

function tokens(bytes: Uint8Array): readonly string[] {
  return (
    Buffer.from(bytes)
      .toString("latin1")
      .match(/"(?:[^"\\]|\\.)*"|[^\s"[\]{}:,]+|[[\]{}:,]/g) ?? []
  );
}

/** Contacts of these persons. */
function contactsOf(bytes: Uint8Array, ids: ReadonlySet<string>): readonly unknown[] {
  const changes = entriesOf(reading(bytes).json()).flatMap(changesOf);
  return changes
    .flatMap((change) => list(members(members(change).value).contacts))
    .filter((contact) => ["wa_id", "user_id"].some((name) => ids.has(String(members(contact)[name]))));
}

function reading(body: Uint8Array) {
  return createReading({ method: "POST", target: "/", rawHeaders: [] }, body);
}

function read(body: Uint8Array): readonly FoundItem[] {
  return itemsOf(reading(body));
}

/** Bodies of different persons, one beside the other or with the lists of like changes made one. */
const batches = fc
  .record({
    picked: fc.array(fc.nat(Math.max(payloads.length - 1, 0)), { minLength: 1, maxLength: 12 }),
    shape: fc.constantFrom("entries", "changes", "values"),
    spell: fc.constantFrom(encodeWire, plain, indented),
  })
  .map(({ picked, shape, spell }) => {
    const entries = picked.flatMap((at, i) => entriesOf(ofPerson(payloads[at]?.document, i)));
    if (shape === "entries") return spell({ object: "x", entry: entries });
    const changes = entries.flatMap(changesOf);
    return spell({ entry: [{ id: "1", changes: shape === "changes" ? changes : merged(changes) }] });
  });

function plain(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function indented(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, null, 2));
}

/** The same body of another person, whom all ids in it name. */
function ofPerson(document: unknown, person: number): unknown {
  return JSON.parse(JSON.stringify(document), (name, value: unknown) =>
    personIds.test(name) && typeof value === "string" ? `${value}${person + 10}` : value,
  );
}

const personIds = /^(from|to|display_phone_number)$|wa_id$|user_id$|recipient_.*id$/;

function merged(changes: readonly unknown[]): readonly unknown[] {
  return [...Map.groupBy(changes, (change) => members(change).field)].map(([field, like]) => {
    const value: Record<string, unknown> = {};
    for (const change of like) {
      for (const [name, member] of Object.entries(members(members(change).value))) {
        value[name] = Array.isArray(member) ? [...list(value[name]), ...list(member)] : (value[name] ?? member);
      }
    }
    return { field, value };
  });
}
