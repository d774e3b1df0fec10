import { archiveLimits, hiddenIn, type Archive, type ArchiveLimits } from "../account/index.ts";
import { redisName, type RedisTarget } from "../lib/redis-url.ts";
import { evidenceIn } from "./archive-redis-evidence.ts";
import { countsIn, dropValuesIn, eraseIn, exchangeIn, groupsIn, ledgerIn, oneGroupIn } from "./archive-redis-read.ts";
import { applyBatch, expireIn } from "./archive-redis-write.ts";
import { writable } from "./archive-records.ts";
import { RedisCalls } from "./redis-calls.ts";
import { redisClients } from "./redis-clients.ts";

export interface RedisArchiveOptions {
  readonly target: RedisTarget;
  /** How long a command may take. */
  readonly limitMs?: number;
  /** How long a connection may take to become ready. */
  readonly connectMs?: number;
  readonly limits?: Partial<ArchiveLimits>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** An archive in Redis (one, with Sentinel, or a cluster), for any number of instances. Connects at once, and keeps trying. */
export function createRedisArchive({
  target,
  limitMs = 1000,
  connectMs = 5000,
  limits: given = {},
  now = () => Date.now(),
}: RedisArchiveOptions): Archive {
  const limits = { ...archiveLimits, ...given };
  const { command: open } = redisClients(target, connectMs);
  const redis = new RedisCalls({ name: redisName(target), open, up: () => undefined, limitMs, connectMs });
  const keptSince = (): number => now() - limits.retentionMs;
  return {
    apply: (instance, batch) => applyBatch(redis, { instance, batch: writable(batch, limits), limits }),
    ledger: (route) => ledgerIn(redis, now(), route),
    groups: (query) => groupsIn(redis, query, keptSince()),
    group: (signature) => oneGroupIn(redis, signature, keptSince()),
    exchange: (id) => exchangeIn(redis, id, now()),
    hiddenBy: async () => hiddenIn(await countsIn(redis)),
    counts: async (name) => (await countsIn(redis)).filter((count) => count.name === name),
    erase: (hashes) => eraseIn(redis, hashes),
    evidence: (scope) => evidenceIn(redis, scope, keptSince()),
    async expire() {
      await expireIn(redis, limits, now());
      await dropValuesIn(redis, now());
    },
    close: () => redis.close(),
  };
}
