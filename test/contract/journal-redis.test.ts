import { afterAll, beforeAll } from "vitest";
import { parseRedisUrl } from "../../src/lib/redis-url.ts";
import type { Journal } from "../../src/store/index.ts";
import { createRedisJournal, type RedisJournalOptions } from "../../src/store/journal-redis.ts";
import { startRedis, type RedisServer } from "../support/redis.ts";
import { journalContract, type JournalPlace } from "./journal.contract.ts";
import { outboxContract } from "./outbox.contract.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.close());

export function redisJournal(url: string, options: Partial<RedisJournalOptions> = {}): Journal {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return createRedisJournal({ target: parsed.target, ...options });
}

async function place(): Promise<JournalPlace> {
  await server.cli("FLUSHALL");
  return {
    open: (options) => redisJournal(server.url, options),
    empty: async () => void (await server.cli("FLUSHALL")),
    async copy() {
      const [lease, token] = [
        await server.cli("GET", "{sombra}:rollouts:lease"),
        await server.cli("GET", "{sombra}:rollouts:token"),
      ];
      return async () => {
        await server.cli("FLUSHALL");
        await server.cli("SET", "{sombra}:rollouts:lease", lease, "PX", "60000");
        await server.cli("SET", "{sombra}:rollouts:token", token);
      };
    },
    close: () => Promise.resolve(),
  };
}

journalContract("redis", place);
outboxContract("redis", place);
