/** Breaks webhook bodies of public repositories at every level, which is skipped where they are absent, and makes up others. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloadsPresent, readPayloads } from "../../test/support/handlers/payloads.ts";
import { createProfile } from "../identify/index.ts";
import { providers } from "./providers.ts";
import { identify, unread, unsound } from "./sample.ts";
import { anyCharacter } from "../../test/support/any-character.ts";

describe.skipIf(!payloadsPresent)("a body that is wrong somewhere", () => {
  const payloads = readPayloads();

  it("yields sound items, whatever is wrong and wherever", () => {
    const { failures, tried } = unsound(
      providers.meta,
      payloads.map(({ document }) => document),
    );
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(50_000);
  });

  it("is one item without shopper wherever it is cut off", () => {
    const profile = createProfile(providers.meta, { extractors: [{ kind: "profile" }], aliases: new Map() });
    for (const { document } of payloads) {
      const body = Buffer.from(JSON.stringify(document));
      for (let length = 0; length < body.length; length += 29) {
        expect(profile.identify({ method: "POST", target: "/", rawHeaders: [] }, body.subarray(0, length))).toEqual(
          unread,
        );
      }
    }
  });
});

describe("a body made up", () => {
  const byEach = (body: string) => Object.values(providers).map((provider) => identify(provider, body).items);

  it("is at least one item by every profile, whatever its bytes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), fc.json()), (body) => {
        for (const items of byEach(body)) expect(items.length).toBeGreaterThan(0);
      }),
    );
  });

  it("is at least one item by every profile, whatever stands where", () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("1", "messages", "messages.upsert", "ReceivedCallback"));
    const change = fc.record(
      { field: value, value: fc.record({ messages: value, statuses: value, contacts: value, history: value }) },
      { requiredKeys: [] },
    );
    const several = (of: fc.Arbitrary<unknown>) => fc.oneof(value, fc.array(fc.oneof(of, value), { maxLength: 3 }));
    const entry = several(fc.record({ id: value, time: value, changes: several(change) }, { requiredKeys: [] }));
    const rest = { data: value, payload: value, event: value, type: value, ids: value, phone: value };
    fc.assert(
      fc.property(fc.record({ entry, ...rest }, { requiredKeys: [] }), (body) => {
        for (const items of byEach(JSON.stringify(body))) {
          expect(items.length).toBeGreaterThan(0);
          for (const { kind } of items) expect(kind).toMatch(/^[a-z_]+(\.[a-z]+)?$/);
        }
      }),
    );
  });

  it("of three megabytes is taken apart whole, its items without id and its members twice", () => {
    const status = '{"status":"sent","status":"read","recipient_id":"1","recipient_id":"447700900123","timestamp":"1"}';
    const statuses = Array.from({ length: 32_000 }, () => status).join(",");
    const body = `{"entry":[],"entry":[{"changes":[{"value":{"statuses":[${statuses}]}}]}]}`;
    expect(body.length).toBeGreaterThan(3_000_000);
    const { items } = identify(providers.meta, body);
    expect(items).toHaveLength(32_000);
    expect(items.at(-1)).toMatchObject({ kind: "status.read", shopper: "447700900123", id: items[0]?.id });
    expect(identify(providers.meta, body.slice(0, -1))).toEqual(unread);
  });
});
