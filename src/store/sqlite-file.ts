import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { StoreError } from "../registry/index.ts";
import { isBusy, sqliteFault } from "./sqlite-fault.ts";
import { migrate, type SqliteForm } from "./sqlite-schema.ts";

/** How long SQLite itself may wait for a lock: the thread stands still for it. */
const LOCK_MS = 20;
/** Between two tries for a lock; a random part keeps two processes from trying in step. */
const RETRY_MS = 10;

export interface SqliteFileOptions {
  readonly path: string;
  readonly form: SqliteForm;
  /** How long another process may hold the file before a call gives up. */
  readonly busyMs: number;
  readonly pollMs: number;
  /** Another connection wrote. */
  readonly moved: () => void;
}

interface Open {
  readonly database: DatabaseSync;
  readonly inode: bigint;
  /** Another number whenever another connection has written (SQLite: PRAGMA data_version). */
  readonly readVersion: () => unknown;
  dataVersion: unknown;
}

/**
 * The file of a store: opened when first needed, opened anew after a fault or when somebody moved it away, and watched for
 * what other processes write.
 */
export class SqliteFile {
  readonly #options: SqliteFileOptions;
  readonly #poll: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #open: Open | null = null;

  constructor(options: SqliteFileOptions) {
    this.#options = options;
    this.#poll = setInterval(() => this.#look(), options.pollMs).unref();
  }

  /** Runs `work` as soon as no other process stands in its way; it must leave nothing half done when it throws. */
  async use<T>(work: (database: DatabaseSync) => T): Promise<T> {
    const { path, busyMs } = this.#options;
    const until = performance.now() + busyMs;
    for (;;) {
      if (this.#closing.signal.aborted) throw closed(path);
      try {
        return work(this.#database());
      } catch (error) {
        const late = performance.now() > until;
        if (!isBusy(error)) this.#drop();
        if (!isBusy(error) || late) throw sqliteFault(error, path);
      }
      await delay(RETRY_MS * (1 + Math.random()), undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  /**
   * Reads the file as it is now, on a connection of its own: however long that takes, and whatever is read and written
   * between two pieces of it.
   */
  async readAside<T>(read: (database: DatabaseSync, pause: () => Promise<void>) => Promise<T>): Promise<T> {
    const { path } = this.#options;
    const pause = async (): Promise<void> => {
      await turn();
      if (this.#closing.signal.aborted) throw closed(path);
    };
    const database = await this.use(() => beginning(path));
    try {
      return await read(database, pause);
    } catch (error) {
      throw sqliteFault(error, path);
    } finally {
      database.close();
    }
  }

  close(): void {
    this.#closing.abort();
    clearInterval(this.#poll);
    this.#drop();
  }

  #database(): DatabaseSync {
    if (this.#open !== null && inodeOf(this.#options.path) !== this.#open.inode) this.#drop();
    this.#open ??= this.#opened();
    return this.#open.database;
  }

  #opened(): Open {
    const { path, form } = this.#options;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Lists name shoppers: for the owner only, as are the files that SQLite puts beside it.
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
    const database = new DatabaseSync(path, { timeout: LOCK_MS });
    try {
      migrate(database, { path, form });
      const statement = database.prepare("PRAGMA data_version");
      const readVersion = (): unknown => statement.get()?.["data_version"];
      return { database, inode: inodeOf(path), readVersion, dataVersion: readVersion() };
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #look(): void {
    if (this.#open === null) return;
    try {
      const dataVersion = this.#open.readVersion();
      if (dataVersion === this.#open.dataVersion) return;
      this.#open.dataVersion = dataVersion;
    } catch {
      // Whoever hears of it asks for the position, and is told the fault.
    }
    this.#options.moved();
  }

  #drop(): void {
    const open = this.#open;
    this.#open = null;
    try {
      open?.database.close();
    } catch {
      // The file is given up either way.
    }
  }
}

function closed(path: string): StoreError {
  return new StoreError("unreachable", `Store '${path}' is closed`);
}

/** A connection that sees the file as it is now, and goes on doing so. */
function beginning(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: LOCK_MS, readOnly: true });
  try {
    database.exec("BEGIN");
    // A transaction sees what is there when it first reads.
    database.prepare("SELECT version FROM head").get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** 0: there is no such file. */
function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
}
