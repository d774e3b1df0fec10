import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nowhere, type Store, type StoreEvents } from "../../src/registry/index.ts";
import { createSqliteStore } from "../../src/store/index.ts";
import { Handle } from "./handle.ts";
import { commitOn, emptyState, plain, record, setting, write } from "./writing.ts";

const writer = fileURLToPath(new URL("sqlite-writer.ts", import.meta.url));

let directory: string;
let path: string;
let opened: Store[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sombra-file-"));
  path = join(directory, "deep", "sombra.db");
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  rmSync(directory, { recursive: true });
});

const open = (events: StoreEvents = { moved: () => undefined }, busyMs = 2000): Store => {
  const store = createSqliteStore({ path, events, busyMs });
  opened.push(store);
  return store;
};

/** A store with one flag in it, closed. */
async function filled(): Promise<void> {
  const store = open();
  await write(store, { change: setting(record("A")) });
  await store.close();
}

describe("the file of a store in SQLite", { timeout: 20_000 }, () => {
  it("is at a whole commit after its writer was killed, each time", async () => {
    let last = 0;
    for (const commits of [5, 20, 1]) {
      const child = spawn(process.execPath, [writer, path], { stdio: ["ignore", "pipe", "inherit"] });
      const exited = new Promise((resolve) => child.once("exit", resolve));
      let said = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        last = Number(line);
        said += 1;
        if (said === commits) child.kill("SIGKILL");
      }
      await exited;
      const store = open();
      const { position, flags } = await store.read();
      expect(position.version === last || position.version === last + 1).toBe(true);
      expect([flags.get("A")?.version, flags.get("A")?.denylist.size]).toEqual([position.version, position.version]);
      expect((await store.audit({ limit: 1 }))[0]).toMatchObject({ seq: position.seq, hash: position.hash });
      expect(plain((await store.catchUp(emptyState)).state)).toEqual(plain(await store.read()));
      await store.close();
    }
  });

  it("is shared with another process, which is heard", async () => {
    const handle = new Handle(open);
    await handle.store.position();
    const heard = handle.leaves(0);
    const child = spawn(process.execPath, [writer, path], { stdio: "ignore" });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await heard;
    // Both write at once; whoever comes second tries again.
    let written = 0;
    while (written < 5) {
      const outcome = await handle.store.commit(commitOn(await handle.store.position(), {}));
      if (outcome.kind === "written") written += 1;
    }
    child.kill("SIGKILL");
    await exited;
    expect(await handle.store.audit({ limit: 1 })).toHaveLength(1);
  });

  it("waits for another process without stopping the thread, and gives up in time", async () => {
    await filled();
    const other = new DatabaseSync(path);
    const store = open(undefined, 300);
    const { position } = await store.read();
    other.exec("BEGIN IMMEDIATE");
    let last = performance.now();
    let longest = 0;
    const ticks = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const started = performance.now();
    await expect(store.commit(commitOn(position, {}))).rejects.toMatchObject({ fault: "busy" });
    expect(performance.now() - started).toBeLessThan(1000);
    const late = store.commit(commitOn(position, {}));
    await store.position();
    other.exec("COMMIT");
    expect(await late).toEqual({ kind: "written" });
    clearInterval(ticks);
    other.close();
    expect(longest).toBeLessThan(200);
  });

  it.each([
    ["is no database", () => writeFileSync(path, "not a database, but long enough to be looked at".repeat(100))],
    ["is cut off", () => truncateSync(path, 5000)],
    [
      "belongs to another program",
      () => {
        rmSync(path);
        const database = new DatabaseSync(path);
        database.exec("CREATE TABLE theirs (one TEXT)");
        database.close();
      },
    ],
  ])("is named and left as it is where it %s", async (_what, spoil) => {
    await filled();
    spoil();
    const before = readFileSync(path);
    const store = open();
    await expect(store.read()).rejects.toMatchObject({ fault: "corrupt", message: expect.stringContaining(path) });
    await expect(store.commit(commitOn(nowhere, {}))).rejects.toMatchObject({ fault: "corrupt" });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("is left as it is where a later version wrote it", async () => {
    await filled();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 4");
    database.close();
    const before = readFileSync(path);
    const message = `Store '${path}' was written by a later Sombra: its schema is 4, this one knows 3. Run that version, or move the file away`;
    await expect(open().position()).rejects.toMatchObject({ fault: "newer", message });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(directory, "deep"))).toEqual(["sombra.db"]);
  });

  it("is read-only where its directory is", async () => {
    await filled();
    chmodSync(join(directory, "deep"), 0o555);
    // Nobody is kept from writing where root is.
    chmodSync(directory, 0o755);
    const isRoot = process.geteuid?.() === 0;
    for (const file of isRoot ? readdirSync(join(directory, "deep")) : []) {
      chownSync(join(directory, "deep", file), 65_534, 65_534);
    }
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(open().commit(commitOn(nowhere, {}))).rejects.toMatchObject({ fault: "read-only" });
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(directory, "deep"), 0o755);
    }
    expect((await open().read()).flags.has("A")).toBe(true);
  });

  it("is begun anew where somebody took it away", async () => {
    const store = open();
    await write(store, { change: setting(record("A")) });
    const known = await store.read();
    rmSync(join(directory, "deep"), { recursive: true });
    expect(await store.position()).toEqual(nowhere);
    expect(await store.restore(known, nowhere)).toEqual({ kind: "written" });
    expect(plain(await store.read())).toEqual(plain(known));
  });

  it("refuses to have its audit altered", async () => {
    await filled();
    const database = new DatabaseSync(path);
    for (const sql of ["UPDATE audit SET subject = 'x'", "DELETE FROM audit"]) {
      expect(() => database.exec(sql)).toThrow("The audit is append-only");
    }
    database.close();
  });
});
