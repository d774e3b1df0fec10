import { z } from "zod";
import { redisName, type RedisTarget } from "../lib/redis-url.ts";
import { readCheckpoint, readProgress, journalLimits, type Journal, type JournalLimits } from "./journal-records.ts";
import { ADD_SCRIPT, KEEP_SCRIPT, LEASE_SCRIPT, RELEASE_SCRIPT } from "./journal-redis-script.ts";
import { redisOutbox } from "./outbox-redis.ts";
import { RedisCalls } from "./redis-calls.ts";
import { redisClients } from "./redis-clients.ts";
import { journalKeys as keys } from "./redis-keys.ts";

export interface RedisJournalOptions {
  readonly target: RedisTarget;
  /** How long a command may take. */
  readonly limitMs?: number;
  /** How long a connection may take to become ready. */
  readonly connectMs?: number;
  readonly limits?: Partial<JournalLimits>;
  /** Milliseconds since the epoch: how old checkpoints are. Leases go by the clock of Redis. */
  readonly now?: () => number;
}

const leased = z.tuple([z.enum(["leased", "held"]), z.coerce.number()]);
const written = z.enum(["written", "overtaken"]);
const text = z.string().nullable();
const texts = z.array(z.string());

/** A journal in Redis (one, with Sentinel, or a cluster), for any number of instances. Connects at once, and keeps trying. */
export function createRedisJournal({
  target,
  limitMs = 1000,
  connectMs = 5000,
  limits: given = {},
  now = () => Date.now(),
}: RedisJournalOptions): Journal {
  const limits = { ...journalLimits, ...given };
  const { command: open } = redisClients(target, connectMs);
  const redis = new RedisCalls({ name: redisName(target), open, up: () => undefined, limitMs, connectMs });
  const run = (script: string, names: readonly string[], args: readonly (string | number)[]): Promise<unknown> =>
    redis.call("EVAL", [script, names.length, ...names, ...args]);
  /** The highest token that was seen here. */
  let highest = 0;
  return {
    ...redisOutbox(run),
    async progress(rollout) {
      const found = text.parse(await redis.call("GET", [keys.progress(rollout)]));
      return found === null ? null : readProgress(found);
    },
    async keep(rollout, progress, token) {
      const args = [token, JSON.stringify(progress), limits.retentionMs];
      return written.parse(await run(KEEP_SCRIPT, [keys.token, keys.progress(rollout)], args)) === "written";
    },
    async add(checkpoint, token) {
      const { checkpoints, retentionMs } = limits;
      const args = [token, JSON.stringify(checkpoint), now(), checkpoints, retentionMs];
      const names = [keys.token, keys.checkpoints(checkpoint.rollout)];
      return written.parse(await run(ADD_SCRIPT, names, args)) === "written";
    },
    async checkpoints(rollout, limit) {
      if (limit < 1) return [];
      const found = texts.parse(await redis.call("LRANGE", [keys.checkpoints(rollout), 0, limit - 1]));
      return found.flatMap((entry) => readCheckpoint(entry.slice(entry.indexOf(" ") + 1)) ?? []);
    },
    async lease(instance, leaseMs) {
      const answer = await run(LEASE_SCRIPT, [keys.lease, keys.token], [instance, leaseMs, highest]);
      const [word, token] = leased.parse(answer);
      highest = Math.max(highest, token);
      return word === "leased" ? { token } : null;
    },
    release: async (instance) => void (await run(RELEASE_SCRIPT, [keys.lease], [instance])),
    close: () => redis.close(),
  };
}
