import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { partsOf, type EvidenceDelta, type Sketches, type StreamEvidence } from "../account/index.ts";
import { addCounts, countSet, countsText, readCounts, readPopulation, sketchesOf } from "./archive-evidence.ts";
import type { WritableBatch } from "./archive-records.ts";
import { createRoom, type Writing } from "./archive-sqlite-room.ts";

/** What evidence does to the tables of an archive: how many cells, and how many items, there was no room for. */
export function writeEvidence(
  writing: Writing,
  { evidence, at }: WritableBatch,
): Readonly<Record<"cells" | "items", number>> {
  let items = 0;
  if (evidence.length === 0) return { cells: 0, items };
  const find = createFind(writing, at);
  const slots = createSlots(writing.database);
  const cells = createCells(writing);
  const sketch = createSketches(writing.database);
  for (const delta of evidence) {
    const number = find(delta);
    if (number === null) {
      items += delta.raw[0] ?? 0;
      continue;
    }
    const counted = slots.read(number, delta.slot);
    addCounts(counted.raw, delta.raw);
    addCounts(counted.cells, delta.alone);
    cells.join(number, delta, counted.cells);
    slots.write(number, delta.slot, counted);
    sketch(number, delta.sketches);
  }
  return { cells: cells.keep(), items };
}

/** Numbers of streams by what they are; null: there is no room for another one in its scope. */
function createFind({ database, limits }: Writing, at: number): (delta: EvidenceDelta) => number | null {
  const find = database.prepare(
    `UPDATE streams SET first_seen = min(first_seen, ?1), last_seen = max(last_seen, ?1) WHERE scope = ? AND route = ?
       AND population = ? AND legacy_version = ? AND candidate_version = ? AND rules = ? RETURNING number`,
  );
  const size = database.prepare("SELECT count(*) AS size FROM streams WHERE scope = ?");
  const insert = database.prepare(
    `INSERT INTO streams (first_seen, last_seen, scope, route, population, legacy_version, candidate_version, rules)
     VALUES (?1, ?1, ?, ?, ?, ?, ?, ?) RETURNING number`,
  );
  return ({ stream: { scope, route, population, legacyVersion, candidateVersion, rules } }) => {
    const stream = [at, scope, route, population, legacyVersion, candidateVersion, rules] as const;
    const known = find.get(...stream)?.["number"];
    if (known !== undefined) return Number(known);
    if (Number(size.get(scope)?.["size"]) >= limits.streams) return null;
    return Number(insert.get(...stream)?.["number"]);
  };
}

interface Counted {
  readonly raw: number[];
  readonly cells: number[];
}

function createSlots(database: DatabaseSync) {
  const find = database.prepare("SELECT raw, cells FROM stream_slots WHERE of = ? AND slot = ?");
  const put = database.prepare("INSERT OR REPLACE INTO stream_slots VALUES (?, ?, ?, ?)");
  return {
    read: (number: number, slot: number): Counted => countedOf(find.get(number, slot) ?? {}),
    write: (number: number, slot: number, { raw, cells }: Counted): void =>
      void put.run(number, slot, countsText(raw), countsText(cells)),
  };
}

function countedOf({ raw, cells }: Readonly<Record<string, SQLOutputValue>>): Counted {
  return { raw: readCounts(text(raw)), cells: readCounts(text(cells)) };
}

function createCells(writing: Writing) {
  const { database } = writing;
  const room = createRoom(writing, "stream_cells");
  const find = database.prepare("SELECT marks FROM stream_cells WHERE slot = ? AND of = ? AND shopper = ?");
  const put = database.prepare("INSERT OR REPLACE INTO stream_cells VALUES (?, ?, ?, ?)");
  const meet = createMeet(writing);
  let lost = 0;
  return {
    /** Counts what is new of each cell. */
    join(number: number, { cells }: EvidenceDelta, counts: number[]): void {
      for (const [cell, set] of cells) {
        const { slot, shopper } = partsOf(cell);
        const before = Number(find.get(slot, number, shopper)?.["marks"] ?? 0);
        const now = before | set;
        if (now === before) continue;
        if (before === 0 && !room.take(slot)) {
          lost += 1;
          continue;
        }
        put.run(slot, number, shopper, now);
        countSet(counts, now & ~before);
        if (before === 0) meet(number, shopper, slot);
      }
    },
    /** How many there was no room for. */
    keep(): number {
      room.keep();
      return lost;
    },
  };
}

function createMeet({ database, limits }: Writing): (number: number, shopper: string, slot: number) => void {
  const seen = database.prepare("UPDATE stream_shoppers SET slot = max(slot, ?) WHERE of = ? AND shopper = ?");
  const known = database.prepare(
    "SELECT shoppers, (SELECT stream_shoppers FROM totals) AS total FROM streams WHERE number = ?",
  );
  const meet = database.prepare("INSERT INTO stream_shoppers VALUES (?, ?, ?)");
  const full = database.prepare("UPDATE streams SET at_least = max(at_least, ?) WHERE number = ?");
  return (number, shopper, slot) => {
    if (seen.run(slot, number, shopper).changes > 0) return;
    const { shoppers, total } = known.get(number) ?? {};
    const hasRoom = Number(shoppers) < limits.streamShoppers && Number(total) < limits.streamShoppersInAll;
    if (hasRoom) meet.run(number, shopper, slot);
    else full.run(slot, number);
  };
}

function createSketches(database: DatabaseSync): (number: number, sketches: Sketches) => void {
  const add = database.prepare(
    "INSERT INTO sketches VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
  );
  return (number, sketches) => {
    for (const [measure, buckets] of Object.entries(sketches)) {
      for (const [bucket, count] of buckets) add.run(number, measure, bucket, count);
    }
  };
}

/** To be called inside a transaction. */
export function evidenceIn(database: DatabaseSync, scope: string): readonly StreamEvidence[] {
  const slots = database.prepare("SELECT slot, raw, cells FROM stream_slots WHERE of = ? ORDER BY slot");
  const sketches = database.prepare("SELECT measure, bucket, count FROM sketches WHERE of = ?");
  return database
    .prepare("SELECT * FROM streams WHERE scope = ? ORDER BY number")
    .all(scope)
    .flatMap((row): readonly StreamEvidence[] => {
      const number = row["number"] ?? null;
      const population = readPopulation(text(row["population"]));
      if (population === null) return [];
      const evidence = {
        stream: {
          scope,
          route: text(row["route"]),
          population,
          legacyVersion: text(row["legacy_version"]),
          candidateVersion: text(row["candidate_version"]),
          rules: text(row["rules"]),
        },
        firstSeen: Number(row["first_seen"]),
        slots: slots.all(number).map((slot) => ({ slot: Number(slot["slot"]), ...countedOf(slot) })),
        sketches: sketchesOf(
          sketches.all(number).map(({ measure, bucket, count }) => {
            return { measure: text(measure), bucket: Number(bucket), count: Number(count) };
          }),
        ),
        shoppers: { count: Number(row["shoppers"]), atLeast: Number(row["at_least"]) > 0 },
      };
      return [evidence];
    });
}

const text = (value: SQLOutputValue | undefined): string => (typeof value === "string" ? value : "");
