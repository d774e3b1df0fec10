import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ShopperTable, type DocumentId, type StoredDocument } from "../flags/index.ts";
import { sampleFlag, tabled } from "../flags/sample.ts";
import { digest } from "./chain.ts";
import { createListFiles } from "./list-files.ts";
import { createSnapshotFile, type SnapshotFile } from "./snapshot-file.ts";
import type { StoredState } from "./store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sombra-snapshot-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const many = Array.from({ length: 25_000 }, (_, index) => `49${index}`);
const odd = ["a\nb", "é", '"', "\ud800"];

function documentOf(id: DocumentId, value: StoredDocument["value"]): StoredDocument {
  return { id, value, version: 4, updatedAt: "2026-01-01T00:00:00.000Z", updatedBy: "token:anna" };
}

const state: StoredState = {
  position: { version: 12, seq: 15, hash: "abc" },
  kill: { at: "2026-01-02T03:04:05.000Z", by: "token:anna", reason: null },
  unreadable: ["OTHER"],
  flags: new Map([
    [
      "A",
      tabled(
        sampleFlag({ key: "A", percent: 5, allowlist: many, denylist: odd, settings: { a: [1, null] }, version: 3 }),
      ),
    ],
    [
      "B",
      tabled(
        sampleFlag({ key: "B", enabled: true, allowlist: [], audience: "vip", updatedAt: "2026-01-01T00:00:00Z" }),
      ),
    ],
  ]),
  audiences: new Map([
    ["vip", ShopperTable.of(["x", "y"])],
    ["empty", ShopperTable.of([])],
  ]),
  documents: new Map([
    ["rule:dates", documentOf("rule:dates", { path: "/body/at" })],
    ["triage:0123456789abcdef", documentOf("triage:0123456789abcdef", { state: "bug", reason: 'a\nb "é"' })],
  ]),
};

const fileOf = (sweepAfterMs = 0): SnapshotFile =>
  createSnapshotFile(folder, createListFiles(join(folder, "lists"), sweepAfterMs), {
    storeName: "sqlite",
    now: () => Date.parse("2026-01-02T03:04:05.000Z"),
  });

const lists = (): readonly string[] => readdirSync(join(folder, "lists")).toSorted();
const path = (): string => join(folder, "snapshot.json");
const text = (): string => readFileSync(path(), "utf8");

function plain({ flags, audiences, documents, ...rest }: StoredState): object {
  const members = (table: ShopperTable | null): readonly string[] | null => table && [...table.members()];
  return {
    ...rest,
    flags: [...flags.values()].map((flag) => ({
      ...flag,
      allowlist: members(flag.allowlist),
      denylist: members(flag.denylist),
      forceOn: members(flag.forceOn),
    })),
    audiences: [...audiences].map(([name, table]) => [name, members(table)]),
    documents: [...documents],
  };
}

describe("a snapshot", () => {
  it("comes back as it was, with every list and whose it is", async () => {
    await fileOf().write(state, null);
    const remembered = await fileOf().read();
    expect(remembered).toMatchObject({ storeName: "sqlite", endedKill: null });
    expect(remembered && plain(remembered.state)).toEqual(plain(state));
  });

  it("comes back from before there were documents", async () => {
    await fileOf().write({ ...state, documents: new Map() }, null);
    const { checksum: _, documents: __, ...body } = { ...JSON.parse(text()) };
    writeFileSync(path(), JSON.stringify({ ...body, checksum: digest(body) }));
    const remembered = await fileOf().read();
    expect(remembered?.state.documents).toEqual(new Map());
  });

  it("keeps the last kill that ended", async () => {
    const endedKill = { at: "2026-01-02T03:04:05.000Z", by: "token:anna", reason: "drill" };
    await fileOf().write(state, endedKill);
    expect(await fileOf().read()).toMatchObject({ endedKill });
  });

  it("is absent where nothing was ever written", async () => {
    expect(await fileOf().read()).toBeNull();
  });

  it("leaves no file behind but itself and its lists, which only the owner may read", async () => {
    await fileOf().write(state, null);
    expect(readdirSync(folder).toSorted()).toEqual(["lists", "snapshot.json"]);
    expect(lists()).toHaveLength(4);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    for (const list of lists()) expect(statSync(join(folder, "lists", list)).mode & 0o777).toBe(0o600);
  });

  it("writes a list and documents once, and takes them out when no snapshot names them", async () => {
    const file = fileOf();
    await file.write(state, null);
    const inodes = lists().map((list) => statSync(join(folder, "lists", list)).ino);
    await file.write({ ...state, position: { version: 13, seq: 16, hash: "def" } }, null);
    expect(lists().map((list) => statSync(join(folder, "lists", list)).ino)).toEqual(inodes);
    await file.write({ ...state, flags: new Map() }, null);
    expect(lists()).toHaveLength(2);
    await file.write({ ...state, flags: new Map(), documents: new Map() }, null);
    expect(lists()).toHaveLength(1);
  });

  it("writes a list again that somebody took away", async () => {
    const file = fileOf();
    await file.write(state, null);
    rmSync(join(folder, "lists"), { recursive: true });
    await file.write(state, null);
    expect(await fileOf().read()).not.toBeNull();
  });

  it("leaves a young list alone that no snapshot names: it may be another process's", async () => {
    await fileOf(60_000).write(state, null);
    await fileOf(60_000).write({ ...state, flags: new Map() }, null);
    expect(lists()).toHaveLength(4);
  });
});

