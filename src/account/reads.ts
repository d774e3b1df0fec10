import type { ExchangeRecord, Severity } from "../model/index.ts";
import type { CounterValue } from "./book.ts";
import { byGravity, type Group } from "./group-shape.ts";
import type { Ledger } from "./ledger.ts";
import type { CounterName } from "./metrics.ts";

/** Where an answer comes from: a store of all instances, or this one's own memory, of what it saw since its start. */
export type AccountSource = "sqlite" | "redis" | "memory";

export interface GroupQuery {
  readonly route?: string;
  readonly severity?: Severity;
  readonly where?: "answer" | "effect";
  /** Seen last then or later; milliseconds since the epoch. */
  readonly since?: number;
  /** How many are passed over. */
  readonly offset: number;
  readonly limit: number;
}

export interface GroupPage {
  readonly source: AccountSource;
  /** Gravest first, then by count. */
  readonly groups: readonly Group[];
  /** How many there are that fit. */
  readonly total: number;
}

/** How often cells (one shopper's ten minutes) were compared, and were bad, by the gravest that was found in each. */
export interface Cells {
  readonly compared: number;
  readonly critical: number;
  readonly major: number;
  readonly minor: number;
}

export interface LedgerView extends Ledger {
  readonly source: AccountSource;
  /** null: not counted there. */
  readonly cells: Cells | null;
}

/** What the account answers. */
export interface AccountReads {
  ledger(route?: string): Promise<LedgerView>;
  groups(query: GroupQuery): Promise<GroupPage>;
  group(signature: string): Promise<Group | null>;
  /** Of the archive: exchanges with divergences only. */
  exchange(id: string): Promise<ExchangeRecord | null>;
  /** How many divergences each rule hid, by its id; one that hid none is not there. */
  hiddenBy(): Promise<HiddenBy>;
}

export type HiddenBy = ReadonlyMap<string, number>;

const hiddenByRule: CounterName = "sombra_rule_hidden_total";

export function hiddenIn(counters: readonly CounterValue[]): HiddenBy {
  const ofRules = counters.filter(({ name }) => name === hiddenByRule);
  return new Map(ofRules.map(({ labels, value }) => [labels["rule"] ?? "other", value]));
}

/** The part of groups, gravest first, that is asked for. `all`: in no order. */
export function pageOf(source: AccountSource, all: readonly Group[], query: GroupQuery): GroupPage {
  const { route, severity, where, since, offset, limit } = query;
  const fitting = all.filter(
    (group) =>
      (route === undefined || group.route === route) &&
      (severity === undefined || group.severity === severity) &&
      (where === undefined || group.where === where) &&
      (since === undefined || Date.parse(group.last_seen) >= since),
  );
  return { source, groups: fitting.toSorted(byGravity).slice(offset, offset + limit), total: fitting.length };
}
