import { describe, expect, it } from "vitest";
import type { AuditEntry } from "./audit.ts";
import { brokenAt, digest, sealEntries, type AuditDraft } from "./chain.ts";
import { nowhere } from "./position.ts";

const draft = (action: string): AuditDraft => ({
  at: "2026-01-02T03:04:05.000Z",
  actor: { kind: "token", name: "anna" },
  action,
  subject: "CHECKOUT_ENABLED",
  before: null,
  after: { percent: 5, settings: { b: 1, a: [1, { d: 2, c: 3 }] } },
  reason: null,
  environment: "test",
});

const chain = sealEntries([draft("flag-set"), draft("flag-killed"), draft("flag-removed")], nowhere);

const changed = (index: number, change: Partial<AuditEntry>): readonly AuditEntry[] =>
  chain.map((entry, at) => (at === index ? { ...entry, ...change } : entry));

describe("a chain of audit entries", () => {
  it("numbers from 1, names its version, and each entry carries the hash of the one before", () => {
    expect(chain.map(({ seq, version }) => [seq, version])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(chain.map(({ previous }) => previous)).toEqual(["", chain[0]?.hash, chain[1]?.hash]);
    expect(chain[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("goes on from where a store stands", () => {
    const [entry] = sealEntries([draft("flag-set")], { version: 9, seq: 30, hash: "abc" });
    expect(entry).toMatchObject({ version: 10, seq: 31, previous: "abc" });
  });

  it("holds, also after every name in it changed places", () => {
    const turned = chain.map(
      (entry) => Object.fromEntries(Object.entries(entry).toReversed()) as unknown as AuditEntry,
    );
    expect(brokenAt(chain, true)).toBeNull();
    expect(brokenAt(turned, true)).toBeNull();
  });

  it.each<[string, readonly AuditEntry[], number]>([
    ["a word that was changed", changed(1, { reason: "other" }), 2],
    ["a value deep inside that was changed", changed(2, { after: { percent: 5, settings: { b: 1, a: [1, {}] } } }), 3],
    ["an entry that was taken out", [...chain.slice(0, 1), ...chain.slice(2)], 3],
    ["two that changed places", [...chain.slice(0, 1), ...chain.slice(1).toReversed()], 3],
    ["a beginning that was cut off", chain.slice(1), 2],
    ["an entry that was sealed for another place", [...chain.slice(0, 2), ...sealEntries([draft("kill")], nowhere)], 1],
  ])("is broken by %s", (_what, entries, seq) => {
    expect(brokenAt(entries, true)).toBe(seq);
  });

  it("needs no beginning where there is more before it", () => {
    expect(brokenAt(chain.slice(1), false)).toBeNull();
  });

  it("may begin anew with an entry that says what was restored, which must be whole itself", () => {
    const [restored, next] = sealEntries([draft("restored"), draft("flag-set")], { version: 9, seq: 30, hash: "lost" });
    if (restored === undefined || next === undefined) throw new Error("No entries");
    expect(brokenAt([...chain, restored, next], true)).toBeNull();
    expect(brokenAt([restored, next], true)).toBeNull();
    expect(brokenAt([...chain, { ...restored, reason: "other" }], true)).toBe(31);
    expect(brokenAt([...chain, next], true)).toBe(32);
  });
});

describe("a digest", () => {
  it("is the same whatever order names are written in, and another for another list order", () => {
    expect(digest({ a: 1, b: { c: 2, d: [1, 2] } })).toBe(digest({ b: { d: [1, 2], c: 2 }, a: 1 }));
    expect(digest({ a: [1, 2] })).not.toBe(digest({ a: [2, 1] }));
  });
});
