import { cellsName, gravities, partsOf, type CellDelta, type CountDelta } from "../account/index.ts";
import { labelsText, type WritableBatch } from "./archive-records.ts";
import { writeGroups } from "./archive-sqlite-groups.ts";
import { writeEvidence } from "./archive-sqlite-evidence.ts";
import { createRoom, type Writing } from "./archive-sqlite-room.ts";

/** What a batch does to the tables of an archive. To be called inside a transaction. */
export function writeBatch(writing: Writing, instance: string, batch: WritableBatch): "applied" | "repeated" {
  const { database } = writing;
  const { seq } = database.prepare("SELECT seq FROM instances WHERE id = ?").get(instance) ?? {};
  if (Number(seq ?? 0) >= batch.seq) return "repeated";
  database
    .prepare("INSERT OR REPLACE INTO instances VALUES (?, ?, ?, ?)")
    .run(instance, batch.seq, batch.at, JSON.stringify(batch.pending));
  const lost = writeEvidence(writing, batch);
  const cells = lost.cells + writeCells(writing, batch.cells) + writeGroups(writing, batch);
  const dropped = [
    { name: "sombra_details_dropped_total", labels: { detail: "cell" }, delta: cells },
    { name: "sombra_details_dropped_total", labels: { detail: "evidence" }, delta: lost.items },
  ];
  writeCounts(writing, [...batch.counts, ...dropped.filter(({ delta }) => delta > 0)]);
  return "applied";
}

function writeCounts({ database, limits }: Writing, counts: readonly CountDelta[]): void {
  if (counts.length === 0) return;
  const add = database.prepare("UPDATE counts SET value = value + ? WHERE name = ? AND labels = ?");
  const insert = database.prepare(
    "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
  );
  const size = database.prepare("SELECT count(*) AS size FROM counts");
  for (const { name, labels, delta } of counts) {
    if (add.run(delta, name, labelsText(labels)).changes > 0) continue;
    const full = Number(size.get()?.["size"]) >= limits.counters;
    const kept = full ? Object.fromEntries(Object.keys(labels).map((label) => [label, "other"])) : labels;
    insert.run(name, labelsText(kept), delta);
  }
}

/** How many there was no room for. */
function writeCells(writing: Writing, cells: readonly CellDelta[]): number {
  if (cells.length === 0) return 0;
  const { database } = writing;
  const room = createRoom(writing, "cells");
  const find = database.prepare("SELECT gravity FROM cells WHERE slot = ? AND route = ? AND shopper = ?");
  const put = database.prepare("INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?)");
  const counted = new Map<string, { readonly route: string; readonly gravity: string; n: number }>();
  const count = (route: string, gravity: number, n: number): void => {
    const key = `${gravity}:${route}`;
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { route, gravity: gravities[gravity] ?? "all", n });
    else known.n += n;
  };
  let lost = 0;
  for (const { route, cell, gravity } of cells) {
    const { slot, shopper } = partsOf(cell);
    const { gravity: found } = find.get(slot, route, shopper) ?? {};
    const before = found === undefined ? null : Number(found);
    if (before !== null && before >= gravity) continue;
    if (before === null && !room.take(slot)) {
      lost += 1;
      continue;
    }
    put.run(slot, route, shopper, gravity);
    if (before === null) count(route, 0, 1);
    if (before !== null && before > 0) count(route, before, -1);
    if (gravity > 0) count(route, gravity, 1);
  }
  room.keep();
  const deltas = [...counted.values()].map(({ route, gravity, n }) => {
    return { name: cellsName, labels: { route, gravity }, delta: n };
  });
  writeCounts(writing, deltas);
  return lost;
}
