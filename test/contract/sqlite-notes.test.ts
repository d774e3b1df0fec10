import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../src/registry/index.ts";
import { createSqliteStore, type SqliteStoreOptions } from "../../src/store/index.ts";
import { note } from "./notes.contract.ts";
import { people, plain, record, setting, write } from "./writing.ts";

let directory: string;
let path: string;
let time: number;
let opened: Store[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sombra-notes-"));
  path = join(directory, "sombra.db");
  time = 1_000_000;
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(directory, { recursive: true });
});

const open = (options: Partial<SqliteStoreOptions> = {}): Store => {
  const store = createSqliteStore({ path, events: { moved: () => undefined }, now: () => time, ...options });
  opened.push(store);
  return store;
};

/** What is in the file, expired or not. */
function kept(): { readonly rows: number; readonly counts: unknown } {
  const database = new DatabaseSync(path, { readOnly: true });
  const { rows } = database.prepare("SELECT count(*) AS rows FROM notes").get() ?? {};
  const counts = database.prepare("SELECT space, count FROM note_counts ORDER BY space").all();
  database.close();
  return { rows: Number(rows), counts: Object.fromEntries(counts.map(({ space, count }) => [space, count])) };
}

describe("notes in a file of SQLite", () => {
  it("make room by the first to expire where a space is full, the other spaces untouched", async () => {
    const { notes } = open({ maxNotes: 10 });
    await notes.put([note("other", { space: "sent", untilMs: time + 1 })]);
    const keys = people(20);
    // The last ones expire first.
    for (const [at, key] of keys.entries()) await notes.put([note(key, { untilMs: time + 1000 - at })]);
    expect([...(await notes.get("answered", keys)).keys()]).toEqual(keys.slice(0, 10));
    expect(await notes.get("sent", ["other"])).toEqual(new Map([["other", "of other"]]));
    await notes.put(people(1000).map((key, at) => note(key, { untilMs: time + 2000 + at })));
    expect([...(await notes.get("answered", people(1000))).keys()]).toEqual(people(1000).slice(-10));
    expect(kept()).toEqual({ rows: 11, counts: { answered: 10, sent: 1 } });
  });

  it("are gone from the file some writes after they expired, whatever space is written to", async () => {
    const { notes } = open();
    for (const space of ["answered", "exchange"] as const) {
      await notes.put(people(500).map((key) => note(key, { space, untilMs: time + 10 })));
    }
    expect(kept()).toEqual({ rows: 1000, counts: { answered: 500, exchange: 500 } });
    time += 10;
    expect([(await notes.get("answered", people(500))).size, await notes.latest("answered")]).toEqual([0, 0]);
    await notes.put([note("a", { space: "alias", untilMs: time + 10 })]);
    const afterOne = kept().rows;
    expect(afterOne).toBeGreaterThan(500);
    expect(afterOne).toBeLessThan(1001);
    for (let writes = 0; writes < 4; writes += 1) {
      await notes.put([note("a", { space: "alias", untilMs: time + 10 })]);
    }
    expect(kept()).toEqual({ rows: 1, counts: { alias: 1, answered: 0, exchange: 0 } });
  });

  it("are added to a file of the first version, which keeps its flags", async () => {
    const store = open();
    await write(store, { change: setting(record("A", { percent: 5 })) });
    const before = plain(await store.read());
    await store.close();
    const database = new DatabaseSync(path);
    database.exec("DROP TABLE notes; DROP TABLE note_counts; DROP TABLE documents; PRAGMA user_version = 1");
    database.close();
    const later = open();
    expect(plain(await later.read())).toEqual(before);
    await later.notes.put([note("a", { untilMs: time + 1 })]);
    expect(await later.notes.get("answered", ["a"])).toEqual(new Map([["a", "of a"]]));
  });

  it("wait for another process that writes, and are given up in time", async () => {
    const { notes } = open({ busyMs: 300 });
    await notes.put([note("a", { untilMs: time + 1 })]);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(notes.put([note("b", { untilMs: time + 1 })])).rejects.toMatchObject({ fault: "busy" });
    const late = notes.put([note("c", { untilMs: time + 1 })]);
    // Reading waits for nobody.
    expect((await notes.get("answered", ["a", "b"])).size).toBe(1);
    other.exec("COMMIT");
    await late;
    other.close();
    expect([...(await notes.get("answered", ["a", "b", "c"])).keys()]).toEqual(["a", "c"]);
  });
});
