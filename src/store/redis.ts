import { z } from "zod";
import { samePosition, type Store, type StoreEvents } from "../registry/index.ts";
import { RedisCalls } from "./redis-calls.ts";
import { redisClients } from "./redis-clients.ts";
import { keys } from "./redis-keys.ts";
import { redisNotes } from "./redis-notes.ts";
import { followLog, headOf, killedIn, newer, readAudit, readWhole } from "./redis-read.ts";
import { HASH_KEY_SCRIPT, REPLACE_HASH_KEY_SCRIPT, PURGE_SCRIPT } from "./redis-script.ts";
import { RedisSubscription } from "./redis-subscription.ts";
import { redisName, type RedisTarget } from "../lib/redis-url.ts";
import { writeCommit, writeWhole } from "./redis-write.ts";

export interface RedisStoreOptions {
  readonly target: RedisTarget;
  readonly events: StoreEvents;
  /** How long a command may take. */
  readonly limitMs?: number;
  /** How long a connection may take to become ready. */
  readonly connectMs?: number;
  /** How often something is published for the subscriptions to hear. */
  readonly beatMs?: number;
  /** After so long without hearing anything a subscription is renewed. */
  readonly silentMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Nobody reads it. */
const PROBE_MS = 1_000;

/** A store in Redis (one, with Sentinel, or a cluster), for any number of instances. Connects at once, and keeps trying. */
export function createRedisStore({
  target,
  events,
  limitMs = 1000,
  connectMs = 5000,
  beatMs = 5000,
  silentMs = 15_000,
  now = () => Date.now(),
}: RedisStoreOptions): Store {
  const clients = redisClients(target, connectMs);
  const moved = (): void => events.moved();
  const calls = { name: redisName(target), open: clients.command, up: moved, limitMs, connectMs };
  const redis = new RedisCalls(calls);
  // Answers come in the order of the questions: what is asked here waits for no megabytes.
  const aside = new RedisCalls(calls);
  const subscription = new RedisSubscription({
    open: clients.subscriber,
    publish: (message) => redis.call("PUBLISH", [keys.channel, message]),
    moved,
    connectMs,
    beatMs,
    silentMs,
  });
  return {
    kind: "redis",
    position: async () => (await headOf(redis)).position,
    killed: () => killedIn(aside),
    read: () => readWhole(redis),
    async catchUp(state) {
      const { position } = await headOf(redis);
      if (samePosition(position, state.position)) return { state, commits: [] };
      const followed = position.version > state.position.version ? await followLog(redis, state, position) : null;
      return followed ?? { state: await readWhole(redis), commits: null };
    },
    commit: (commit) => writeCommit(redis, commit),
    restore: (state, seen) => writeWhole(redis, state, seen),
    tryWrite: async () => void (await redis.call("SET", [keys.probe, "", "PX", PROBE_MS])),
    async purge() {
      const answer = await redis.call("EVAL", [PURGE_SCRIPT, 2, keys.meta, keys.log]);
      const [kind, value] = z.tuple([z.string(), z.string()]).parse(answer);
      if (kind === "newer") throw newer(redis, value);
    },
    hashKey: (mine) => keptKey(redis, [HASH_KEY_SCRIPT, 1, keys.meta, mine]),
    replaceHashKey: (known, next) => keptKey(redis, [REPLACE_HASH_KEY_SCRIPT, 1, keys.meta, known, next]),
    notes: redisNotes(redis, now),
    audit: (filter) => readAudit(redis, filter),
    async close() {
      await Promise.all([subscription.close(), redis.close(), aside.close()]);
    },
  };
}

async function keptKey(redis: RedisCalls, script: readonly (string | number)[]): Promise<string> {
  const [kind, value] = z.tuple([z.string(), z.string()]).parse(await redis.call("EVAL", script));
  if (kind === "newer") throw newer(redis, value);
  return value;
}
