import type { Store, StoreEvents } from "../../src/registry/index.ts";
import { parseRedisUrl } from "../../src/lib/redis-url.ts";
import { createRedisStore, type RedisStoreOptions } from "../../src/store/redis.ts";

/** A store at an address, by its URL. */
export function redisStore(
  url: string,
  events: StoreEvents = { moved: () => undefined },
  options: Partial<RedisStoreOptions> = {},
): Store {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return createRedisStore({ target: parsed.target, events, ...options });
}

/** What a call is rejected with, and after how long. */
export async function failure(call: () => Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> {
  const started = performance.now();
  try {
    await call();
  } catch (error) {
    return { error, ms: performance.now() - started };
  }
  throw new Error("It did not fail");
}

/** Asks until an answer fits. */
export async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask()));
}
