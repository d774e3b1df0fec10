import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSqliteJournal } from "../../src/store/index.ts";
import { journalContract, type JournalPlace } from "./journal.contract.ts";
import { outboxContract } from "./outbox.contract.ts";

async function place(): Promise<JournalPlace> {
  const directory = mkdtempSync(join(tmpdir(), "sombra-journal-"));
  const path = join(directory, "account.db");
  const files = ["", "-wal", "-shm"].map((end) => path + end);
  const remove = (): void => {
    for (const file of files) rmSync(file, { force: true });
  };
  return {
    open: (options) => createSqliteJournal({ path, ...options }),
    empty: async () => remove(),
    async copy() {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
      const kept = join(directory, "copy.db");
      copyFileSync(path, kept);
      return async () => {
        remove();
        if (existsSync(kept)) copyFileSync(kept, path);
      };
    },
    close: async () => rmSync(directory, { recursive: true }),
  };
}

journalContract("sqlite", place);
outboxContract("sqlite", place);
