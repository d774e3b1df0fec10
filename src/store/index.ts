/**
 * Where flags are kept: a file of SQLite for the processes of one machine, or a Redis for any number of instances. Both
 * implement the registry's port, pass one contract suite (test/contract), and reject with a `StoreError` what they cannot
 * do. They may never leave a write half done, wait for longer than their limit, or show a password or a shopper in an error.
 */
export type { SqliteStoreOptions } from "./sqlite.ts";
export { createSqliteStore } from "./sqlite.ts";
export type { SqliteArchiveOptions } from "./archive-sqlite.ts";
export { createSqliteArchive } from "./archive-sqlite.ts";
export type { RedisArchiveOptions } from "./archive-redis.ts";
export { createRedisArchive } from "./archive-redis.ts";
export type { Journal, JournalLimits } from "./journal-records.ts";
export type { SqliteJournalOptions } from "./journal-sqlite.ts";
export { createSqliteJournal } from "./journal-sqlite.ts";
export type { RedisJournalOptions } from "./journal-redis.ts";
export { createRedisJournal } from "./journal-redis.ts";
export type { RedisStoreOptions } from "./redis.ts";
export { createRedisStore } from "./redis.ts";
