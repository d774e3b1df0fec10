import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { nowhere, noteSpaces, type Note, type NoteSpace } from "../../src/registry/index.ts";
import type { Fixture } from "./fixture.ts";
import { people, plain, record, setting, write } from "./writing.ts";

const writer = fileURLToPath(new URL("notes-writer.ts", import.meta.url));

const MINUTE_MS = 60_000;
const inOneMinute = (): number => Date.now() + MINUTE_MS;

export function note(key: string, changes: Partial<Note> = {}): Note {
  return { space: "answered", key, value: `of ${key}`, untilMs: inOneMinute(), ...changes };
}

/** What instances note for each other beside the flags. */
export function notesContract(here: Fixture): void {
  it("has no notes at first", async () => {
    const { notes } = here.store;
    expect(await notes.get("answered", ["a"])).toEqual(new Map());
    expect(await Promise.all(noteSpaces.map((space) => notes.latest(space)))).toEqual(noteSpaces.map(() => 0));
    await notes.put([]);
    expect(await notes.get("answered", [])).toEqual(new Map());
  });

  it("has the notes that were put, each in its space, for all who open it", async () => {
    const untilMs = inOneMinute();
    await here.store.notes.put([
      note("a", { untilMs: untilMs - 1000, value: "é\0\u{1F600}" }),
      note("b", { untilMs }),
      note("a", { space: "sent", untilMs: untilMs - 2000, value: "" }),
    ]);
    const { notes } = here.handle().store;
    expect(await notes.get("answered", ["a", "none", "b"])).toEqual(
      new Map([
        ["a", "é\0\u{1F600}"],
        ["b", "of b"],
      ]),
    );
    expect(await notes.get("sent", ["a", "b"])).toEqual(new Map([["a", ""]]));
    expect(await notes.get("alias", ["a"])).toEqual(new Map());
    const latest = { answered: untilMs, sent: untilMs - 2000 };
    const all = noteSpaces.map(async (space) => [space, await notes.latest(space)] as const);
    const none = Object.fromEntries(noteSpaces.map((space) => [space, 0]));
    expect(Object.fromEntries(await Promise.all(all))).toEqual({ ...none, ...latest });
  });

  it("takes 1,000 notes of 4 KiB in one call, and no more or longer ones", async () => {
    const { notes } = here.store;
    const many = people(1001).map((key) => note(key, { value: "é".repeat(2048) }));
    await expect(notes.put(many)).rejects.toThrow(RangeError);
    await expect(notes.put([note("a"), note("b", { value: `${"é".repeat(2048)}x` })])).rejects.toThrow(RangeError);
    await expect(notes.put([note("x".repeat(257))])).rejects.toThrow(RangeError);
    await expect(notes.put([note("a", { untilMs: Infinity })])).rejects.toThrow(RangeError);
    await expect(notes.get("answered", people(1001))).rejects.toThrow(RangeError);
    expect(await notes.latest("answered")).toBe(0);
    await notes.put(many.slice(1));
    const found = await notes.get("answered", people(1000));
    expect([found.size, found.has(people(1)[0] ?? "")]).toEqual([999, false]);
    expect(new Set(found.values())).toEqual(new Set(["é".repeat(2048)]));
  });

  it("forgets notes when they expire, and one that is put over is as it was put last", async () => {
    const { notes } = here.store;
    const soon = Date.now() + 300;
    await notes.put([
      note("soon", { untilMs: soon }),
      note("longer", { untilMs: soon }),
      note("shorter"),
      note("gone"),
      note("alone", { space: "alias", untilMs: soon }),
    ]);
    await notes.put([
      note("longer", { value: "again" }),
      note("shorter", { untilMs: soon }),
      note("gone", { untilMs: Date.now() }),
    ]);
    await expect
      .poll(() => notes.get("answered", ["soon", "longer", "shorter", "gone"]), { timeout: 5000, interval: 10 })
      .toEqual(new Map([["longer", "again"]]));
    expect(Date.now()).toBeGreaterThanOrEqual(soon - 1);
    await expect.poll(() => notes.get("alias", ["alone"]), { timeout: 5000, interval: 10 }).toEqual(new Map());
    expect(await notes.latest("alias")).toBe(0);
    expect(await notes.latest("answered")).toBeGreaterThan(Date.now());
  });

  it("has every line of a note that several put at the same time, once, and the last of very many", async () => {
    const line = (value: string, key = "lines"): Note => note(key, { value, line: true });
    const second = here.handle().store;
    const told = people(20);
    await Promise.all(
      told.map((value, i) => (i % 2 === 0 ? here.store : second).notes.put([line(value), note(`other ${i}`)])),
    );
    await here.store.notes.put([line(told[3] ?? ""), note("plain"), line("in one call")]);
    await here.store.notes.put([note("over", { value: "é.\n[x]" }), line("[x]", "over"), line("é", "over")]);
    const found = await here.store.notes.get("answered", ["lines", "other 19", "over"]);
    expect(found.get("lines")?.split("\n").toSorted()).toEqual([...told, "in one call"].toSorted());
    expect([found.get("other 19"), found.get("over")]).toEqual(["of other 19", "é.\n[x]\né"]);
    for (let i = 0; i < 5; i += 1) await here.store.notes.put([line(`${i}${"é".repeat(600)}`)]);
    const kept = (await here.store.notes.get("answered", ["lines"])).get("lines") ?? "";
    expect(kept.split("\n").map((one) => one[0])).toEqual(["2", "3", "4"]);
  });

  it("forgets the lines of a note with it", async () => {
    const { notes } = here.store;
    await notes.put([note("a", { value: "old", untilMs: Date.now() + 200, line: true })]);
    await expect.poll(() => notes.get("answered", ["a"]), { timeout: 5000, interval: 10 }).toEqual(new Map());
    await notes.put([note("a", { value: "new", line: true })]);
    expect(await notes.get("answered", ["a"])).toEqual(new Map([["a", "new"]]));
  });

  it("holds what a map with expiry would, whoever puts", async () => {
    const stores = [here.store, here.handle().store] as const;
    const key = fc.constantFrom("a", "b", "c");
    const space = fc.constantFrom<NoteSpace>("answered", "sent");
    const put = fc.record({ space, key, value: fc.string(), lives: fc.boolean() });
    const calls = fc.array(fc.record({ second: fc.boolean(), puts: fc.array(put, { maxLength: 5 }) }), {
      maxLength: 8,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(calls, async (steps) => {
        round += 1;
        const named = (name: string): string => `${round} ${name}`;
        const model = new Map<string, string>();
        for (const { second, puts } of steps) {
          const made = puts.map(({ space, key, value, lives }) =>
            note(named(key), { space, value, untilMs: Date.now() + (lives ? MINUTE_MS : -1) }),
          );
          await stores[second ? 1 : 0].notes.put(made);
          for (const [at, { space, key, value, lives }] of puts.entries()) {
            const latest = made.findLast((one) => one.key === named(key) && one.space === space) === made[at];
            if (latest && lives) model.set(`${space} ${named(key)}`, value);
            else if (latest) model.delete(`${space} ${named(key)}`);
          }
        }
        for (const store of stores) {
          for (const space of ["answered", "sent"] as const) {
            const found = await store.notes.get(space, ["a", "b", "c"].map(named));
            const expected = [...model].filter(([at]) => at.startsWith(space));
            expect(new Map([...found].map(([at, value]) => [`${space} ${at}`, value]))).toEqual(new Map(expected));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("lets others hear of the first note within a second", async () => {
    const other = here.handle();
    await other.store.position();
    // A subscription may begin with word of its own.
    await other.answers();
    const heard = (async () => {
      for (;;) {
        const told = other.hears();
        if ((await other.store.notes.latest("answered")) > 0) return performance.now();
        await told;
      }
    })();
    const started = performance.now();
    await here.store.notes.put([note("a")]);
    expect((await heard) - started).toBeLessThan(1000);
  });

  it("keeps notes out of flags and positions, and through a restore", async () => {
    await write(here.store, { change: setting(record("A")) });
    const before = plain(await here.store.read());
    await here.store.notes.put([note("a")]);
    expect(plain(await here.store.read())).toEqual(before);
    const known = await here.store.read();
    await here.store.restore({ ...known, position: { version: 7, seq: 7, hash: "of 7" } }, known.position);
    expect(await here.store.notes.get("answered", ["a"])).toEqual(new Map([["a", "of a"]]));
  });

  it("holds whole calls only after processes that put were killed in the middle", async () => {
    const batches = new Set<string>();
    const confirmed = new Set<string>();
    const lives = async (id: string): Promise<void> => {
      const child = spawn(process.execPath, [writer, here.place.address, id], { stdio: ["ignore", "pipe", "inherit"] });
      const exited = new Promise((resolve) => child.once("exit", resolve));
      let said = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const [what, batch = ""] = line.split(" ");
        batches.add(batch);
        if (what !== "put") continue;
        confirmed.add(batch);
        said += 1;
        if (said === 10) child.kill("SIGKILL");
      }
      await exited;
    };
    await Promise.all([lives("one"), lives("two")]);
    expect(confirmed.size).toBeGreaterThanOrEqual(20);
    expect(batches.size).toBeGreaterThan(0);
    for (const batch of batches) {
      const keys = Array.from({ length: 200 }, (_, index) => `${batch}:${index}`);
      const { size } = await here.store.notes.get("answered", keys);
      expect(size === 200 || (size === 0 && !confirmed.has(batch))).toBe(true);
    }
  });

  it("puts nothing into what a later version wrote, or after its end", async () => {
    await write(here.store, { change: setting(record("A")) });
    await here.store.close();
    await expect(here.store.notes.put([note("a")])).rejects.toMatchObject({ fault: "unreachable" });
    await expect(here.store.notes.get("answered", ["a"])).rejects.toMatchObject({ fault: "unreachable" });
    await here.place.makeNewer();
    await expect(here.handle().store.notes.put([note("a")])).rejects.toMatchObject({ fault: "newer" });
  });

  it("is nowhere still when nothing but notes were put", async () => {
    await here.store.notes.put([note("a")]);
    expect(await here.store.position()).toEqual(nowhere);
  });
}
