import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCandidate, startGraph, startLegacy, type Graph } from "../../../src/demo/index.ts";
import { figure } from "../figures.ts";
import { setUp } from "../handlers/drive.ts";
import { startRedis, type RedisServer } from "../redis.ts";
import { startSombra, type Sombra } from "../sombra.ts";
import { startTap, type Tap } from "../tap.ts";
import { inspectable, reachThreads } from "../threads.ts";

/** Of each side its own: whose send it was shows outside. */
export const tokens = { legacy: "token-of-legacy", candidate: "token-of-candidate" } as const;

export const appSecret = setUp.appSecret;
const candidateSecret = "the-secret-of-the-candidate";

export type StoreName = "sqlite" | "redis";

/** Both real handlers behind a Sombra that may die at any time, with taps on every way in and out, and the outside. */
export interface World extends AsyncDisposable {
  readonly graph: Graph;
  /** What either side got and what it called, marked with the number of the Sombra that ran then. */
  readonly got: Readonly<Record<"legacy" | "candidate", Tap>>;
  readonly called: Readonly<Record<"legacy" | "candidate", Tap>>;
  /** The one that runs now, or the next one. */
  sombra(): Promise<Sombra>;
  /** How many there have been. */
  readonly incarnation: number;
  /** Ends it and starts it anew on the same data. `crash`: without a chance to finish anything. */
  restart(how: "stop" | "crash"): Promise<void>;
  /** The store is gone for a while: the thread that keeps it dies, or Redis does. */
  breakStore(): Promise<void>;
  mendStore(): Promise<void>;
  /** Calls of the candidate that the running one says it refused. */
  refused(): Promise<number>;
}

/** The bound is longer than a restart takes: what is held stays known that long, and no longer. */
const config = `routes: [{ legacyHeaders: true, settle: { quietMs: 50, maxMs: 5000 } }]
candidate: { timeoutMs: 3000, breaker: { failures: 3, openMs: 300 } }
`;

interface WorldOptions {
  readonly store: StoreName;
  readonly passesTrace: boolean;
  readonly random: () => number;
}

export async function startWorld({ store, passesTrace, random }: WorldOptions): Promise<World> {
  const stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "sombra-chaos-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "sombra.yaml"), config);
  mkdirSync(join(folder, "data"));
  // Without a trace what legacy sends in reverse shadow could not be told from what it sends for itself.
  if (passesTrace) writeFileSync(join(folder, "data", "legacy-ties"), "tied default");
  const redis = store === "redis" ? await startRedis() : null;
  if (redis !== null) stack.defer(() => redis.close());
  const graph = stack.use(await startGraph());

  let running: Sombra | null = null;
  let next = Promise.withResolvers<Sombra>();
  const sombra = (): Promise<Sombra> => (running === null ? next.promise : Promise.resolve(running));
  let incarnation = 0;
  const tap = async (options: Parameters<typeof startTap>[0]): Promise<Tap> => {
    const started = await startTap({ mark: () => incarnation, ...options });
    stack.defer(() => started.close());
    return started;
  };
  const onTo = (side: string) => async () => `${(await sombra()).egressUrl}/${side}`;
  const called = {
    legacy: await tap({ target: onTo("legacy") }),
    // Some calls come when nobody thinks of them any more.
    candidate: await tap({ target: onTo("candidate"), delayMs: () => (random() < 0.2 ? random() * 300 : 0) }),
  };
  const options = (side: "legacy" | "candidate") => ({
    ...setUp,
    appSecret: side === "legacy" ? appSecret : candidateSecret,
    accessToken: tokens[side],
    passesTrace,
    graphUrl: `${called[side].url}/graph`,
  });
  const legacy = stack.use(await startLegacy(options("legacy")));
  const candidate = stack.use(await startCandidate(options("candidate")));
  const got = {
    legacy: await tap({ target: () => Promise.resolve(legacy.url) }),
    candidate: await tap({ target: () => Promise.resolve(candidate.url) }),
  };
  const env = {
    SOMBRA_LEGACY_URL: got.legacy.url,
    SOMBRA_CANDIDATE_URL: got.candidate.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_APP_SECRET: appSecret,
    SOMBRA_CANDIDATE_APP_SECRET: candidateSecret,
    SOMBRA_DATA_DIR: join(folder, "data"),
    SOMBRA_CONFIG: join(folder, "sombra.yaml"),
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    ...(passesTrace ? { WHATSAPP_REVERSE_SHADOW_PERCENT: "70" } : {}),
    ...(redis === null ? inspectable : { SOMBRA_REDIS_URL: redis.url }),
  };
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const started = await startSombra(env, (spawned) => (child = spawned));
    incarnation += 1;
    running = started;
    next.resolve(started);
    void started.exited.then(() => {
      if (running !== started) return;
      running = null;
      next = Promise.withResolvers();
    });
  };
  await start();
  stack.defer(async () => {
    const last = running;
    child?.kill("SIGKILL");
    await last?.exited;
  });
  return {
    graph,
    got,
    called,
    sombra,
    get incarnation() {
      return incarnation;
    },
    async restart(how) {
      const old = await sombra();
      old.signal(how === "stop" ? "SIGTERM" : "SIGKILL");
      await old.exited;
      await start();
    },
    breakStore: () => breakStore(redis, sombra),
    async mendStore() {
      await redis?.restart();
    },
    refused: async () => {
      const count = await figure(await sombra(), "sombra_effects_total", { side: "candidate", disposition: "refused" });
      return Number.isNaN(count) ? 0 : count;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The embedded store's thread comes back by itself. */
async function breakStore(redis: RedisServer | null, sombra: World["sombra"]): Promise<void> {
  if (redis !== null) return redis.kill();
  const threads = await reachThreads(await sombra());
  await threads.starts("sombra-registry", 1);
  threads.kill("sombra-registry");
  await threads.ends("sombra-registry", 1);
  await threads.close();
}
