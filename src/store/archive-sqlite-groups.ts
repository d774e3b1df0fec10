import { maxHours, overflowOf, partsOf, type ArchivedGroupDelta } from "../account/index.ts";
import type { KeptRecord, WritableBatch } from "./archive-records.ts";
import { severities } from "./archive-severity.ts";
import { createRoom, type Writing } from "./archive-sqlite-room.ts";

/** What the groups of a batch do to the tables: how many of their cells there was no room for. */
export function writeGroups(writing: Writing, { groups, records }: WritableBatch): number {
  if (groups.length === 0) return 0;
  const { database } = writing;
  const find = createFind(writing);
  const add = database.prepare(
    `UPDATE groups SET count = count + ?, noise = noise + ?, downstream = downstream + ?, items = items + ?,
       cells = cells + ? WHERE number = ?`,
  );
  // Noise says nothing of a group that counts.
  const see = database.prepare(
    `UPDATE groups SET gravity = max(gravity, ?1), first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?3)
     WHERE number = ?4 AND (gravity = 0 OR ?1 > 0)`,
  );
  const begin = database.prepare(
    "UPDATE groups SET first_seen = ?2, last_seen = ?3 WHERE number = ?4 AND gravity = 0 AND ?1 > 0",
  );
  const addHour = database.prepare(
    "INSERT INTO hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
  );
  const cutHours = database.prepare(
    "DELETE FROM hours WHERE of = ?1 AND hour <= (SELECT max(hour) FROM hours WHERE of = ?1) - ?2",
  );
  const cells = createGroupCells(writing);
  const examples = createExamples(writing, records);
  for (const delta of groups) {
    const number = find(delta);
    const { severity, count, noise, downstream, items, firstSeen, lastSeen } = delta;
    const found = cells.add(number, delta) + delta.alone;
    add.run(count, noise, downstream, items, found, number);
    const seen = [severities.indexOf(severity), firstSeen, lastSeen, number] as const;
    begin.run(...seen);
    const says = see.run(...seen).changes > 0;
    for (const [hour, n] of delta.hours) addHour.run(number, hour, n);
    cutHours.run(number, maxHours);
    if (says) examples.add(number, delta.examples);
  }
  examples.trim();
  return cells.keep();
}

/** Numbers of groups by what they are; new ones are begun with nothing in them. */
function createFind({ database, limits }: Writing): (delta: ArchivedGroupDelta) => number {
  const find = database.prepare("SELECT number FROM groups WHERE signature = ?");
  const insert = database.prepare(
    "INSERT INTO groups VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, ?, ?) RETURNING number",
  );
  let size = Number(database.prepare("SELECT count(*) AS size FROM groups").get()?.["size"]);
  return (delta) => {
    const known = find.get(delta.signature)?.["number"];
    if (known !== undefined) return Number(known);
    const about = size < limits.groups ? delta : overflowOf(delta);
    const overflow = find.get(about.signature)?.["number"];
    if (overflow !== undefined) return Number(overflow);
    size += 1;
    const { signature, route, itemKind, where, path, kind, change, severity, firstSeen, lastSeen } = about;
    const gravity = severities.indexOf(severity);
    const made = insert.get(signature, route, itemKind, where, path, kind, change, gravity, firstSeen, lastSeen);
    return Number(made?.["number"]);
  };
}

function createGroupCells(writing: Writing) {
  const { database, limits } = writing;
  const room = createRoom(writing, "group_cells");
  const has = database.prepare("SELECT 1 FROM group_cells WHERE slot = ? AND of = ? AND shopper = ?");
  const put = database.prepare("INSERT INTO group_cells VALUES (?, ?, ?)");
  const seen = database.prepare("UPDATE shoppers SET slot = max(slot, ?) WHERE of = ? AND shopper = ?");
  const known = database.prepare(
    "SELECT shoppers, (SELECT shoppers FROM totals) AS total FROM groups WHERE number = ?",
  );
  const meet = database.prepare("INSERT INTO shoppers VALUES (?, ?, ?)");
  const full = database.prepare("UPDATE groups SET at_least = max(at_least, ?) WHERE number = ?");
  let lost = 0;
  const meets = (number: number, shopper: string, slot: number): void => {
    if (seen.run(slot, number, shopper).changes > 0) return;
    const { shoppers, total } = known.get(number) ?? {};
    const hasRoom = Number(shoppers) < limits.shoppers && Number(total) < limits.shoppersInAll;
    if (hasRoom) meet.run(number, shopper, slot);
    else full.run(slot, number);
  };
  return {
    /** How many are new. */
    add(number: number, { cells }: ArchivedGroupDelta): number {
      let found = 0;
      for (const cell of cells) {
        const { slot, shopper } = partsOf(cell);
        if (has.get(slot, number, shopper) !== undefined) continue;
        if (!room.take(slot)) {
          lost += 1;
          continue;
        }
        put.run(slot, number, shopper);
        found += 1;
        meets(number, shopper, slot);
      }
      return found;
    },
    /** How many there was no room for. */
    keep(): number {
      room.keep();
      return lost;
    },
  };
}

function createExamples({ database, limits }: Writing, records: readonly KeptRecord[]) {
  const byId = new Map(records.map((record) => [record.id, record]));
  const insert = database.prepare(
    "INSERT INTO exchanges VALUES (NULL, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = at RETURNING number",
  );
  const show = database.prepare("INSERT OR IGNORE INTO examples VALUES (?, ?)");
  // The first one stays, and the newest.
  const surplus = database.prepare(
    `DELETE FROM examples WHERE of = ?1 AND exchange IN (
       SELECT exchange FROM examples WHERE of = ?1 AND exchange > (SELECT min(exchange) FROM examples WHERE of = ?1)
       ORDER BY exchange DESC LIMIT -1 OFFSET ?2) RETURNING exchange`,
  );
  const unshown = database.prepare(
    "DELETE FROM exchanges WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM examples WHERE exchange = ?1)",
  );
  const size = database.prepare("SELECT count(*) AS size, sum(bytes) AS bytes FROM exchanges");
  const oldest = database.prepare(
    "DELETE FROM exchanges WHERE number IN (SELECT number FROM exchanges ORDER BY number LIMIT ?)",
  );
  let added = 0;
  return {
    add(number: number, ids: readonly string[]): void {
      for (const id of ids) {
        const record = byId.get(id);
        if (record === undefined) continue;
        const made = insert.get(record.id, record.at, record.bytes, record.text, record.valuesUntil ?? null);
        added += Number(show.run(number, made?.["number"] ?? null).changes);
      }
      for (const { exchange } of surplus.all(number, limits.examples - 1)) unshown.run(exchange ?? null);
    },
    trim(): void {
      while (added > 0) {
        const { size: exchanges, bytes } = size.get() ?? {};
        const excess = Number(exchanges) - limits.exchanges;
        if (excess <= 0 && Number(bytes ?? 0) <= limits.exchangesBytes) return;
        oldest.run(Math.max(excess, 1));
      }
    },
  };
}
