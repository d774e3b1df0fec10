import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { inTransaction, isBusy, sqliteFault } from "./sqlite-fault.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sombra-fault-"));
  path = join(directory, "sombra.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE one (text TEXT)");
  database.close();
});

afterEach(() => rmSync(directory, { recursive: true }));

function errorOf(work: (database: DatabaseSync) => void, readOnly = false): unknown {
  const database = new DatabaseSync(path, { readOnly });
  try {
    work(database);
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
  throw new Error("Nothing failed");
}

it("tells a full disk, a protected file, another's lock and a broken file apart", () => {
  const full = errorOf((database) => {
    database.exec("PRAGMA max_page_count = 2");
    database.prepare("INSERT INTO one VALUES (?)").run("x".repeat(100_000));
  });
  expect(sqliteFault(full, path)).toMatchObject({
    fault: "read-only",
    message: expect.stringContaining("disk is full"),
  });
  const readOnly = errorOf((database) => database.exec("DELETE FROM one"), true);
  expect(sqliteFault(readOnly, path)).toMatchObject({ fault: "read-only", message: expect.stringContaining(path) });
  const busy = errorOf((database) => {
    const other = new DatabaseSync(path);
    inTransaction(other, "IMMEDIATE", () => database.exec("DELETE FROM one"));
  });
  expect([isBusy(busy), sqliteFault(busy, path)]).toMatchObject([true, { fault: "busy" }]);
  const missing = errorOf((database) => database.exec("SELECT * FROM two"));
  expect(sqliteFault(missing, path)).toMatchObject({
    fault: "corrupt",
    message: expect.stringContaining("no such table"),
  });
});

it("leaves a mistake of ours what it is", () => {
  const mistake = new TypeError("Mistake");
  expect([sqliteFault(mistake, path), isBusy(mistake)]).toEqual([mistake, false]);
});

it("leaves nothing of a transaction that throws", () => {
  const database = new DatabaseSync(path);
  const half = (): void =>
    inTransaction(database, "IMMEDIATE", () => {
      database.exec("INSERT INTO one VALUES ('half')");
      throw new Error("Enough");
    });
  expect(half).toThrow("Enough");
  expect(database.prepare("SELECT * FROM one").all()).toEqual([]);
  database.close();
});
