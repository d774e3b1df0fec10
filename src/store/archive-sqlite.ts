import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { archiveLimits, hiddenIn, type Archive, type ArchiveLimits } from "../account/index.ts";
import { StoreError } from "../registry/index.ts";
import { writable } from "./archive-records.ts";
import { archiveForm } from "./archive-schema.ts";
import { evidenceIn } from "./archive-sqlite-evidence.ts";
import { eraseIn, expireIn } from "./archive-sqlite-keep.ts";
import { countsIn, exchangeIn, groupIn, groupsIn, ledgerIn } from "./archive-sqlite-read.ts";
import { writeBatch } from "./archive-sqlite-write.ts";
import { inTransaction } from "./sqlite-fault.ts";
import { SqliteFile } from "./sqlite-file.ts";

export interface SqliteArchiveOptions {
  /** The file; its directory is made where there is none. */
  readonly path: string;
  /** How long another process may hold the file before a call is rejected as busy. */
  readonly busyMs?: number;
  readonly limits?: Partial<ArchiveLimits>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Nobody is told of what others write: who reads reads what is there. */
const pollMs = 2 ** 31 - 1;
const checkpointRetryMs = 20;

/** An archive in one file, for the processes of one machine. Nothing is opened before the first call. */
export function createSqliteArchive({
  path,
  busyMs = 2000,
  limits: given = {},
  now = () => Date.now(),
}: SqliteArchiveOptions): Archive {
  const limits = { ...archiveLimits, ...given };
  const file = new SqliteFile({ path, form: archiveForm, busyMs, pollMs, moved: () => undefined });
  const read = <T>(work: (database: DatabaseSync) => T): Promise<T> =>
    file.use((database) => inTransaction(database, "DEFERRED", () => work(database)));
  const write = <T>(work: (database: DatabaseSync) => T): Promise<T> =>
    file.use((database) => inTransaction(database, "IMMEDIATE", () => work(database)));
  /** What the log still has of what was taken out, no file has afterwards. */
  const emptyLog = async (): Promise<void> => {
    const until = performance.now() + busyMs;
    while (!(await file.use(isCheckpointed))) {
      if (performance.now() > until) {
        throw new StoreError(
          "busy",
          `Store '${path}' is read by another process: what was erased is still in its log, try again`,
        );
      }
      await delay(checkpointRetryMs);
    }
  };
  return {
    apply: (instance, batch) => {
      const prepared = writable(batch, limits);
      return write((database) => writeBatch({ database, limits }, instance, prepared));
    },
    ledger: (route) => read((database) => ledgerIn(database, now(), route)),
    groups: (query) => read((database) => ({ source: "sqlite", ...groupsIn(database, query) })),
    group: (signature) => read((database) => groupIn(database, signature)),
    exchange: (id) => read((database) => exchangeIn(database, id, now())),
    hiddenBy: async () => hiddenIn(await read(countsIn)),
    counts: async (name) => (await read(countsIn)).filter((count) => count.name === name),
    async erase(hashes) {
      const erased = await write((database) => eraseIn(database, hashes));
      await emptyLog();
      return erased;
    },
    evidence: (scope) => read((database) => evidenceIn(database, scope)),
    async expire() {
      await write((database) => expireIn({ database, limits }, now()));
      // The next time does where somebody is reading now.
      await file.use(isCheckpointed);
    },
    close: async () => file.close(),
  };
}

function isCheckpointed(database: DatabaseSync): boolean {
  const { busy } = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {};
  return busy === 0;
}
