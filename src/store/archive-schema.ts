import type { SqliteForm } from "./sqlite-schema.ts";

/** Places in the tables refer to groups and exchanges by number. `slot`: ten minutes, since the epoch. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE instances (
     id TEXT PRIMARY KEY,
     seq INTEGER NOT NULL,
     at INTEGER NOT NULL,
     pending TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE counts (
     name TEXT NOT NULL,
     labels TEXT NOT NULL,
     value INTEGER NOT NULL,
     PRIMARY KEY (name, labels)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE groups (
     number INTEGER PRIMARY KEY,
     signature TEXT NOT NULL UNIQUE,
     route TEXT NOT NULL,
     item_kind TEXT NOT NULL,
     place TEXT NOT NULL,
     path TEXT NOT NULL,
     kind TEXT NOT NULL,
     change TEXT NOT NULL,
     gravity INTEGER NOT NULL,
     count INTEGER NOT NULL,
     noise INTEGER NOT NULL,
     downstream INTEGER NOT NULL,
     items INTEGER NOT NULL,
     cells INTEGER NOT NULL,
     shoppers INTEGER NOT NULL,
     at_least INTEGER NOT NULL,
     first_seen INTEGER NOT NULL,
     last_seen INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX group_seen ON groups (last_seen);
   CREATE TABLE hours (
     of INTEGER NOT NULL,
     hour INTEGER NOT NULL,
     count INTEGER NOT NULL,
     PRIMARY KEY (of, hour)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE slots (slot INTEGER PRIMARY KEY, cells INTEGER NOT NULL, group_cells INTEGER NOT NULL) STRICT;
   CREATE TABLE cells (
     slot INTEGER NOT NULL,
     route TEXT NOT NULL,
     shopper TEXT NOT NULL,
     gravity INTEGER NOT NULL,
     PRIMARY KEY (slot, route, shopper)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE group_cells (
     slot INTEGER NOT NULL,
     of INTEGER NOT NULL,
     shopper TEXT NOT NULL,
     PRIMARY KEY (slot, of, shopper)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE shoppers (
     of INTEGER NOT NULL,
     shopper TEXT NOT NULL,
     slot INTEGER NOT NULL,
     PRIMARY KEY (of, shopper)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX shopper_slot ON shoppers (slot);
   CREATE INDEX shopper_groups ON shoppers (shopper);
   CREATE TABLE totals (one INTEGER PRIMARY KEY CHECK (one = 1), shoppers INTEGER NOT NULL) STRICT;
   INSERT INTO totals VALUES (1, 0);
   CREATE TRIGGER shopper_came AFTER INSERT ON shoppers BEGIN UPDATE totals SET shoppers = shoppers + 1; END;
   CREATE TRIGGER shopper_went AFTER DELETE ON shoppers BEGIN UPDATE totals SET shoppers = shoppers - 1; END;
   CREATE TABLE exchanges (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     at INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX exchange_bytes ON exchanges (bytes);
   CREATE INDEX exchange_age ON exchanges (at);
   CREATE TABLE examples (
     of INTEGER NOT NULL,
     exchange INTEGER NOT NULL,
     PRIMARY KEY (of, exchange)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX example_exchange ON examples (exchange);
   CREATE TRIGGER exchange_went AFTER DELETE ON exchanges BEGIN DELETE FROM examples WHERE exchange = old.number; END;
   CREATE TRIGGER group_went AFTER DELETE ON groups BEGIN
     DELETE FROM hours WHERE of = old.number;
     DELETE FROM shoppers WHERE of = old.number;
     DELETE FROM examples WHERE of = old.number;
   END;`,
  `ALTER TABLE exchanges ADD COLUMN values_until INTEGER;
   CREATE INDEX exchange_values ON exchanges (values_until) WHERE values_until IS NOT NULL;`,
  // `shoppers` counts the rows there are; `at_least` is when there was last no room for one, a slot, 0: there always was.
  `DROP TRIGGER shopper_came;
   DROP TRIGGER shopper_went;
   CREATE TRIGGER shopper_came AFTER INSERT ON shoppers BEGIN
     UPDATE totals SET shoppers = shoppers + 1;
     UPDATE groups SET shoppers = shoppers + 1 WHERE number = new.of;
   END;
   CREATE TRIGGER shopper_went AFTER DELETE ON shoppers BEGIN
     UPDATE totals SET shoppers = shoppers - 1;
     UPDATE groups SET shoppers = shoppers - 1 WHERE number = old.of;
   END;
   UPDATE groups SET shoppers = (SELECT count(*) FROM shoppers WHERE of = number),
     at_least = at_least * (last_seen / 600000);`,
  `CREATE TABLE twin (
     signature TEXT PRIMARY KEY,
     both INTEGER NOT NULL,
     candidate_only INTEGER NOT NULL,
     twin_only INTEGER NOT NULL,
     last_seen INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX twin_seen ON twin (last_seen);`,
  // `raw` and `cells` are counts by mark, separated by commas; `marks` is a set. A lease: the highest token that is known, and
  // that of whoever holds it.
  `CREATE TABLE streams (
     number INTEGER PRIMARY KEY,
     scope TEXT NOT NULL,
     route TEXT NOT NULL,
     population TEXT NOT NULL,
     legacy_version TEXT NOT NULL,
     candidate_version TEXT NOT NULL,
     rules TEXT NOT NULL,
     first_seen INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     shoppers INTEGER NOT NULL DEFAULT 0,
     at_least INTEGER NOT NULL DEFAULT 0,
     UNIQUE (scope, route, population, legacy_version, candidate_version, rules)
   ) STRICT;
   CREATE TABLE stream_slots (
     of INTEGER NOT NULL,
     slot INTEGER NOT NULL,
     raw TEXT NOT NULL,
     cells TEXT NOT NULL,
     PRIMARY KEY (of, slot)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE sketches (
     of INTEGER NOT NULL,
     measure TEXT NOT NULL,
     bucket INTEGER NOT NULL,
     count INTEGER NOT NULL,
     PRIMARY KEY (of, measure, bucket)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE stream_cells (
     slot INTEGER NOT NULL,
     of INTEGER NOT NULL,
     shopper TEXT NOT NULL,
     marks INTEGER NOT NULL,
     PRIMARY KEY (slot, of, shopper)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE stream_shoppers (
     of INTEGER NOT NULL,
     shopper TEXT NOT NULL,
     slot INTEGER NOT NULL,
     PRIMARY KEY (of, shopper)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX stream_shopper_slot ON stream_shoppers (slot);
   CREATE INDEX stream_shopper_streams ON stream_shoppers (shopper);
   ALTER TABLE slots ADD COLUMN stream_cells INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE totals ADD COLUMN stream_shoppers INTEGER NOT NULL DEFAULT 0;
   CREATE TRIGGER stream_shopper_came AFTER INSERT ON stream_shoppers BEGIN
     UPDATE totals SET stream_shoppers = stream_shoppers + 1;
     UPDATE streams SET shoppers = shoppers + 1 WHERE number = new.of;
   END;
   CREATE TRIGGER stream_shopper_went AFTER DELETE ON stream_shoppers BEGIN
     UPDATE totals SET stream_shoppers = stream_shoppers - 1;
     UPDATE streams SET shoppers = shoppers - 1 WHERE number = old.of;
   END;
   CREATE TRIGGER stream_went AFTER DELETE ON streams BEGIN
     DELETE FROM stream_slots WHERE of = old.number;
     DELETE FROM sketches WHERE of = old.number;
     DELETE FROM stream_shoppers WHERE of = old.number;
   END;
   CREATE TABLE progress (rollout TEXT PRIMARY KEY, at INTEGER NOT NULL, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE checkpoints (
     number INTEGER PRIMARY KEY,
     rollout TEXT NOT NULL,
     at INTEGER NOT NULL,
     record TEXT NOT NULL
   ) STRICT;
   CREATE INDEX checkpoint_rollout ON checkpoints (rollout, number);
   CREATE INDEX checkpoint_age ON checkpoints (at);
   CREATE TABLE lease (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     token INTEGER NOT NULL,
     its INTEGER NOT NULL,
     holder TEXT,
     taken INTEGER NOT NULL,
     ms INTEGER NOT NULL
   ) STRICT;
   INSERT INTO lease VALUES (1, 0, 0, NULL, 0, 0);`,
  `CREATE TABLE outbox (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     key TEXT NOT NULL UNIQUE,
     channel TEXT NOT NULL,
     record TEXT NOT NULL
   ) STRICT;
   CREATE TABLE outbox_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), record TEXT NOT NULL) STRICT;`,
];

/** The file of the archive: "SOMA". What is taken out of it is overwritten. */
export const archiveForm: SqliteForm = {
  applicationId: 0x534f4d41,
  migrations: MIGRATIONS,
  pragmas: "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;",
};
