import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Snapshot } from "../flags/index.ts";
import { afterPoll, headerValue, refusalOf, refuseConnection, targetAt, tunnel, type Refusal } from "../http/index.ts";
import { randomHex } from "../model/index.ts";
import { Answering } from "./answering.ts";
import type { AnsweringDeps } from "./asking.ts";
import type { Delivery, Offer } from "./delivery.ts";
import { findLane, type Lane } from "./lane.ts";
import { traceOf, type Sampler } from "./trace.ts";

export interface ProxyDeps extends AnsweringDeps {
  /** Longest path first; the last one takes everything. */
  readonly lanes: readonly Lane[];
  readonly flags: { current(): Snapshot };
  readonly offer: Offer;
  readonly sampler: Sampler;
  readonly meters: ProxyMeters;
}

export interface ProxyMeters {
  refused(reason: Refusal | "connect"): void;
  upgraded(route: string): void;
}

/** The data plane's port. */
export interface Proxy {
  readonly port: number;
  /** Requests under way. */
  readonly open: number;
  /** No new connections; resolves when every request in flight is answered. */
  close(): Promise<void>;
  /** Breaks off every connection, and with it the calls made for it; how many requests were not answered. */
  cut(): number;
}

/** Bytes of a request head; twice what handlers usually allow, so that legacy's own limit stays the one that counts. */
export const maxHeadBytes = 65_536;

export async function listenProxy(deps: ProxyDeps, at: { host: string; port: number }): Promise<Proxy> {
  const state: State = { open: 0, closing: false, tunnels: new Set(), answered: () => undefined };
  const server = createServer(
    // A slow sender is legacy's to judge (no requestTimeout); a head that never ends is ended after 60 s.
    {
      maxHeaderSize: maxHeadBytes,
      keepAliveTimeout: 75_000,
      requestTimeout: 0,
      headersTimeout: 60_000,
      noDelay: true,
      // Others that merely offer one (`Upgrade: h2c` beside a POST) are answered without it, as RFC 9110 7.8 allows.
      shouldUpgradeCallback: (request) => request.method === "GET",
    },
    (request, response) => receive(deps, state, { request, response }),
  );
  server.on("upgrade", (request, socket, head) => {
    state.tunnels.add(socket);
    socket.once("close", () => state.tunnels.delete(socket));
    upgrade(deps, { request, socket, head });
  });
  server.on("connect", (_request, socket) => {
    deps.meters.refused("connect");
    refuseConnection(socket, "405 Method Not Allowed");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    port: portOf(server),
    get open() {
      return state.open;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        state.closing = true;
        server.closeIdleConnections();
        for (const client of state.tunnels) client.destroy();
        // Connections that carry a request now end with its answer; when none does, those with half a request head end too.
        const end = (): void => {
          if (state.open === 0) server.closeAllConnections();
          else server.closeIdleConnections();
        };
        state.answered = () => void setImmediate(end);
        end();
      }),
    cut() {
      const unanswered = state.open;
      server.closeAllConnections();
      return unanswered;
    },
  };
}

interface State {
  open: number;
  closing: boolean;
  /** Clients of tunnels: these have no end of their own. */
  readonly tunnels: Set<Duplex>;
  /** Called after each answer. */
  answered: () => void;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function receive(
  deps: ProxyDeps,
  state: State,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  const refusal = refusalOf(request);
  const lane = refusal === null ? findLane(deps.lanes, request.url ?? "/") : undefined;
  if (refusal !== null || lane === undefined) {
    deps.meters.refused(refusal ?? "target");
    response.writeHead(400, { connection: "close", "content-length": 0 });
    response.end();
    return;
  }
  state.open += 1;
  const delivery = deliveryOf(deps, lane, request);
  const watch = deps.offer(delivery);
  const answering = new Answering(
    deps,
    { lane, delivery, request, response, watch, closing: () => state.closing },
    () => {
      state.open -= 1;
      state.answered();
    },
  );
  afterPoll(() => answering.begin());
}

function deliveryOf(deps: ProxyDeps, lane: Lane, request: IncomingMessage): Delivery {
  const { rawHeaders } = request;
  const snapshot = deps.flags.current();
  const makesItems = lane.route.profile.makesItems(request.method ?? "GET");
  return {
    exchange: randomHex(12),
    route: lane.route,
    head: { method: request.method ?? "GET", target: request.url ?? "/", rawHeaders },
    makesItems,
    protocolVersion: request.httpVersion,
    chunked: headerValue(rawHeaders, "transfer-encoding") !== null,
    receivedMs: deps.clock(),
    receivedAt: Date.now(),
    trace: traceOf(rawHeaders, deps.sampler, makesItems && lane.compares(snapshot)),
    snapshot,
  };
}

function upgrade(deps: ProxyDeps, opening: { request: IncomingMessage; socket: Duplex; head: Buffer }): void {
  const { request, socket, head } = opening;
  const lane = refusalOf(request) === null ? findLane(deps.lanes, request.url ?? "/") : undefined;
  if (lane === undefined) {
    refuseConnection(socket, "400 Bad Request");
    return;
  }
  deps.meters.upgraded(lane.route.name);
  const upstream = lane.route.legacy.url;
  tunnel(upstream, { request, client: socket, head, target: targetAt(upstream, request.url ?? "/") });
}
