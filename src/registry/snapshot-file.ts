import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ShopperTable, withLists, type Documents, type FlagOf, type ListId } from "../flags/index.ts";
import { digest } from "./chain.ts";
import { killSchema } from "./kill-schema.ts";
import { DamagedFile, ifThere, writeWhole } from "./files.ts";
import type { ListFiles } from "./list-files.ts";
import type { Kill, StoredState } from "./store.ts";

/** The state that was last known, as a file and the files of its lists. */
export interface SnapshotFile {
  /** null: there is none. Rejects with `DamagedFile`; what is damaged is put aside. */
  read(): Promise<Remembered | null>;
  /** False: files of lists are left that nothing names any more, as they are young. */
  write(state: StoredState, endedKill: Kill | null): Promise<boolean>;
}

export interface Remembered {
  readonly state: StoredState;
  /** The store it was of. */
  readonly storeName: string;
  /** The last shared kill that was known to have ended: a store that comes back with it has lost that. */
  readonly endedKill: Kill | null;
}

const NAME = "snapshot.json";
const FORMAT = 1;

const headSchema = z.object({
  key: z.string(),
  description: z.string(),
  enabled: z.boolean().nullable(),
  percent: z.number().min(0).max(100).nullable(),
  allowlist: z.int().nullable(),
  denylist: z.int(),
  forceOn: z.int(),
  audience: z.string().nullable(),
  default: z.boolean(),
  salt: z.string().nullable(),
  bucketing: z.enum(["murmur3", "md5"]),
  settings: z.record(z.string(), z.json()),
  version: z.int(),
  updatedAt: z.string().nullable(),
  updatedBy: z.string(),
}) satisfies z.ZodType<FlagOf<number>>;

const bodySchema = z.object({
  format: z.literal(FORMAT),
  store: z.string(),
  savedAt: z.string(),
  position: z.object({ version: z.int(), seq: z.int(), hash: z.string() }),
  kill: killSchema.nullable(),
  /** Absent in files of Sombras that did not keep it. */
  endedKill: killSchema.nullable().default(null),
  unreadable: z.array(z.string()),
  flags: z.array(headSchema),
  audiences: z.record(z.string(), z.int()),
  /** Files by list; a list of nobody has none. */
  lists: z.record(z.string(), z.string()),
  /** Their file; null: there are none. Absent in files of Sombras that knew none. */
  documents: z.string().nullable().default(null),
});

type Body = Omit<z.infer<typeof bodySchema>, "flags"> & { readonly flags: readonly FlagOf<number>[] };

export function createSnapshotFile(
  folder: string,
  lists: ListFiles,
  { storeName, now }: { readonly storeName: string; readonly now: () => number },
): SnapshotFile {
  const path = join(folder, NAME);
  return {
    async read() {
      const text = await ifThere<string | null>(() => readFile(path, "utf8"), null);
      if (text === null) return null;
      try {
        const body = bodyOf(text);
        return { state: await stateOf(body, lists), storeName: body.store, endedKill: body.endedKill };
      } catch (error) {
        if (error instanceof DamagedFile) await rename(path, `${path}.bad`);
        throw error;
      }
    },
    async write(state, endedKill) {
      const files = await writeLists(state, lists);
      const documents = state.documents.size === 0 ? null : await lists.writeDocuments(state.documents);
      const body: Body = {
        format: FORMAT,
        store: storeName,
        savedAt: new Date(now()).toISOString(),
        position: state.position,
        kill: state.kill,
        endedKill,
        unreadable: [...state.unreadable],
        flags: [...state.flags.values()].map((flag) => withLists(flag, ({ size }) => size)),
        audiences: Object.fromEntries([...state.audiences].map(([name, { size }]) => [name, size])),
        lists: Object.fromEntries(files),
        documents,
      };
      await writeWhole(path, `${JSON.stringify({ ...body, checksum: digest(body) })}\n`);
      return lists.sweep(new Set([...files.values(), ...(documents === null ? [] : [documents])]));
    },
  };
}

function bodyOf(text: string): Body {
  const document = documentOf(text);
  const { format } = document;
  if (typeof format === "number" && format > FORMAT) {
    throw new DamagedFile(`${NAME} was written by a newer Sombra: format ${format}, this one reads ${FORMAT}`);
  }
  const { checksum, ...body } = document;
  if (checksum !== digest(body)) throw new DamagedFile(`${NAME} is damaged: its checksum is that of something else`);
  const parsed = bodySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.slice(0, 3).join("."));
  throw new DamagedFile(`${NAME} is no snapshot of flags: wrong at ${where.join(", ")}`);
}

function documentOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new DamagedFile(`${NAME} is truncated or damaged: it is no JSON object`);
  }
}

/** Every list that somebody is in. */
function listsOf(state: StoredState): readonly (readonly [ListId, ShopperTable])[] {
  const lists: (readonly [ListId, ShopperTable])[] = [];
  for (const { key, allowlist, denylist, forceOn } of state.flags.values()) {
    if (allowlist !== null) lists.push([`allowlist:${key}`, allowlist]);
    lists.push([`denylist:${key}`, denylist], [`forceOn:${key}`, forceOn]);
  }
  for (const [name, table] of state.audiences) lists.push([`audience:${name}`, table]);
  return lists.filter(([, table]) => table.size > 0);
}

async function writeLists(state: StoredState, lists: ListFiles): Promise<ReadonlyMap<ListId, string>> {
  const files = new Map<ListId, string>();
  for (const [list, table] of listsOf(state)) files.set(list, await lists.write(table));
  return files;
}

async function stateOf(body: Body, lists: ListFiles): Promise<StoredState> {
  const nobody = ShopperTable.of([]);
  const listOf = async (list: ListId, count: number): Promise<ShopperTable> => {
    const name = body.lists[list];
    if (name !== undefined) return lists.read(name, count);
    if (count === 0) return nobody;
    throw new DamagedFile(`${NAME} names no file for ${list}, which has ${count} shoppers`);
  };
  const flags = new Map<string, FlagOf<ShopperTable>>();
  for (const head of body.flags) {
    const { key, allowlist } = head;
    flags.set(key, {
      ...head,
      allowlist: allowlist === null ? null : await listOf(`allowlist:${key}`, allowlist),
      denylist: await listOf(`denylist:${key}`, head.denylist),
      forceOn: await listOf(`forceOn:${key}`, head.forceOn),
    });
  }
  const audiences = new Map<string, ShopperTable>();
  for (const [name, count] of Object.entries(body.audiences))
    audiences.set(name, await listOf(`audience:${name}`, count));
  const documents: Documents = body.documents === null ? new Map() : await lists.readDocuments(body.documents);
  return { position: body.position, kill: body.kill, unreadable: body.unreadable, flags, audiences, documents };
}
