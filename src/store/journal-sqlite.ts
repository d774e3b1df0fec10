import type { DatabaseSync } from "node:sqlite";
import { archiveForm } from "./archive-schema.ts";
import { journalLimits, readCheckpoint, readProgress, type Journal, type JournalLimits } from "./journal-records.ts";
import { sqliteOutbox } from "./outbox-sqlite.ts";
import { inTransaction } from "./sqlite-fault.ts";
import { SqliteFile } from "./sqlite-file.ts";

export interface SqliteJournalOptions {
  /** That of the archive; its directory is made where there is none. */
  readonly path: string;
  /** How long another process may hold the file before a call is rejected as busy. */
  readonly busyMs?: number;
  readonly limits?: Partial<JournalLimits>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Nobody is told of what others write: who reads reads what is there. */
const pollMs = 2 ** 31 - 1;

/** A journal in the archive's file, for the processes of one machine: they share its clock. */
export function createSqliteJournal({
  path,
  busyMs = 2000,
  limits: given = {},
  now = () => Date.now(),
}: SqliteJournalOptions): Journal {
  const limits = { ...journalLimits, ...given };
  const file = new SqliteFile({ path, form: archiveForm, busyMs, pollMs, moved: () => undefined });
  const write = <T>(work: (database: DatabaseSync) => T): Promise<T> =>
    file.use((database) => inTransaction(database, "IMMEDIATE", () => work(database)));
  /** The highest token that was seen here. */
  let highest = 0;
  const leaseIn = (database: DatabaseSync, instance: string, leaseMs: number): { readonly token: number } | null => {
    const { token: known, its, holder, taken, ms } = database.prepare("SELECT * FROM lease").get() ?? {};
    highest = Math.max(highest, Number(known));
    const at = now();
    const isHeld = holder !== null && at >= Number(taken) && at < Number(taken) + Number(ms);
    if (isHeld && holder !== instance) return null;
    const isSame = isHeld && Number(its) === highest;
    highest = isSame ? highest : Math.max(highest + 1, at);
    database
      .prepare("UPDATE lease SET token = ?1, its = ?1, holder = ?2, taken = ?3, ms = ?4")
      .run(highest, instance, at, leaseMs);
    return { token: highest };
  };
  return {
    ...sqliteOutbox({ read: (work) => file.use(work), write, leads }),
    progress: (rollout) =>
      file.use((database) => {
        const { record } = database.prepare("SELECT record FROM progress WHERE rollout = ?").get(rollout) ?? {};
        return typeof record === "string" ? readProgress(record) : null;
      }),
    keep: (rollout, progress, token) =>
      write((database) => {
        if (!leads(database, token)) return false;
        const put = database.prepare("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)");
        put.run(rollout, now(), JSON.stringify(progress));
        return true;
      }),
    add: (checkpoint, token) =>
      write((database) => {
        if (!leads(database, token)) return false;
        addIn(database, { rollout: checkpoint.rollout, text: JSON.stringify(checkpoint), at: now() });
        trimIn(database, checkpoint.rollout, limits.checkpoints);
        expireJournalIn(database, now(), limits.retentionMs);
        return true;
      }),
    checkpoints: (rollout, limit) =>
      file.use((database) =>
        database
          .prepare("SELECT record FROM checkpoints WHERE rollout = ? ORDER BY number DESC LIMIT ?")
          .all(rollout, limit)
          .flatMap(({ record }) => (typeof record === "string" ? (readCheckpoint(record) ?? []) : [])),
      ),
    lease: (instance, leaseMs) => write((database) => leaseIn(database, instance, leaseMs)),
    release: (instance) =>
      write((database) => void database.prepare("UPDATE lease SET holder = NULL WHERE holder = ?").run(instance)),
    close: async () => file.close(),
  };
}

/** Whether nobody has overtaken whoever bears this token. A file that knows of no lease has lost it. */
function leads(database: DatabaseSync, token: number): boolean {
  const known = Number(database.prepare("SELECT token FROM lease").get()?.["token"]);
  if (known === 0 || token < known) return false;
  if (token > known) database.prepare("UPDATE lease SET token = ?").run(token);
  return true;
}

interface Added {
  readonly rollout: string;
  readonly text: string;
  readonly at: number;
}

/** Once, where it is said again because nobody knows whether it was kept. */
function addIn(database: DatabaseSync, { rollout, text, at }: Added): void {
  const last = database.prepare("SELECT record FROM checkpoints WHERE rollout = ? ORDER BY number DESC LIMIT 1");
  if (last.get(rollout)?.["record"] === text) return;
  database.prepare("INSERT INTO checkpoints VALUES (NULL, ?, ?, ?)").run(rollout, at, text);
}

function trimIn(database: DatabaseSync, rollout: string, most: number): void {
  const surplus = "SELECT number FROM checkpoints WHERE rollout = ?1 ORDER BY number DESC LIMIT -1 OFFSET ?2";
  database.prepare(`DELETE FROM checkpoints WHERE number IN (${surplus})`).run(rollout, most);
}

/** To be called inside a transaction. */
export function expireJournalIn(database: DatabaseSync, now: number, retentionMs = journalLimits.retentionMs): void {
  database.prepare("DELETE FROM checkpoints WHERE at < ?").run(now - retentionMs);
  database.prepare("DELETE FROM progress WHERE at < ?").run(now - retentionMs);
}
