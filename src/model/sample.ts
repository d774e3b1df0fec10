/** A route for tests: what a test does not name is of no importance to it. */
import type { Route } from "./route.ts";

const upstream = { url: new URL("http://127.0.0.1:9"), timeoutMs: 1_000, keepAliveMs: 1_000 };

export function sampleRoute(changes: Partial<Route> = {}): Route {
  return {
    name: "default",
    path: "/",
    profile: {
      name: "test",
      makesItems: () => true,
      identify: () => ({ items: [] }),
      examine: () => ({ kind: "bad-signature" }),
      resolve: ({ identity }) => identity,
      nameless: () => [],
      part: () => null,
    },
    legacy: upstream,
    candidate: upstream,
    twin: null,
    flags: { enabled: "E", shadow: "S", dualRun: "D", reverseShadow: "R" },
    maxBodyBytes: 1024,
    shadow: { concurrency: 1, queueItems: 1, queueBytes: 1024, breaker: { failures: 1, openMs: 1 } },
    fallback: "unreachable",
    mixedBatch: "skip",
    settle: { quietMs: 1, maxMs: 1_000 },
    handshake: "legacy",
    preserveHost: false,
    legacyHeaders: false,
    versions: null,
    compare: { headers: [], values: null },
    ...changes,
  };
}
