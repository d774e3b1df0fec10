/**
 * How long three instances on one Redis take to follow a flag: from the return of a write on the first to the first
 * decision by the new version on the last. Needs redis-server. Run it with `node bench/propagation.ts`.
 */
import { startRedis } from "../test/support/redis.ts";
import { startSombra, type Sombra } from "../test/support/sombra.ts";
import { percentile } from "./percentile.ts";

/** Within what one writer may do at once: writes have a limit, of 60 and then one a second. */
const WRITES = 60;
const ROUNDS = 4;
const KEY = "WHATSAPP_CANONICAL_EVENTS_ENABLED";
const GOAL_MS = 100;

interface Decision {
  readonly version: number;
}

async function write(sombra: Sombra, percent: number): Promise<number> {
  const answer = await sombra.call("PATCH", `/api/flags/${KEY}`, { percent });
  if (!answer.ok) throw new Error(`Write was refused: ${await answer.text()}`);
  return Number(answer.headers.get("etag")?.replaceAll('"', ""));
}

/** Asks until a decision is of that version, and says when: some 2 ms of what it says is the asking. */
async function followed(sombra: Sombra, version: number): Promise<number> {
  await sombra.until<Decision>(`/feature-flags/${KEY}?shopper_id=1`, (decision) => decision.version >= version);
  return performance.now();
}

/** Delays of one round, each with a Redis and instances of its own. */
async function round(): Promise<readonly number[]> {
  const redis = await startRedis();
  const env = { SOMBRA_LEGACY_URL: "http://127.0.0.1:9", SOMBRA_REDIS_URL: redis.url };
  const all = await Promise.all([startSombra(env), startSombra(env), startSombra(env)]);
  try {
    const delays: number[] = [];
    for (let index = 0; index < WRITES; index += 1) {
      const version = await write(all[0], index + 1);
      const returned = performance.now();
      const last = Math.max(...(await Promise.all(all.map((sombra) => followed(sombra, version)))));
      delays.push(last - returned);
    }
    return delays;
  } finally {
    await Promise.all(all.map((sombra) => sombra.stop()));
    await redis.close();
  }
}

const delays: number[] = [];
for (let index = 0; index < ROUNDS; index += 1) delays.push(...(await round()));
const sorted = Float64Array.from(delays);
const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => percentile(sorted, share).toFixed(1));
const goal = `(goal: p99 under ${GOAL_MS} ms)`;
console.log(`${delays.length} writes, three instances: p50 ${p50} ms, p99 ${p99} ms, worst ${worst} ms ${goal}`);
