import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSqliteStore } from "../../src/store/index.ts";
import type { Place } from "./handle.ts";
import { storeContract } from "./store.contract.ts";

async function place(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), "sombra-sqlite-"));
  const path = join(directory, "sombra.db");
  const spoil = async (sql: string, ...values: readonly string[]): Promise<void> => {
    const database = new DatabaseSync(path);
    database.prepare(sql).run(...values);
    database.close();
  };
  return {
    address: path,
    open: (events) => createSqliteStore({ path, events }),
    spoilFlag: (key, text) => spoil("UPDATE flags SET record = ? WHERE key = ?", text, key),
    spoilDocument: (id, text) => spoil("UPDATE documents SET record = ? WHERE id = ?", text, id),
    spoilList: (list, shopper) =>
      spoil("DELETE FROM members WHERE list = (SELECT number FROM lists WHERE id = ?) AND shopper = ?", list, shopper),
    makeNewer: () => spoil("PRAGMA user_version = 99"),
    close: () => rm(directory, { recursive: true }),
  };
}

storeContract("sqlite", place);
