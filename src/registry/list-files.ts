import { createHash, hash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ShopperTable } from "../flags/index.ts";
import { asideOf, DamagedFile, ifThere, PRIVATE_FOLDER, writeAside } from "./files.ts";

/** Lists of shoppers in files named by what is in them. */
export interface ListFiles {
  /** The name of the file that holds the list; written where there is none yet. */
  write(table: ShopperTable): Promise<string>;
  /** Rejects with `DamagedFile` where the file is not there, or holds something else. */
  read(name: string, count: number): Promise<ShopperTable>;
  /** Takes out files that are not in `keep`. */
  sweep(keep: ReadonlySet<string>): Promise<void>;
}

/** A line: as many as are turned to text without holding up the thread. */
const MEMBERS_PER_LINE = 10_000;

const lineSchema = z.array(z.string());

/** `sweepAfterMs`: a younger file may be that of another process, whose snapshot is still being written. */
export function createListFiles(folder: string, sweepAfterMs: number): ListFiles {
  /** Tables never change: what was written once needs no second look. */
  const names = new WeakMap<ShopperTable, string>();
  return {
    async write(table) {
      const known = names.get(table);
      if (known !== undefined && (await touch(join(folder, known)))) return known;
      const name = await writeList(folder, table);
      names.set(table, name);
      return name;
    },
    async read(name, count) {
      const table = await readList(join(folder, name), name);
      if (table.size !== count) {
        throw new DamagedFile(`lists/${name} holds ${table.size} shoppers where the snapshot counts ${count}`);
      }
      names.set(table, name);
      return table;
    },
    async sweep(keep) {
      const oldest = Date.now() - sweepAfterMs;
      for (const name of await namesIn(folder)) {
        if (!keep.has(name) && (await isOlder(join(folder, name), oldest)))
          await rm(join(folder, name), { force: true });
      }
    },
  };
}

async function writeList(folder: string, table: ShopperTable): Promise<string> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const digest = createHash("sha256");
  let name = "";
  await writeAside(asideOf(join(folder, "list")), async (append) => {
    for (const line of linesOf(table)) {
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

async function readList(path: string, name: string): Promise<ShopperTable> {
  const bytes = await ifThere<Buffer | null>(() => readFile(path), null);
  if (bytes === null) throw new DamagedFile(`lists/${name} is missing`);
  if (`${hash("sha256", bytes)}.jsonl` !== name) {
    throw new DamagedFile(`lists/${name} holds other bytes than were written to it`);
  }
  const lines = bytes.toString().trimEnd().split("\n");
  return ShopperTable.of(lines.flatMap((line) => lineSchema.parse(JSON.parse(line))));
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