describe("a snapshot that is not what was written", () => {
  const damage: Readonly<Record<string, { readonly how: () => void; readonly says: RegExp }>> = {
    "is truncated": {
      how: () => writeFileSync(path(), text().slice(0, -40)),
      says: /^snapshot\.json is truncated or damaged/,
    },
    "is empty": { how: () => writeFileSync(path(), ""), says: /^snapshot\.json is truncated or damaged/ },
    "is a list": { how: () => writeFileSync(path(), "[]"), says: /^snapshot\.json is truncated or damaged/ },
    "says another percent": {
      how: () => writeFileSync(path(), text().replace('"percent":5', '"percent":6')),
      says: /^snapshot\.json is damaged: its checksum/,
    },
    "was written by a newer Sombra": {
      how: () => writeFileSync(path(), JSON.stringify({ format: 2 })),
      says: /^snapshot\.json was written by a newer Sombra: format 2, this one reads 1/,
    },
    "has a field of another kind": {
      how: () => {
        const { checksum: _, ...body } = { ...JSON.parse(text()), position: "12" };
        writeFileSync(path(), JSON.stringify({ ...body, checksum: digest(body) }));
      },
      says: /^snapshot\.json is no snapshot of flags: wrong at position$/,
    },
    "names a list that is not there": {
      how: () => rmSync(join(folder, "lists", lists()[0] ?? "")),
      says: /^lists\/[0-9a-f]{64}\.jsonl is missing$/,
    },
    "names a list of other bytes": {
      how: () => writeFileSync(join(folder, "lists", lists()[0] ?? ""), '["x"]\n'),
      says: /^lists\/[0-9a-f]{64}\.jsonl holds other bytes than were written to it$/,
    },
    "names documents that are not there": {
      how: () => {
        const { documents } = JSON.parse(text());
        rmSync(join(folder, "lists", documents));
      },
      says: /^lists\/[0-9a-f]{64}\.jsonl is missing$/,
    },
    "counts other members": {
      how: () => {
        const { checksum: _, ...body } = { ...JSON.parse(text()), audiences: { vip: 3 } };
        writeFileSync(path(), JSON.stringify({ ...body, checksum: digest(body) }));
      },
      says: /^lists\/[0-9a-f]{64}\.jsonl holds 2 shoppers where the snapshot counts 3$/,
    },
    "names no file for a list of somebody": {
      how: () => {
        const { checksum: _, ...body } = { ...JSON.parse(text()), lists: {} };
        writeFileSync(path(), JSON.stringify({ ...body, checksum: digest(body) }));
      },
      says: /^snapshot\.json names no file for allowlist:A, which has 25000 shoppers$/,
    },
  };

  it.each(Object.keys(damage))("is put aside and said where it %s", async (what) => {
    await fileOf().write(state, null);
    damage[what]?.how();
    await expect(fileOf().read()).rejects.toThrow(damage[what]?.says);
    expect(readdirSync(folder)).toContain("snapshot.json.bad");
    expect(await fileOf().read()).toBeNull();
  });

  it("is left where it is if it could not be read at all", async () => {
    mkdirSync(path());
    await expect(fileOf().read()).rejects.toThrow("EISDIR");
    expect(readdirSync(folder)).toEqual(["snapshot.json"]);
  });
});
