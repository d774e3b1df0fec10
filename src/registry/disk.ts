import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEntry } from "./audit.ts";
import { PRIVATE_FOLDER } from "./files.ts";
import { createJournal, type JournalOptions } from "./journal.ts";
import { createKillFile } from "./kill-file.ts";
import type { LocalKill } from "./known.ts";
import { createLastKnown, type LastKnownOptions } from "./last-known.ts";
import { createListFiles } from "./list-files.ts";
import { textOf, type TellProblem } from "./problems.ts";
import { createSnapshotFile, type Remembered } from "./snapshot-file.ts";
import type { Store, StoredState } from "./store.ts";

/** What a registry keeps beside its store. It waits for none of it but when it starts, ends, or throws a kill alone. */
export interface Disk {
  /** What cannot be read counts as absent, and is told as a problem. */
  read(): Promise<{ readonly remembered: Remembered | null; readonly kill: LocalKill | null }>;
  save(state: StoredState): void;
  /** The store whose audit is kept as well. */
  auditOf(store: Pick<Store, "audit">): void;
  /** null: entries that are not known here. */
  heard(entries: readonly AuditEntry[] | null): void;
  saveKill(kill: LocalKill | null): void;
  /** Whether the newest kill is on disk, once that is known. */
  killSaved(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DiskDeps {
  readonly directory: string;
  readonly storeName: string;
  readonly now: () => number;
  readonly problem: TellProblem;
}

export interface DiskOptions {
  readonly snapshotMs: LastKnownOptions["gapMs"];
  readonly sweepAfterMs: number;
  readonly journalBytes: JournalOptions["maxBytes"];
}

export function openDisk(deps: DiskDeps, { snapshotMs, sweepAfterMs, journalBytes }: DiskOptions): Disk {
  const { directory, problem } = deps;
  const told = (operation: string) => (text: string | null) => problem(operation, text);
  const lists = createListFiles(join(directory, "lists"), sweepAfterMs);
  const lastKnown = createLastKnown(createSnapshotFile(directory, lists, deps), {
    gapMs: snapshotMs,
    problem: told("snapshot"),
  });
  const killFile = createKillFile(join(directory, "kill-pending.json"), deps.now);
  const journal = createJournal(join(directory, "audit.jsonl"), { maxBytes: journalBytes, problem: told("journal") });
  let audited: Pick<Store, "audit"> | null = null;
  let killSaved = Promise.resolve(true);

  /** null where it fails, which is told. */
  const orNothing = async <T>(operation: string, what: string, work: () => Promise<T | null>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      problem(operation, `${what} in ${directory}: ${textOf(error)}`);
      return null;
    }
  };
  const saveKill = async (kill: LocalKill | null): Promise<boolean> => {
    const saved = await orNothing("kill", "the kill could not be noted", async () => {
      await killFile.write(kill);
      return true;
    });
    if (saved === true) problem("kill", null);
    return saved === true;
  };

  return {
    async read() {
      await orNothing("folder", "it could not be made", () =>
        mkdir(directory, { recursive: true, mode: PRIVATE_FOLDER }),
      );
      const remembered = await orNothing("last known", "the last known flags cannot be used", () => lastKnown.read());
      const noted = await orNothing("noted kill", "whether a kill was noted is not known", () => killFile.read());
      if (noted?.problem) problem("noted kill", noted.problem);
      return { remembered, kill: noted?.kill ?? null };
    },
    save: (state) => lastKnown.save(state),
    auditOf: (store) => (audited = store),
    heard(entries) {
      if (audited !== null) journal.heard(entries, audited);
    },
    saveKill: (kill) => {
      killSaved = saveKill(kill);
    },
    killSaved: () => killSaved,
    close: async () => void (await Promise.all([lastKnown.close(), journal.close(), killSaved])),
  };
}
