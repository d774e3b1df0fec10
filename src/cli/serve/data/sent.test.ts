import { describe, expect, test } from "vitest";
import { text } from "../../../compare/effects/sample.ts";
import { createKeyedHash } from "../../../compare/index.ts";
import type { Effect } from "../../../model/index.ts";
import type { Note } from "../../../registry/index.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createSent, type Sent } from "./sent.ts";

/** A store's notes in memory; `writable`, `readable`: whether it is there. */
class Store implements NotesLink {
  readonly notes = new Map<string, Note>();
  writable = true;
  readable = true;
  asked = 0;

  put(notes: readonly Note[]): Promise<boolean> {
    if (this.writable) for (const note of notes) this.notes.set(note.key, note);
    return Promise.resolve(this.writable);
  }

  get(_: string, keys: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
    this.asked += 1;
    if (!this.readable) return Promise.resolve(null);
    const found = keys.flatMap((key) => this.notes.get(key) ?? []);
    return Promise.resolve(new Map(found.map(({ key, value }) => [key, value])));
  }

  readonly told = null;

  latest(): number {
    return Math.max(0, ...[...this.notes.values()].map(({ untilMs }) => untilMs));
  }
}

const hash = createKeyedHash("key");
const sends = (side: Effect["side"], id: string, more: Partial<Effect> = {}): Effect =>
  text("Olá", { side, produced: [id], ...more });
const on = (store: NotesLink): Sent => createSent({ notes: store, hashes: () => [hash] });

describe("a message", () => {
  test("is known to be the side's that sent it", () => {
    const sent = on(new Store());
    sent.did(sends("legacy", "1"));
    sent.did(sends("candidate", "2"));
    expect([sent.by("1"), sent.by("2"), sent.by("3")]).toEqual(["legacy", "candidate", null]);
  });

  test.each<readonly [string, Effect]>([
    ["was held", sends("candidate", "1", { disposition: "held" })],
    ["was refused outside", sends("legacy", "1", { succeeded: false })],
    ["is a file", sends("legacy", "1", { operation: "media" })],
    ["is the twin's", sends("twin", "1")],
  ])("is not known where it %s", (_, effect) => {
    const sent = on(new Store());
    sent.did(effect);
    expect(sent.by("1")).toBeNull();
    expect(sent.legacySends()).toBe(false);
  });

  test("that both sent is known by the candidate's id", () => {
    const sent = on(new Store());
    sent.paired([{ legacy: "1", candidate: "held" }]);
    expect([sent.candidateIdOf("1"), sent.candidateIdOf("held")]).toEqual(["held", null]);
  });
});

describe("what is noted", () => {
  test("lasts seven days, and shows no id", async () => {
    const store = new Store();
    const sent = on(store);
    sent.did(sends("candidate", "wamid.secret"));
    const before = Date.now();
    await sent.save();
    const [note, ...others] = [...store.notes.values()];
    expect(others).toEqual([]);
    expect(note).toMatchObject({ space: "sent", value: "candidate" });
    expect((note?.untilMs ?? 0) - before).toBeGreaterThanOrEqual(7 * 86_400_000);
    expect(JSON.stringify(note)).not.toContain("secret");
  });

  test("is known to others once they ask, and that legacy sends at all", async () => {
    const store = new Store();
    const [one, other] = [on(store), on(store)];
    one.did(sends("legacy", "1"));
    one.did(sends("candidate", "2"));
    await one.save();
    expect([other.by("1"), other.legacySends()]).toEqual([null, false]);
    await other.ask(["1", "2", "3"]);
    expect([other.by("1"), other.by("2"), other.by("3")]).toEqual(["legacy", "candidate", null]);
    expect(other.legacySends()).toBe(true);
  });

  test("says nothing of legacy where only the candidate sends", async () => {
    const store = new Store();
    const [one, other] = [on(store), on(store)];
    one.did(sends("candidate", "2"));
    await one.save();
    await other.ask(["3"]);
    expect(other.legacySends()).toBe(false);
  });

  test("waits for a store that is away, and is written once", async () => {
    const store = new Store();
    const sent = on(store);
    store.writable = false;
    for (let i = 10; i < 1_200; i += 1) sent.did(sends("candidate", String(i)));
    await sent.save();
    expect(store.notes.size).toBe(0);
    store.writable = true;
    await Promise.all([sent.save(), sent.save()]);
    expect(store.notes.size).toBe(1_190);
    store.notes.clear();
    await sent.save();
    expect(store.notes.size).toBe(0);
  });
});

describe("nobody is asked", () => {
  test("while nothing was noted", () => {
    const store = new Store();
    expect(on(store).ask(["1"])).toBeNull();
    expect(store.asked).toBe(0);
  });

  test("about nothing", async () => {
    const store = new Store();
    const sent = on(store);
    sent.did(sends("legacy", "1"));
    await sent.save();
    expect(sent.ask([])).toBeNull();
  });
});

test("what cannot be read is not known", async () => {
  const store = new Store();
  const [one, other] = [on(store), on(store)];
  one.did(sends("legacy", "1"));
  await one.save();
  store.readable = false;
  await other.ask(["1"]);
  expect([other.by("1"), other.legacySends()]).toEqual([null, false]);
});
