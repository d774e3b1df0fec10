import { createBreaker, createTransport, type Transport } from "../../../http/index.ts";
import type { LearnedAliases } from "../../../identify/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import type { Route, Upstream } from "../../../model/index.ts";
import { createLane, maxHeadBytes, type Lane, type LaneOptions } from "../../../proxy/index.ts";
import type { Config } from "../../config/index.ts";
import { routeOf, unmatchedRoute } from "./routes.ts";

/** On what answers may have to wait. */
type Waiting = Pick<LaneOptions, "answeredBefore">;

interface LanesOptions extends Waiting {
  readonly learned: LearnedAliases;
}

/** The lanes of all routes, longest path first, the last one taking whatever no route matches. */
export function createLanes(
  { routes: configs, primary, appSecrets }: Pick<Config, "routes" | "primary" | "appSecrets">,
  { learned, ...waiting }: LanesOptions,
): Lane[] {
  const routes = configs.map((config) => routeOf(config, appSecrets, learned));
  const first = routes.find(({ name }) => name === primary);
  if (first !== undefined && !routes.some(({ path }) => path === "/")) routes.push(unmatchedRoute(first));
  return routes.map((route) => laneOf(route, waiting));
}

function laneOf(route: Route, waiting: Waiting): Lane {
  const { legacy, candidate } = route;
  // As many connections as clients hold calls open, and no limit of ours on connecting: legacy is called as it was
  // before we stood in front of it.
  const transport = createTransport(legacy.url, {
    connections: null,
    keepAliveMs: legacy.keepAliveMs,
    connectTimeoutMs: legacy.timeoutMs,
    maxHeaderBytes: maxHeadBytes,
  });
  if (candidate === null) return createLane({ route, legacy: transport, candidate: null, reverse: null, ...waiting });
  const breaker = () => createBreaker(route.shadow.breaker, monotonic);
  const other = { breaker: breaker(), transport: transportTo(candidate) };
  const { twin } = route;
  // A failing legacy of the reverse shadow says nothing of the candidate, and its time is not without limit.
  const reverse =
    twin === null
      ? { side: "legacy" as const, upstream: { ...legacy, timeoutMs: candidate.timeoutMs }, transport }
      : { side: "twin" as const, upstream: twin, transport: transportTo(twin) };
  return createLane({
    route,
    legacy: transport,
    candidate: other,
    reverse: { ...reverse, breaker: breaker() },
    ...waiting,
  });
}

function transportTo({ url, keepAliveMs, timeoutMs }: Upstream): Transport {
  return createTransport(url, {
    connections: null,
    keepAliveMs,
    connectTimeoutMs: timeoutMs,
    maxHeaderBytes: maxHeadBytes,
  });
}

export async function closeLanes(lanes: readonly Lane[]): Promise<void> {
  const all = lanes.flatMap(({ legacy, candidate, reverse }) => [
    legacy,
    candidate?.transport ?? legacy,
    reverse?.transport ?? legacy,
  ]);
  await Promise.all([...new Set(all)].map((transport) => transport.destroy()));
}
