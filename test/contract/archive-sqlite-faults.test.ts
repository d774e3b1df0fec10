import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Archive } from "../../src/account/index.ts";
import { createSqliteArchive } from "../../src/store/index.ts";
import { mountDisk } from "../support/disk.ts";
import { expectWhole, killedWriters } from "./archive-faults.ts";
import { batch, cell, divergent, everything, items, noon, showing } from "./archive-place.ts";

let directory: string;
let path: string;
let opened: { close(): Promise<unknown> }[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sombra-archive-"));
  path = join(directory, "deep", "account.db");
  opened = [];
});

afterEach(async () => {
  for (const one of opened.toReversed()) await one.close();
  rmSync(directory, { recursive: true });
});

function open(at = path, busyMs = 300): Archive {
  const archive = createSqliteArchive({ path: at, busyMs, now: () => noon });
  opened.push(archive);
  return archive;
}

describe("an archive in a file of SQLite", { timeout: 30_000 }, () => {
  it("has each batch of several processes whole or not at all after they were killed", async () => {
    const said = await killedWriters(path, ["a", "b"]);
    await expectWhole(open(), said);
  });

  it("is for its owner only", async () => {
    await open().apply("one", batch(1));
    expect(readdirSync(join(directory, "deep"))).toEqual(expect.arrayContaining(["account.db", "account.db-wal"]));
    for (const file of readdirSync(join(directory, "deep"))) {
      expect(statSync(join(directory, "deep", file)).mode & 0o077).toBe(0);
    }
  });

  it("waits for another process that writes, and is given up in time", async () => {
    const archive = open();
    await archive.apply("one", batch(1, { counts: items({ match: 1 }) }));
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(archive.apply("one", batch(2))).rejects.toMatchObject({ fault: "busy" });
    expect((await archive.ledger()).received).toBe(1);
    const late = archive.apply("one", batch(2, { counts: items({ match: 1 }) }));
    other.exec("COMMIT");
    expect(await late).toBe("applied");
    other.close();
    expect((await archive.ledger()).received).toBe(2);
  });

  it("says that an erased shopper is still in the log while another process reads, and not once it has ended", async () => {
    const archive = open();
    await archive.apply("one", showing(1, [divergent("e1", "0a1b2c3d4e5f6071")]));
    const reader = new DatabaseSync(path);
    reader.exec("BEGIN; SELECT * FROM counts");
    await expect(archive.erase(["0a1b2c3d4e5f6071"])).rejects.toMatchObject({ fault: "busy" });
    reader.close();
    expect(await archive.erase(["0a1b2c3d4e5f6071"])).toEqual({ exchanges: 0, cut: 0, marks: 0 });
    for (const file of readdirSync(join(directory, "deep"))) {
      expect(readFileSync(join(directory, "deep", file)).includes("0a1b2c3d4e5f6071")).toBe(false);
    }
  });

  it("refuses a file that is not its own, and one that is damaged", async () => {
    const flags = join(directory, "other.db");
    const other = new DatabaseSync(flags);
    other.exec("CREATE TABLE t (a); PRAGMA application_id = 1");
    other.close();
    await expect(open(flags).apply("one", batch(1))).rejects.toMatchObject({ fault: "corrupt" });
  });

  it("adds nothing of a batch on a full disk, and all of it once there is room", async () => {
    const disk = mountDisk(2 * 1_048_576);
    if (disk === null) {
      process.stderr.write("\nNO FULL DISK WAS TESTED: nothing can be mounted here\n\n");
      return;
    }
    opened.push(disk);
    const archive = open(join(disk.path, "account.db"));
    await archive.apply("one", batch(1, { counts: items({ match: 1 }) }));
    disk.fill();
    const records = Array.from({ length: 100 }, (_, at) => divergent(`e${at}`));
    const large = {
      ...showing(2, records),
      counts: items({ match: 1 }),
      cells: records.map(({ exchange }) => ({ route: "default", cell: cell(exchange), gravity: 1 as const })),
    };
    await expect(archive.apply("one", large)).rejects.toMatchObject({ fault: "read-only" });
    expect(await archive.ledger()).toMatchObject({ received: 1, cells: { compared: 0 } });
    expect(await archive.groups(everything)).toMatchObject({ total: 0 });
    disk.free();
    expect(await archive.apply("one", large)).toBe("applied");
    expect(await archive.ledger()).toMatchObject({ received: 2, cells: { compared: 100 } });
  });
});
