import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import {
  groupOf,
  keptAt,
  noiseOf,
  type CounterValue,
  type Group,
  type GroupCounts,
  type GroupQuery,
  type LedgerView,
} from "../account/index.ts";
import type { ExchangeRecord } from "../model/index.ts";
import { readLabels, readPending, readRecord } from "./archive-records.ts";
import { severities } from "./archive-severity.ts";
import { twinsIn } from "./archive-sqlite-twin.ts";
import { comparedBy, ledgerView, twinnedBy } from "./archive-view.ts";

/** What is in the tables of an archive. Reads that must agree are called inside one transaction. */

type Row = Readonly<Record<string, SQLOutputValue>>;

const text = (value: SQLOutputValue | undefined): string => (typeof value === "string" ? value : "");

export function ledgerIn(database: DatabaseSync, now: number, route?: string): LedgerView {
  const instances = database
    .prepare("SELECT at, pending FROM instances")
    .all()
    .map(({ at, pending }) => ({ at: Number(at), pending: readPending(text(pending)) }));
  return ledgerView({ source: "sqlite", counts: countsIn(database), instances, now }, route);
}

export function countsIn(database: DatabaseSync): readonly CounterValue[] {
  return database
    .prepare("SELECT name, labels, value FROM counts")
    .all()
    .map(({ name, labels, value }) => ({ name: text(name), labels: readLabels(text(labels)), value: Number(value) }));
}

export function groupsIn(
  database: DatabaseSync,
  { route, severity, where, since, offset, limit }: GroupQuery,
): { readonly groups: readonly Group[]; readonly total: number } {
  const conditions = [
    ["route = ?", route],
    ["gravity = ?", severity === undefined ? undefined : severities.indexOf(severity)],
    ["place = ?", where],
    ["last_seen >= ?", since],
  ] as const;
  const asked = conditions.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  const fitting = ["1 = 1", ...asked.map(({ condition }) => condition)].join(" AND ");
  const values = asked.map(({ value }) => value);
  const total = database.prepare(`SELECT count(*) AS total FROM groups WHERE ${fitting}`).get(...values)?.["total"];
  const rows = database
    .prepare(`SELECT * FROM groups WHERE ${fitting} ORDER BY gravity DESC, count DESC, signature LIMIT ? OFFSET ?`)
    .all(...values, limit, offset);
  return { groups: shown(database, rows), total: Number(total) };
}

export function groupIn(database: DatabaseSync, signature: string): Group | null {
  const rows = database.prepare("SELECT * FROM groups WHERE signature = ?").all(signature);
  return shown(database, rows)[0] ?? null;
}

export function exchangeIn(database: DatabaseSync, id: string, now: number): ExchangeRecord | null {
  const { record } = database.prepare("SELECT record FROM exchanges WHERE id = ?").get(id) ?? {};
  const read = record === undefined ? null : readRecord(text(record));
  return read === null ? null : keptAt(read, now);
}

function shown(database: DatabaseSync, rows: readonly Row[]): readonly Group[] {
  const counts = countsIn(database);
  const [compared, twinned] = [comparedBy(counts), twinnedBy(counts)];
  const twins = twinsIn(database);
  const hours = database.prepare("SELECT hour, count FROM hours WHERE of = ? ORDER BY hour");
  const examples = database.prepare(
    "SELECT id FROM examples JOIN exchanges ON number = exchange WHERE of = ? ORDER BY number",
  );
  return rows.map((row) => {
    const number = row["number"] ?? null;
    const delta: GroupCounts = {
      ...countsOf(row),
      hours: hours.all(number).map(({ hour, count }) => [Number(hour), Number(count)]),
      examples: examples.all(number).map(({ id }) => text(id)),
    };
    return groupOf(delta, {
      compared: compared(delta),
      cells: Number(row["cells"]),
      shoppers: Number(row["shoppers"]),
      shoppersAtLeast: Number(row["at_least"]) > 0,
      noise: noiseOf(twins.get(delta.signature) ?? null, twinned(delta)),
    });
  });
}

function countsOf(row: Row): Omit<GroupCounts, "hours" | "examples"> {
  return {
    signature: text(row["signature"]),
    route: text(row["route"]),
    itemKind: text(row["item_kind"]),
    where: text(row["place"]),
    path: text(row["path"]),
    kind: text(row["kind"]),
    change: text(row["change"]),
    severity: severities[Number(row["gravity"])] ?? "critical",
    count: Number(row["count"]),
    noise: Number(row["noise"]),
    downstream: Number(row["downstream"]),
    items: Number(row["items"]),
    firstSeen: Number(row["first_seen"]),
    lastSeen: Number(row["last_seen"]),
  };
}
