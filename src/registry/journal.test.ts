import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "./audit.ts";
import { sealEntries, type AuditDraft } from "./chain.ts";
import { createJournal, type Journal } from "./journal.ts";
import { nowhere } from "./position.ts";
import type { Store } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sombra-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "data", "audit.jsonl");
const draft: AuditDraft = {
  at: "2026-01-02T03:04:05.000Z",
  actor: { kind: "token", name: "anna" },
  action: "flag-set",
  subject: "CHECKOUT_ENABLED",
  before: null,
  after: null,
  reason: null,
  environment: "test",
};
const entries = (count: number): readonly AuditEntry[] =>
  sealEntries(
    Array.from({ length: count }, () => draft),
    nowhere,
  );

/** What a store answers that holds these. */
const storeOf = (held: readonly AuditEntry[]): Pick<Store, "audit"> => ({
  audit: ({ beforeSeq = Infinity, limit }) =>
    Promise.resolve(
      held
        .filter(({ seq }) => seq < beforeSeq)
        .toReversed()
        .slice(0, limit),
    ),
});
const unreachable: Pick<Store, "audit"> = { audit: () => Promise.reject(new Error("unreachable")) };

const journalOf = (told: (string | null)[] = [], maxBytes = 1e9): Journal =>
  createJournal(path(), { maxBytes, problem: (text) => told.push(text) });

const written = (file = path()): readonly number[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line).seq];
      } catch {
        return [];
      }
    });

describe("the journal", () => {
  it("gets every entry that was heard of, once, in order", async () => {
    const journal = journalOf();
    const all = entries(5);
    journal.heard(all.slice(0, 2), unreachable);
    journal.heard(all.slice(1, 4), unreachable);
    await journal.close();
    expect(written()).toEqual([1, 2, 3, 4]);
  });

  it("goes on after a restart, and fetches what was written meanwhile", async () => {
    const all = entries(2_500);
    const first = journalOf();
    first.heard(all.slice(0, 3), unreachable);
    await first.close();
    const second = journalOf();
    second.heard(null, storeOf(all));
    await second.close();
    expect(written()).toEqual(all.map(({ seq }) => seq));
  });

  it("asks the store again for what it could not get, which is told", async () => {
    const told: (string | null)[] = [];
    const all = entries(4);
    const journal = journalOf(told);
    journal.heard(null, unreachable);
    journal.heard(all.slice(3), unreachable);
    journal.heard([], storeOf(all));
    await journal.close();
    expect(written()).toEqual([1, 2, 3, 4]);
    expect(told[0]).toBe(`audit entries could not be added to ${path()}: unreachable`);
    expect(told.at(-1)).toBeNull();
  });

  it("takes entries of another history, whatever their numbers", async () => {
    const journal = journalOf();
    const other = sealEntries([{ ...draft, reason: "other" }, draft], nowhere);
    journal.heard(entries(3), unreachable);
    await journal.close();
    journal.heard(null, storeOf(other));
    await journal.close();
    expect(written()).toEqual([1, 2, 3, 1, 2]);
  });

  it("does not write what another process has written to the same file", async () => {
    const all = entries(3);
    const [one, two] = [journalOf(), journalOf()];
    one.heard(all.slice(0, 2), unreachable);
    await one.close();
    two.heard(all, unreachable);
    await two.close();
    one.heard(all.slice(2), unreachable);
    await one.close();
    expect(written()).toEqual([1, 2, 3]);
  });

  it("goes on on a line of its own after one that was cut off", async () => {
    const all = entries(3);
    const first = journalOf();
    first.heard(all.slice(0, 2), unreachable);
    await first.close();
    truncateSync(path(), readFileSync(path()).length - 20);
    const second = journalOf();
    second.heard(null, storeOf(all));
    await second.close();
    expect(written()).toEqual([1, 2, 3]);
  });

  it("begins a new file beyond its size and keeps the last one", async () => {
    const journal = journalOf([], 1_000);
    for (const entry of entries(5)) {
      journal.heard([entry], unreachable);
      await journal.close();
    }
    expect([written(`${path()}.1`), written()]).toEqual([[3, 4], [5]]);
  });
});
