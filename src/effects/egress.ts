import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  Intake,
  Kept,
  Relay,
  endToEnd,
  headerValue,
  refusalOf,
  refuseConnection,
  targetAt,
  CallError,
  type Budget,
  type Call,
  type Transport,
} from "../http/index.ts";
import { randomHex, type Side } from "../model/index.ts";
import { parseAddress, type EgressAddress } from "./address.ts";

/** What a held call is answered with. */
export interface HeldAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** A bounded word: `send.text`, `mark-read`, ... */
  readonly kind: string;
}

export interface HeldCall {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Buffer;
  readonly seed: string;
  readonly base: string;
}

/** What became of an outbound call. */
export type Disposition = "released" | "held" | "failed" | "refused";

export interface EgressDeps {
  /** Where released Graph API calls really go. */
  readonly graph: { readonly url: URL; readonly transport: Transport };
  /** Sides whose calls are held, whatever the flags, the store or the configuration do meanwhile. */
  readonly held: ReadonlySet<Side>;
  /** A plausible success. Pure; never throws. */
  readonly answer: (call: HeldCall) => HeldAnswer;
  /** Told of every call once it is answered. */
  readonly effect: (effect: { side: Side | "none"; kind: string; disposition: Disposition }) => void;
  readonly budget: Budget;
  readonly maxHeadBytes: number;
}

/** A held body is read whole and looked at up to here: the Graph API's messages are a few KiB. */
const lookedAtBytes = 1_048_576;

export interface Egress {
  readonly port: number;
  /** Calls under way get so long to end. */
  close(maxMs: number): Promise<void>;
}

/** The port that handlers use as their Graph API base URL. */
export async function listenEgress(deps: EgressDeps, at: { host: string; port: number }): Promise<Egress> {
  const server = createServer(
    { maxHeaderSize: deps.maxHeadBytes, requestTimeout: 0, noDelay: true },
    (request, response) => {
      setImmediate(() => receive(deps, request, response));
    },
  );
  server.on("connect", (_request, socket) => {
    deps.effect({ side: "none", kind: "unknown", disposition: "refused" });
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

function receive(deps: EgressDeps, request: IncomingMessage, response: ServerResponse): void {
  const ambiguous = refusalOf(request);
  if (ambiguous !== null) {
    deps.effect({ side: "none", kind: "unknown", disposition: "refused" });
    response.shouldKeepAlive = false;
    return graphError(response, 400, `Ambiguous request: ${ambiguous}`);
  }
  const address = parseAddress(request.url ?? "");
  if (address?.upstream !== "graph") {
    const side = address?.side ?? "none";
    deps.effect({ side, kind: "unknown", disposition: "refused" });
    const what = address === null ? "No such address" : `No upstream "${address.upstream}" is configured`;
    request.resume();
    return graphError(response, 404, `${what}: use /{legacy|candidate|twin}/graph/...`);
  }
  if (deps.held.has(address.side)) hold(deps, address, { request, response });
  else stream(deps, address, { request, response });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Read, looked at, answered here: nothing of it goes on. */
function hold(deps: EgressDeps, address: EgressAddress, { request, response }: Exchange): void {
  const length = headerValue(request.rawHeaders, "content-length");
  const kept = new Kept(lookedAtBytes, deps.budget, length === null ? null : Number(length));
  const answered = (): void => {
    const call = {
      method: request.method ?? "GET",
      path: address.target,
      contentType: request.headers["content-type"],
      body: kept.bytes() ?? Buffer.alloc(0),
      seed: randomHex(16),
      base: `http://${request.headers.host ?? "localhost"}/${address.side}/${address.upstream}`,
    };
    const answer = deps.answer(call);
    kept.release();
    deps.effect({ side: address.side, kind: answer.kind, disposition: "held" });
    response.writeHead(answer.status, [...answer.headers, "content-length", String(answer.body.length)]);
    response.end(request.method === "HEAD" ? undefined : answer.body);
  };
  const intake = new Intake(request, kept, answered);
  request.once("close", () => kept.release());
  if (intake.already() !== null) answered();
  else intake.stream().resume();
}

/** Legacy's own calls: unchanged both ways, as they arrive. */
function stream(deps: EgressDeps, address: EgressAddress, { request, response }: Exchange): void {
  const { url, transport } = deps.graph;
  const intake = new Intake(request, new Kept(0, deps.budget, null), () => undefined);
  const whole = intake.already();
  let call: Call | null = null;
  let over = false;
  const end = (disposition: Disposition): void => {
    if (over) return;
    over = true;
    deps.effect({ side: address.side, kind: "call", disposition });
  };
  const relay = new Relay(response, {
    ended: () => end("released"),
    failed: (error, started) => {
      end("failed");
      if (!started && !response.destroyed)
        graphError(response, 502, `Upstream "graph" did not answer: ${error.failure}`);
    },
  });
  response.once("close", () => {
    if (!response.writableFinished) call?.abort(new CallError("reset", true));
  });
  call = transport.call(
    {
      method: request.method ?? "GET",
      target: targetAt(url, address.target),
      headers: withHost(endToEnd(request.rawHeaders), url.host),
      body: whole === null ? intake.stream() : whole.length === 0 ? null : whole,
      chunked: headerValue(request.rawHeaders, "transfer-encoding") !== null,
      trailers: () => request.rawTrailers,
    },
    relay,
  );
}

function withHost(fields: readonly string[], host: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const lower = fields[i]?.toLowerCase();
    if (lower === "expect") continue;
    out.push(fields[i] ?? "", lower === "host" ? host : (fields[i + 1] ?? ""));
  }
  return out;
}

/** In the Graph API's own error form, so that handlers take their usual error path. */
function graphError(response: ServerResponse, status: number, message: string): void {
  const body = Buffer.from(
    JSON.stringify({
      error: { message: `Sombra: ${message}`, type: "SombraEgress", code: 1, is_transient: status >= 500 },
    }),
  );
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}
