import { createBreaker, createTransport } from "../../http/index.ts";
import type { LearnedAliases } from "../../identify/index.ts";
import { monotonic } from "../../lib/clock.ts";
import type { Route } from "../../model/index.ts";
import { createLane, maxHeadBytes, type Lane, type LaneOptions } from "../../proxy/index.ts";
import type { Config } from "../config/index.ts";
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
  const other =
    candidate === null
      ? null
      : {
          breaker: createBreaker(route.shadow.breaker, monotonic),
          transport: createTransport(candidate.url, {
            connections: null,
            keepAliveMs: candidate.keepAliveMs,
            connectTimeoutMs: candidate.timeoutMs,
            maxHeaderBytes: maxHeadBytes,
          }),
        };
  return createLane({ route, legacy: transport, candidate: other, ...waiting });
}

export async function closeLanes(lanes: readonly Lane[]): Promise<void> {
  await Promise.all(
    lanes
      .flatMap(({ legacy, candidate }) => [legacy, candidate?.transport ?? legacy])
      .map((transport) => transport.destroy()),
  );
}
