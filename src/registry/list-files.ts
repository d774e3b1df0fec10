import { createHash, hash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isDocumentId, ShopperTable, type Documents, type StoredDocument } from "../flags/index.ts";
import { asideOf, DamagedFile, ifThere, PRIVATE_FOLDER, writeAside } from "./files.ts";

/** Lists of shoppers, and documents, in files named by what is in them. */
export interface ListFiles {
  /** The name of the file that holds the list; written where there is none yet. */
  write(table: ShopperTable): Promise<string>;
  /** Rejects with `DamagedFile` where the file is not there, or holds something else. */
  read(name: string, count: number): Promise<ShopperTable>;
  /** As lists: nothing is written while they are the same. */
  writeDocuments(documents: Documents): Promise<string>;
  readDocuments(name: string): Promise<Documents>;
  /** Takes out files that are not in `keep`; false: some are left, as they are young. */
  sweep(keep: ReadonlySet<string>): Promise<boolean>;
}

/** A line: as many as are turned to text without holding up the thread. */
const MEMBERS_PER_LINE = 10_000;
const DOCUMENTS_AT_ONCE = 500;

const lineSchema = z.array(z.string());

const documentSchema = z.object({
  id: z.custom<StoredDocument["id"]>((id) => typeof id === "string" && isDocumentId(id)),
  value: z.record(z.string(), z.json()),
  version: z.int(),
  updatedAt: z.string(),
  updatedBy: z.string(),
}) satisfies z.ZodType<StoredDocument>;

/** `sweepAfterMs`: a younger file may be that of another process, whose snapshot is still being written. */
export function createListFiles(folder: string, sweepAfterMs: number): ListFiles {
  /** Neither tables nor documents ever change: what was written once needs no second look. */
  const names = new WeakMap<ShopperTable | Documents, string>();
  const writeOnce = async (what: ShopperTable | Documents, lines: Iterable<string>): Promise<string> => {
    const known = names.get(what);
    if (known !== undefined && (await touch(join(folder, known)))) return known;
    const name = await writeLines(folder, lines);
    names.set(what, name);
    return name;
  };
  return {
    write: (table) => writeOnce(table, linesOf(table)),
    writeDocuments: (documents) => writeOnce(documents, linesOfDocuments(documents)),
    async readDocuments(name) {
      const lines = await readLines(join(folder, name), name);
      const documents: Documents = new Map(
        lines.map((line) => {
          const document = documentSchema.parse(JSON.parse(line));
          return [document.id, document] as const;
        }),
      );
      names.set(documents, name);
      return documents;
    },
    async read(name, count) {
      const lines = await readLines(join(folder, name), name);
      const table = ShopperTable.of(lines.flatMap((line) => lineSchema.parse(JSON.parse(line))));
      if (table.size !== count) {
        throw new DamagedFile(`lists/${name} holds ${table.size} shoppers where the snapshot counts ${count}`);
      }
      names.set(table, name);
      return table;
    },
    async sweep(keep) {
      const oldest = Date.now() - sweepAfterMs;
      let all = true;
      for (const name of await namesIn(folder)) {
        if (keep.has(name)) continue;
        if (await isOlder(join(folder, name), oldest)) await rm(join(folder, name), { force: true });
        else all = false;
      }
      return all;
    },
  };
}

async function writeLines(folder: string, lines: Iterable<string>): Promise<string> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const digest = createHash("sha256");
  let name = "";
  await writeAside(asideOf(join(folder, "list")), async (append) => {
    for (const line of lines) {
      digest.update(line);
      await append(line);
    }
    name = `${digest.digest("hex")}.jsonl`;
    return join(folder, name);
  });
  return name;
}

function* linesOf(table: ShopperTable): Iterable<string> {
  let members: string[] = [];
  for (const member of table.members()) {
    members.push(member);
    if (members.length < MEMBERS_PER_LINE) continue;
    yield `${JSON.stringify(members)}\n`;
    members = [];
  }
  if (members.length > 0) yield `${JSON.stringify(members)}\n`;
}

/** One a line, so many lines at once: each piece is a turn of the disk. */
function* linesOfDocuments(documents: Documents): Iterable<string> {
  const all = [...documents.values()];
  for (let at = 0; at < all.length; at += DOCUMENTS_AT_ONCE) {
    yield all
      .slice(at, at + DOCUMENTS_AT_ONCE)
      .map((document) => `${JSON.stringify(document)}\n`)
      .join("");
  }
}

async function readLines(path: string, name: string): Promise<readonly string[]> {
  const bytes = await ifThere<Buffer | null>(() => readFile(path), null);
  if (bytes === null) throw new DamagedFile(`lists/${name} is missing`);
  if (`${hash("sha256", bytes)}.jsonl` !== name) {
    throw new DamagedFile(`lists/${name} holds other bytes than were written to it`);
  }
  return bytes.toString().trimEnd().split("\n");
}

/** False: there is no such file. */
async function touch(path: string): Promise<boolean> {
  const now = new Date();
  return ifThere(async () => {
    await utimes(path, now, now);
    return true;
  }, false);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return ifThere(() => readdir(folder), []);
}

async function isOlder(path: string, oldestMs: number): Promise<boolean> {
  return ifThere(async () => (await stat(path)).mtimeMs <= oldestMs, false);
}
