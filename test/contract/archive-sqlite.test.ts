import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { archiveForm } from "../../src/store/archive-schema.ts";
import { createSqliteArchive } from "../../src/store/index.ts";
import type { ArchivePlace } from "./archive-place.ts";
import { archiveContract } from "./archive.contract.ts";

async function place(): Promise<ArchivePlace> {
  const directory = await mkdtemp(join(tmpdir(), "sombra-archive-"));
  const path = join(directory, "account.db");
  return {
    address: path,
    open: (options) => createSqliteArchive({ path, ...options }),
    async raw() {
      const files = await readdir(directory);
      return Buffer.concat(await Promise.all(files.map((file) => readFile(join(directory, file)))));
    },
    async makeNewer() {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 99");
      database.close();
    },
    close: () => rm(directory, { recursive: true }),
  };
}

archiveContract("sqlite", place);

test("a file of the first form gets its shoppers counted anew", async () => {
  const old = await place();
  const database = new DatabaseSync(old.address);
  database.exec(archiveForm.migrations[0] ?? "");
  database.exec(`PRAGMA application_id = ${archiveForm.applicationId}; PRAGMA user_version = 1`);
  const at = 1_767_355_200_000;
  database.exec(`INSERT INTO groups VALUES
    (1, 'a', 'default', 'message.text', 'answer', '/status', 'changed', 'number', 3, 5, 0, 0, 5, 5, 5, 0, ${at}, ${at}),
    (2, 'b', 'default', 'message.text', 'answer', '/status', 'changed', 'number', 3, 5, 0, 0, 5, 5, 5, 1, ${at}, ${at})`);
  database.exec(`INSERT INTO shoppers VALUES (1, 'aa', ${at / 600_000})`);
  database.close();
  const archive = old.open({ now: () => at });
  await archive.expire();
  expect(await archive.group("a")).toMatchObject({ shoppers: 1, shoppers_at_least: false });
  expect(await archive.group("b")).toMatchObject({ shoppers: 0, shoppers_at_least: true });
  await archive.close();
  await old.close();
});
