import { describe, expect, test } from "vitest";
import { createKeyedHash } from "../../../compare/index.ts";
import type { Note } from "../../../registry/index.ts";
import { createAnswered } from "../data/answered.ts";
import { createLiveKeys, hashKeysIn, type HashKeys } from "./hash-keys.ts";
import { createKnownAliases } from "../data/known-aliases.ts";
import type { NotesLink } from "./notes-link.ts";
import { createSeal } from "../data/seal.ts";
import { createSent } from "../data/sent.ts";

/** Notes of one store, for processes one after the other. */
function createNotes(): NotesLink {
  const kept = new Map<string, Note>();
  return {
    async put(notes) {
      for (const note of notes) kept.set(`${note.space} ${note.key}`, note);
      return true;
    },
    get: async (space, keys) =>
      new Map(
        keys.flatMap((key) => {
          const note = kept.get(`${space} ${key}`);
          return note === undefined ? [] : [[key, note.value] as const];
        }),
      ),
    latest: () => Date.now() + 1_000,
    told: null,
  };
}

const message = (id: string) =>
  ({
    side: "legacy",
    operation: "send",
    disposition: "released",
    succeeded: true,
    produced: [id],
    kind: "send.text",
    recipient: null,
    phone: null,
    target: null,
    payload: null,
    refersTo: null,
    ids: [],
    atMs: 0,
    traceId: null,
    exchange: null,
  }) as const;

const hashesOf = (keys: HashKeys) => createLiveKeys(keys).hashes;
const sealBy = (keys: string, purpose = "test") => createSeal(() => hashKeysIn(keys).all, purpose);

test("the first key of a list hashes, each counts once", () => {
  expect(hashKeysIn("new, old,old")).toEqual({ current: "new", all: ["new", "old"] });
  expect(hashKeysIn("one")).toEqual({ current: "one", all: ["one"] });
  const [hash, old] = hashesOf(hashKeysIn("new,old"))();
  expect([hash?.("a"), old?.("a")]).toEqual([createKeyedHash("new")("a"), createKeyedHash("old")("a")]);
});

test("what was sealed under an old key is read, and sealed anew under the first", () => {
  const sealed = sealBy("old").close("15550100077");
  const seal = sealBy("new,old");
  expect(seal.open(sealed)).toBe("15550100077");
  expect(sealBy("new").open(seal.close("x"))).toBe("x");
  expect(sealBy("new").open(sealed)).toBeNull();
  expect(sealBy("new,old", "other").open(sealed)).toBeNull();
});

test("keys that change are in force for whoever holds on to them", () => {
  const live = createLiveKeys(hashKeysIn("old"));
  const { hash } = live;
  const seal = createSeal(live.all, "test");
  const sealed = seal.close("15550100077");
  live.set(hashKeysIn("new,old"));
  expect(hash("a")).toBe(createKeyedHash("new")("a"));
  expect(live.hashes().map((by) => by("a"))).toEqual([createKeyedHash("new")("a"), createKeyedHash("old")("a")]);
  expect(seal.open(sealed)).toBe("15550100077");
  expect(sealBy("new").open(seal.close("x"))).toBe("x");
});

describe("what was noted before the key was another is known still", () => {
  const before = hashKeysIn("old");
  const after = hashKeysIn("new,old");
  const without = hashKeysIn("new");
  const maybeTwice = (): void => {};

  test("of an item that a side answered", async () => {
    const notes = createNotes();
    const route = Object({ name: "default" });
    await createAnswered({ notes, hashes: hashesOf(before), maybeTwice }).record(route, ["a", "b"]);
    const among = (keys: typeof before) =>
      createAnswered({ notes, hashes: hashesOf(keys), maybeTwice }).among("default", ["a", "c"]);
    expect([...((await among(after)) ?? [])]).toEqual(["a"]);
    expect([...((await among(without)) ?? [])]).toEqual([]);
  });

  test("of a message that a side sent", async () => {
    const notes = createNotes();
    const sent = createSent({ notes, hashes: hashesOf(before) });
    sent.did(message("wamid.A"));
    await sent.save();
    const asked = async (keys: typeof before) => {
      const later = createSent({ notes, hashes: hashesOf(keys) });
      await later.ask(["wamid.A"]);
      return [later.by("wamid.A"), later.legacySends()];
    };
    expect(await asked(after)).toEqual(["legacy", true]);
    expect(await asked(without)).toEqual([null, false]);
  });

  test("of who stands behind an id", async () => {
    const notes = createNotes();
    const aliases = createKnownAliases({ notes, hashKeys: () => before.all, clock: () => 0 });
    aliases.learned.learn(["15550100077", "US.theirs"]);
    await aliases.save();
    const asked = async (keys: typeof before) => {
      const later = createKnownAliases({ notes, hashKeys: () => keys.all, clock: () => 0 });
      await later.ask(["US.theirs"]);
      return later.learned.of("US.theirs");
    };
    expect(await asked(after)).toBe("15550100077");
    expect(await asked(without)).toBe("US.theirs");
  });
});
