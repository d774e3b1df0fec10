import { createSnapshot, type Snapshot } from "../../src/flags/index.ts";
import { createBudget, createTransport } from "../../src/http/index.ts";
import { createProfile, http } from "../../src/identify/index.ts";
import { monotonic } from "../../src/lib/clock.ts";
import type { Route, Upstream } from "../../src/model/index.ts";
import { createLane, listenProxy, type Lane, type Offer, type Proxy, type Watch } from "../../src/proxy/index.ts";

/** A data plane alone, in this process: no flags on, so that legacy answers and nobody waits. */
export async function startPlane(
  legacyUrl: string,
  options: { keepAliveMs?: number; offer?: Offer } = {},
): Promise<Proxy> {
  const lane = laneTo(legacyUrl, options.keepAliveMs ?? 1000);
  return listenProxy(
    {
      lanes: [lane],
      flags: { current: () => nothingOn },
      offer: options.offer ?? (() => ignoring),
      sampler: () => false,
      judge: () => Promise.reject(new Error("Nobody is judged here")),
      unjudged() {},
      cutElsewhere: () => Promise.reject(new Error("Nothing here is large")),
      undecided: { items: [], answering: [], mirrored: [], twins: [], sighting: null },
      recordAnswered: () => Promise.reject(new Error("Nothing is shared here")),
      budget: createBudget(256 * 1024 * 1024),
      clock: monotonic,
      meters: { refused() {}, upgraded() {} },
      fault: (operation, error) => {
        throw new Error(`Fault in ${operation}`, { cause: error });
      },
    },
    { host: "127.0.0.1", port: 0 },
  );
}

const nothingOn: Snapshot = createSnapshot({
  version: 1,
  killed: false,
  source: "code",
  forceOff: [],
  flags: [],
  routes: [],
});

const ignoring: Watch = { keepsAnswer: false, arrived() {}, received() {}, answered: ({ release }) => release() };

function laneTo(url: string, keepAliveMs: number): Lane {
  const upstream: Upstream = { url: new URL(url), timeoutMs: 0, keepAliveMs };
  const route: Route = {
    name: "default",
    path: "/",
    profile: createProfile(http, { extractors: [], aliases: new Map() }),
    legacy: upstream,
    candidate: null,
    twin: null,
    flags: { enabled: "E", shadow: "S", dualRun: "D", reverseShadow: "R" },
    maxBodyBytes: 4 * 1024 * 1024,
    shadow: { concurrency: 8, queueItems: 8, queueBytes: 1024, breaker: { failures: 3, openMs: 1000 } },
    fallback: "unreachable",
    mixedBatch: "skip",
    settle: { quietMs: 0, maxMs: 0 },
    handshake: "legacy",
    preserveHost: false,
    legacyHeaders: false,
    versions: null,
    compare: { headers: [], values: null },
  };
  const options = { connections: null, keepAliveMs, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
  return createLane({
    route,
    legacy: createTransport(upstream.url, options),
    candidate: null,
    reverse: null,
    answeredBefore: () => false,
  });
}
