import { afterAll, beforeAll } from "vitest";
import { startRedis, type RedisServer } from "../support/redis.ts";
import type { Place } from "./handle.ts";
import { redisStore } from "./redis-store.ts";
import { storeContract } from "./store.contract.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.close());

async function place(): Promise<Place> {
  await server.cli("FLUSHALL");
  return {
    address: server.url,
    open: (events) => redisStore(server.url, events),
    spoilFlag: async (key, text) => void (await server.cli("HSET", "{sombra}:flags", key, text)),
    spoilDocument: async (id, text) => void (await server.cli("HSET", "{sombra}:documents", id, text)),
    spoilList: async (list, shopper) => void (await server.cli("SREM", `{sombra}:list:${list}`, shopper)),
    makeNewer: async () => void (await server.cli("HSET", "{sombra}:meta", "schema", "99")),
    close: () => Promise.resolve(),
  };
}

storeContract("redis", place);
