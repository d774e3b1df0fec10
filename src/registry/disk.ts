import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEntry } from "./audit.ts";
import { PRIVATE_FOLDER } from "./files.ts";
import { createJournal, type JournalOptions } from "./journal.ts";
import { createKillFile } from "./kill-file.ts";
import type { LocalKill } from "./registry.ts";
import { createLastKnown, type LastKnownOptions } from "./last-known.ts";
import { createListFiles } from "./list-files.ts";
import { textOf, type TellProblem } from "./problems.ts";
import { createSnapshotFile, type Remembered } from "./snapshot-file.ts";
import type { Kill, Store, StoredState } from "./store.ts";

/** What a registry keeps beside its store. It waits for none of it but when it starts, ends, or throws a kill alone. */
export interface Disk {
  /** What cannot be read counts as absent, and is told as a problem. */
  read(): Promise<{ readonly remembered: Remembered | null; readonly kill: LocalKill | null }>;
  /** `endedKill`: of the last shared kill that is known to have ended. */
  save(state: StoredState, endedKill: Kill | null): void;
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
  /** Told what a restart would miss now, and why it cannot be kept; null: nothing. The journal's gaps the store can fill. */
  readonly onHealth: (problem: string | null) => void;
}

export interface DiskOptions {
  readonly snapshotMs: LastKnownOptions["gapMs"];
  readonly sweepAfterMs: number;
  readonly journalBytes: JournalOptions["maxBytes"];
  /** How long after a kill, or the room for one, could not be noted it is tried again. */
  readonly noteAgainMs: number;
}

export function openDisk(deps: DiskDeps, options: DiskOptions): Disk {
  const { directory, problem } = deps;
  const { snapshotMs, sweepAfterMs, journalBytes, noteAgainMs } = options;
  const failing = new Map<string, string>();
  const told = (operation: string) => (text: string | null) => {
    problem(operation, text);
    if (text === null) failing.delete(operation);
    else failing.set(operation, text);
    deps.onHealth(failing.values().next().value ?? null);
  };
  const lists = createListFiles(join(directory, "lists"), sweepAfterMs);
  const lastKnown = createLastKnown(createSnapshotFile(directory, lists, deps), {
    gapMs: snapshotMs,
    sweepAfterMs,
    problem: told("snapshot"),
  });
  const killFile = createKillFile(join(directory, "kill-pending.json"), deps.now);
  const journal = createJournal(join(directory, "audit.jsonl"), {
    maxBytes: journalBytes,
    problem: (text) => problem("journal", text),
  });
  let audited: Pick<Store, "audit"> | null = null;
  const tellKill = told("kill");
  let killSaved = Promise.resolve(true);
  /** undefined: what the file says is as it was found. */
  let toNote: LocalKill | null | undefined;
  let again: NodeJS.Timeout | null = null;
  let isClosing = false;

  /** null where it fails, which is told. */
  const orNothing = async <T>(operation: string, what: string, work: () => Promise<T | null>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      problem(operation, `${what} in ${directory}: ${textOf(error)}`);
      return null;
    }
  };
  const note = async (): Promise<boolean> => {
    if (again !== null) clearTimeout(again);
    again = null;
    const kill = toNote;
    try {
      await (kill === undefined ? killFile.reserve() : killFile.write(kill));
      if (kill === toNote) tellKill(null);
      return true;
    } catch (error) {
      const what = kill ? "the kill could not be noted" : "there is no room to note a kill";
      tellKill(`${what} in ${directory}: ${textOf(error)}`);
      if (!isClosing) again = setTimeout(begin, noteAgainMs).unref();
      return false;
    }
  };

  const begin = (): void => {
    killSaved = note();
  };

  return {
    async read() {
      await orNothing("folder", "it could not be made", () =>
        mkdir(directory, { recursive: true, mode: PRIVATE_FOLDER }),
      );
      const remembered = await orNothing("last known", "the last known flags cannot be used", () => lastKnown.read());
      const noted = await orNothing("noted kill", "whether a kill was noted is not known", () => killFile.read());
      if (noted?.problem) problem("noted kill", noted.problem);
      if (toNote === undefined) begin();
      return { remembered, kill: noted?.kill ?? null };
    },
    save: (state, endedKill) => lastKnown.save(state, endedKill),
    auditOf: (store) => (audited = store),
    heard(entries) {
      if (audited !== null) journal.heard(entries, audited);
    },
    saveKill: (kill) => {
      toNote = kill;
      begin();
    },
    killSaved: () => killSaved,
    async close() {
      isClosing = true;
      if (again !== null) clearTimeout(again);
      await Promise.all([lastKnown.close(), journal.close(), killFile.close()]);
    },
  };
}
