import { appendFile, mkdir, open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { AuditEntry } from "./audit.ts";
import { ifThere, PRIVATE_FILE, PRIVATE_FOLDER } from "./files.ts";
import { textOf } from "./problems.ts";
import type { Store } from "./store.ts";
import { createTurns } from "./turns.ts";

/** Every audit entry that was heard of, line by line, for the day on which a store loses its own. */
export interface Journal {
  /** `entries` null: what is missing is fetched from the store. */
  heard(entries: readonly AuditEntry[] | null, store: Pick<Store, "audit">): void;
  close(): Promise<void>;
}

export interface JournalOptions {
  /** Beyond it the file becomes `<path>.1`, in place of the one before. */
  readonly maxBytes: number;
  readonly problem: (text: string | null) => void;
}

/** How many entries are fetched at once, how often, and how many may wait for the disk. */
const PAGE = 1_000;
const MAX_PAGES = 10;
const MAX_WAITING = 10_000;
/** Enough of the end of the file to find the entry that a store goes on from. */
const TAIL_BYTES = 1_048_576;

interface Tail {
  readonly bytes: number;
  /** Hashes of the entries at the end. */
  readonly hashes: Set<string>;
  /** The last line was not written to its end. */
  readonly isTorn: boolean;
}

export function createJournal(path: string, { maxBytes, problem }: JournalOptions): Journal {
  const turns = createTurns();
  let tail: Tail | null = null;
  let waiting: AuditEntry[] = [];
  /** Entries were not written: the store is asked for them next time. */
  let isBehind = false;

  const write = async (entries: readonly AuditEntry[]): Promise<void> => {
    tail = await tailOf(path, tail);
    const { hashes, isTorn } = tail;
    const fresh = entries.filter(({ hash }) => !hashes.has(hash) && hashes.add(hash));
    if (fresh.length === 0) return;
    const text = `${isTorn ? "\n" : ""}${fresh.map((entry) => `${JSON.stringify(entry)}\n`).join("")}`;
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
    if (tail.bytes + Buffer.byteLength(text) > maxBytes) await ifThere(() => rename(path, `${path}.1`), undefined);
    await appendFile(path, text, { mode: PRIVATE_FILE });
    tail = { bytes: (await stat(path)).size, hashes: new Set([...hashes].slice(-PAGE)), isTorn: false };
  };
  const fetch = async (store: Pick<Store, "audit">): Promise<readonly AuditEntry[]> => {
    tail = await tailOf(path, tail);
    const { hashes } = tail;
    const newestFirst: AuditEntry[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const beforeSeq = newestFirst.at(-1)?.seq;
      const entries = await store.audit({ limit: PAGE, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
      const known = entries.findIndex(({ hash }) => hashes.has(hash));
      newestFirst.push(...(known === -1 ? entries : entries.slice(0, known)));
      if (known !== -1 || entries.length < PAGE) break;
    }
    return newestFirst.toReversed();
  };
  const turn = async (store: Pick<Store, "audit">): Promise<void> => {
    const entries = waiting;
    const wasBehind = isBehind;
    waiting = [];
    isBehind = false;
    try {
      if (wasBehind) await write(await fetch(store));
      await write(entries);
      problem(null);
    } catch (error) {
      isBehind ||= wasBehind;
      tail = null;
      waiting = [...entries, ...waiting];
      problem(`audit entries could not be added to ${path}: ${textOf(error)}`);
    }
  };

  return {
    heard(entries, store) {
      isBehind ||= entries === null;
      waiting.push(...(entries ?? []));
      if (waiting.length > MAX_WAITING) {
        waiting = [];
        isBehind = true;
      }
      void turns.run(() => turn(store));
    },
    close: () => turns.run(async () => {}),
  };
}

/** The end of the file as it is: read again where somebody else has written to it. */
async function tailOf(path: string, known: Tail | null): Promise<Tail> {
  const bytes = await ifThere(async () => (await stat(path)).size, 0);
  if (known?.bytes === bytes) return known;
  if (bytes === 0) return { bytes, hashes: new Set(), isTorn: false };
  const file = await open(path, "r");
  try {
    const start = Math.max(0, bytes - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes - start), 0, bytes - start, start);
    const text = buffer.toString("utf8", 0, bytesRead);
    const hashes = text.split("\n").flatMap((line) => hashIn(line));
    return { bytes, hashes: new Set(hashes), isTorn: !text.endsWith("\n") };
  } finally {
    await file.close();
  }
}

const lineSchema = z.object({ hash: z.string() });

/** None where the line was cut off at either end. */
function hashIn(line: string): readonly string[] {
  try {
    return [lineSchema.parse(JSON.parse(line)).hash];
  } catch {
    return [];
  }
}
