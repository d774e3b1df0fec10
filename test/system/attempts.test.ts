import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBreaker, createBudget, createTransport } from "../../src/http/index.ts";
import { createProfile } from "../../src/identify/index.ts";
import { routeSnapshot, ROUTE } from "../../src/flags/sample.ts";
import type { Snapshot } from "../../src/flags/index.ts";
import { monotonic } from "../../src/lib/clock.ts";
import { createJudge, createMirror, createSeen, legacyAlone } from "../../src/mirror/index.ts";
import type { Route } from "../../src/model/index.ts";
import { createLane, listenProxy, fieldsFor, type Proxy } from "../../src/proxy/index.ts";
import { providers } from "../../src/whatsapp/index.ts";
import { createAnswered } from "../../src/cli/serve/data/answered.ts";
import type { NotesLink } from "../../src/cli/serve/registry/notes-link.ts";
import { batch, idsIn } from "../support/batch.ts";
import { startSide, type Seen, type SideServer } from "../support/side.ts";

/**
 * What is promised of batches that are partly cut over (issue 4.4), over random failures, crashes, outages of the store, changes
 * of flags and redeliveries: real requests to two real sides, through a data plane that is thrown away at a crash while the
 * store lives on.
 */
const secret = "the-app-secret";

type Does = "200" | "500" | "reset";
type Mode = "legacy" | "cutover" | "dual-run";

interface Attempt {
  readonly legacy: Does;
  readonly candidate: Does;
  readonly store: "up" | "not written" | "not read";
  /** The process dies when so many sides have answered. */
  readonly crash: 0 | 1 | null;
  readonly killed: boolean;
  readonly modes: readonly Mode[];
}

interface World {
  readonly attempt: Attempt;
  /** Items, by who got them with its answer counting. */
  readonly got: { readonly side: "legacy" | "candidate"; readonly ids: readonly string[]; readonly status: Does }[];
  sidesAnswered: number;
  crash: () => void;
}

let world: World | null = null;
let legacy: SideServer;
let candidate: SideServer;

function behave(side: "legacy" | "candidate") {
  return (request: Seen, response: Parameters<Parameters<typeof startSide>[0]>[1]): void => {
    const now = world;
    if (now === null || request.headers["x-sombra-shadow"] === "true") {
      response.writeHead(200, { "content-length": 0 }).end();
      return;
    }
    const status = now.attempt[side];
    const crashes = now.attempt.crash !== null && now.sidesAnswered >= now.attempt.crash;
    now.got.push({ side, ids: idsIn(request.body), status: crashes ? "reset" : status });
    if (crashes) return now.crash();
    now.sidesAnswered += 1;
    if (status === "reset") response.socket?.destroy();
    else response.writeHead(Number(status), { "content-length": 0 }).end();
  };
}

beforeAll(async () => {
  legacy = await startSide(behave("legacy"));
  candidate = await startSide(behave("candidate"));
});
afterAll(() => Promise.all([legacy.close(), candidate.close()]));

/** The store, as it outlives every process. */
function createStore() {
  const notes = new Map<string, string>();
  let until = 0;
  const link: NotesLink = {
    async put(put) {
      if (world?.attempt.store === "not written") return false;
      for (const { key, untilMs } of put) {
        notes.set(key, "200");
        until = Math.max(until, untilMs);
      }
      return true;
    },
    async get(_, keys) {
      if (world?.attempt.store === "not read") return null;
      return new Map(keys.flatMap((key) => (notes.has(key) ? [[key, "200"] as const] : [])));
    },
    told: null,
    latest: () => until,
  };
  return { link, recorded: (route: string, id: string) => notes.has(`${route}\n${id}`) };
}

