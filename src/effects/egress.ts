import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterPoll, refusalOf, refuseConnection } from "../http/index.ts";
import type { Side } from "../model/index.ts";
import { parseAddress } from "./address.ts";
import { declare } from "./declare.ts";
import type { EgressDeps } from "./deps.ts";
import { settle } from "./judge.ts";
import { Ordinals } from "./ordinals.ts";
import { Outbound } from "./outbound.ts";
import { graphError, reply } from "./reply.ts";

export interface Egress {
  readonly port: number;
  /** Calls under way get so long to end. */
  close(maxMs: number): Promise<void>;
}

/** The port that handlers use as their Graph API base URL. */
export async function listenEgress(deps: EgressDeps, at: { host: string; port: number }): Promise<Egress> {
  const ordinals = new Ordinals();
  const server = createServer(
    { maxHeaderSize: deps.maxHeadBytes, requestTimeout: 0, noDelay: true },
    (request, response) => {
      // A body that comes with its head is in by then.
      afterPoll(() => receive(deps, ordinals, { request, response }));
    },
  );
  server.on("connect", (_request, socket) => {
    deps.unaddressed("none");
    refuseConnection(socket, "405 Method Not Allowed");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: (maxMs) =>
      new Promise((resolve) => {
        const limit = setTimeout(() => server.closeAllConnections(), maxMs);
        server.close(() => {
          clearTimeout(limit);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function receive(deps: EgressDeps, ordinals: Ordinals, incoming: Incoming): void {
  const { request, response } = incoming;
  const ambiguous = refusalOf(request);
  if (ambiguous !== null) {
    response.shouldKeepAlive = false;
    return refuse(deps, incoming, { side: "none", status: 400, why: `Ambiguous request: ${ambiguous}` });
  }
  const address = parseAddress(request.url ?? "");
  switch (address.kind) {
    case "none": {
      const why = `${address.why}: use /{legacy|candidate|twin}/{upstream}/...`;
      return refuse(deps, incoming, { side: "none", status: address.status, why });
    }
    case "declare":
      return declare(deps, { side: address.side, request, response });
    case "call": {
      const upstream = deps.upstreams.get(address.upstream);
      if (upstream !== undefined) {
        deps.arrived(address.side, request.rawHeaders);
        return settle(deps, ordinals, new Outbound(deps, upstream, { request, response, address }));
      }
      const known = [...deps.upstreams.keys()].map((name) => `"${name}"`).join(", ");
      const why = `No upstream "${address.upstream}" is configured: there are ${known}`;
      return refuse(deps, incoming, { side: address.side, status: 404, why });
    }
  }
}

interface Refused {
  readonly side: Side | "none";
  readonly status: number;
  readonly why: string;
}

/** What has no address goes nowhere; its body is read and let go, so that the caller hears of it. */
function refuse(deps: EgressDeps, { request, response }: Incoming, { side, status, why }: Refused): void {
  deps.unaddressed(side);
  request.resume();
  reply(response, graphError(status, why));
}
