import type { Store } from "../../src/registry/index.ts";
import { createSqliteStore } from "../../src/store/index.ts";
import { redisStore } from "./redis-store.ts";

/** The store in the file or the Redis of an address. */
export function openedAt(address: string): Store {
  const events = { moved: () => undefined };
  return address.startsWith("redis") ? redisStore(address, events) : createSqliteStore({ path: address, events });
}