/** One process: memory of its own, the store shared with those before it. */
async function start(notes: NotesLink, snapshot: Snapshot): Promise<{ proxy: Proxy; maybeTwice: () => number }> {
  let twice = 0;
  const route = routeTo(legacy.url, candidate.url);
  const options = { connections: null, keepAliveMs: 0, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
  const answered = createAnswered({ notes, hashes: () => [String], maybeTwice: () => void (twice += 1) });
  const lane = createLane({
    route,
    legacy: createTransport(new URL(legacy.url), options),
    candidate: {
      transport: createTransport(new URL(candidate.url), options),
      breaker: createBreaker({ failures: 1_000, openMs: 1 }, monotonic),
    },
    reverse: null,
    answeredBefore: answered.mayHold,
  });
  const budget = createBudget(1e9);
  const fault = (operation: string, error: unknown): never => {
    throw new Error(`Fault in ${operation}`, { cause: error });
  };
  const seen = createSeen({ forMs: 600_000, max: 1_000 }, monotonic);
  const judge = createJudge({
    examineElsewhere: () => Promise.reject(new Error("Nothing here is large")),
    cutElsewhere: () => Promise.reject(new Error("Nothing here is large")),
    handedOut: [],
    seen: () => seen,
    answered,
    sent: {
      by: () => null,
      candidateIdOf: () => null,
      legacyIdOf: () => null,
      legacySends: () => false,
      ask: () => null,
    },
    cutoverPossible: ({ snapshot }) => lane.cutsOver(snapshot),
    askNames: () => null,
    maybeTwice: () => void (twice += 1),
  });
  const mirror = createMirror({
    lanes: [lane],
    judge,
    compare: () => ({ kind: "match" }),
    effects: {
      opened: () => undefined,
      fellBack: () => undefined,
      reversing: () => false,
      settle: (_, settled, done) => done(settled, []),
      drain: () => undefined,
    },
    settled: () => undefined,
    passed: () => undefined,
    fieldsFor,
    budget,
    clock: monotonic,
    fault,
    maxPending: 1_000,
    laneTimeoutMs: 10_000,
  });
  const proxy = await listenProxy(
    {
      lanes: [lane],
      flags: { current: () => snapshot },
      offer: mirror.offer,
      judge,
      unjudged() {},
      cutElsewhere: () => Promise.reject(new Error("Nothing here is large")),
      undecided: legacyAlone("fault", "not-comparable"),
      recordAnswered: answered.record,
      sampler: () => false,
      budget,
      clock: monotonic,
      fault,
      meters: { refused() {}, upgraded() {} },
    },
    { host: "127.0.0.1", port: 0 },
  );
  return { proxy, maybeTwice: () => twice };
}

function routeTo(legacyUrl: string, candidateUrl: string): Route {
  const upstream = (url: string) => ({ url: new URL(url), timeoutMs: 0, keepAliveMs: 0 });
  return {
    name: "default",
    path: "/",
    profile: createProfile(providers.meta, {
      extractors: [{ kind: "profile" }],
      aliases: new Map(),
      secrets: { legacy: [secret], candidate: [secret] },
    }),
    legacy: upstream(legacyUrl),
    candidate: { ...upstream(candidateUrl), timeoutMs: 5_000 },
    twin: null,
    flags: ROUTE,
    maxBodyBytes: 1_000_000,
    shadow: { concurrency: 8, queueItems: 100, queueBytes: 1_000_000, breaker: { failures: 1_000, openMs: 1 } },
    fallback: "unreachable",
    mixedBatch: "skip",
    settle: { quietMs: 0, maxMs: 0 },
    handshake: "legacy",
    preserveHost: false,
    legacyHeaders: false,
    versions: null,
    compare: { headers: [], values: null },
  };
}

/** The flags by which each shopper has its mode. */
function flagsFor(shoppers: readonly string[], { modes, killed }: Attempt): Snapshot {
  const of = (...wanted: readonly Mode[]) => shoppers.filter((_, i) => wanted.includes(modes[i] ?? "legacy"));
  return routeSnapshot(
    {
      enabled: { enabled: true, denylist: of("legacy") },
      shadow: { enabled: true, denylist: of("cutover") },
      dualRun: { enabled: true, denylist: of("cutover") },
    },
    { killed },
  );
}

const shopperCount = 4;
const does = fc.constantFrom<Does>("200", "200", "500", "reset");
const anyAttempt: fc.Arbitrary<Attempt> = fc.record({
  legacy: does,
  candidate: does,
  store: fc.constantFrom<Attempt["store"]>("up", "up", "up", "not written", "not read"),
  crash: fc.constantFrom<Attempt["crash"]>(null, null, null, 0, 1),
  killed: fc.constantFrom(false, false, false, true),
  modes: fc.array(fc.constantFrom<Mode>("legacy", "cutover", "dual-run"), {
    minLength: shopperCount,
    maxLength: shopperCount,
  }),
});
/** In the end everything works, so that the provider's deliveries come to an end. */
const last = { legacy: "200", candidate: "200", store: "up", crash: null, killed: false } as const;

test("no item goes to a side after a 200 on record, or to both in one attempt, and nothing is lost", async () => {
  let seenTwoSides = 0;
  let leftOut = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyAttempt, { minLength: 1, maxLength: 6 }), async (attempts) => {
      const shoppers = Array.from({ length: shopperCount }, (_, i) => `44770090010${i}`);
      const messages = shoppers.map((from) => ({ from, id: `wamid.${from}` }));
      const { body, headers } = batch(messages, secret);
      const store = createStore();
      const done = new Set<string>();
      const first = attempts[0]?.modes ?? [];
      for (const attempt of [...attempts, { ...last, modes: first }]) {
        const { proxy, maybeTwice } = await start(store.link, flagsFor(shoppers, attempt));
        const before = new Set(messages.flatMap(({ id }) => (store.recorded("default", id) ? [id] : [])));
        world = { attempt, got: [], sidesAnswered: 0, crash: () => void proxy.cut() };
        const status = await fetch(`http://127.0.0.1:${proxy.port}/`, { method: "POST", body, headers }).then(
          (answer) => answer.status,
          () => null,
        );
        const { got } = world;
        const ids = got.flatMap((one) => one.ids);
        expect(new Set(ids).size).toBe(ids.length);
        if (maybeTwice() === 0) expect(ids.filter((id) => before.has(id))).toEqual([]);
        if (before.size > 0) leftOut += 1;
        if (got.length === 2) seenTwoSides += 1;
        for (const one of got) if (one.status === "200") for (const id of one.ids) done.add(id);
        if (attempt.crash === null && status === 200) expect(done.size).toBe(shopperCount);
        world = null;
        proxy.cut();
        await proxy.close();
        if (status === 200) return;
      }
      throw new Error("The last attempt was not answered with 200");
    }),
    { numRuns: 150 },
  );
  // What is promised was put to the test.
  expect(Math.min(seenTwoSides, leftOut)).toBeGreaterThan(20);
}, 60_000);
