/** Breaks webhook bodies of public repositories at every level; skipped where they are absent. */
import { describe, expect, it } from "vitest";
import { payloadsPresent, readPayloads } from "../../test/support/handlers/payloads.ts";
import { createProfile, type FoundItem, type Reading } from "../identify/index.ts";
import { itemsOf } from "./items.ts";
import { meta } from "./providers.ts";

const wrong: readonly unknown[] = [null, true, 0, -1.5, "", "x", "9".repeat(300), [], [null], [[]], {}, { id: 1 }];

/** A document with the value at each of its places, one at a time, replaced by each of the others. */
function* broken(value: unknown): Generator {
  yield* wrong;
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    for (const other of broken(member)) {
      yield Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other };
    }
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  }
}

function reading(value: unknown): Reading {
  return { head: { method: "POST", target: "/", rawHeaders: [] }, body: Buffer.alloc(0), json: () => value };
}

const words = /^(message|status|call)\.[a-z]+$|^[a-z_]+$/;

function isSound({ id, kind, who }: FoundItem): boolean {
  const ids = id === null ? who : [id, ...who];
  return words.test(kind) && ids.every((each) => typeof each === "string" && each !== "" && each.length <= 256);
}

describe.skipIf(!payloadsPresent)("a body that is wrong somewhere", () => {
  const payloads = readPayloads();

  it("yields sound items, whatever is wrong and wherever", () => {
    let count = 0;
    const unsound: unknown[] = [];
    for (const { document } of payloads) {
      for (const value of broken(document)) {
        count += 1;
        const found = itemsOf(reading(value));
        if (!found.every(isSound)) unsound.push(value);
      }
    }
    expect(unsound).toEqual([]);
    expect(count).toBeGreaterThan(50_000);
  });

  it("is one item without shopper wherever it is cut off", () => {
    const profile = createProfile(meta, { extractors: [{ kind: "profile" }], aliases: new Map() });
    const nobody = { items: [{ id: null, kind: "other", shopper: null }], mixed: false };
    for (const { document } of payloads) {
      const body = Buffer.from(JSON.stringify(document));
      for (let length = 0; length < body.length; length += 29) {
        expect(profile.identify({ method: "POST", target: "/", rawHeaders: [] }, body.subarray(0, length))).toEqual(
          nobody,
        );
      }
    }
  });
});
