import type { Archive } from "../account/index.ts";
import type { Store } from "../registry/index.ts";
import type { RedisArchiveOptions } from "./archive-redis.ts";
import type { Journal } from "./journal-records.ts";
import type { RedisJournalOptions } from "./journal-redis.ts";
import type { RedisStoreOptions } from "./redis.ts";

// Loading the client costs each thread some 50 ms of CPU: only who has a Redis loads it.

export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const { createRedisStore } = await import("./redis.ts");
  return createRedisStore(options);
}

export async function openRedisArchive(options: RedisArchiveOptions): Promise<Archive> {
  const { createRedisArchive } = await import("./archive-redis.ts");
  return createRedisArchive(options);
}

export async function openRedisJournal(options: RedisJournalOptions): Promise<Journal> {
  const { createRedisJournal } = await import("./journal-redis.ts");
  return createRedisJournal(options);
}
