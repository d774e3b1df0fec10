import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";

/** One request that went through a tap, and what became of it. */
export interface Tapped {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** What `mark` said when it came. */
  readonly mark: number;
  /** And when its answer came. */
  endMark: number;
  /** null: no whole answer came. */
  status: number | null;
  answer: Buffer;
  /** Resolves when its answer, or that there is none, is known. */
  readonly over: Promise<void>;
}

/** Sits between two programs and keeps what they say to each other. It passes on whole requests and whole answers. */
export interface Tap {
  readonly url: string;
  readonly seen: readonly Tapped[];
  /** Refuses connections, and breaks those there are. What has come whole is passed on all the same. */
  down(): Promise<void>;
  /** On the same port as before. */
  up(): Promise<void>;
  /** Resolves when every request that came is over. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface TapOptions {
  /** The base URL that requests go to; asked for each, so that it can wait until there is somebody. */
  readonly target: () => Promise<string>;
  /** Held back so long before it is sent on. */
  readonly delayMs?: () => number;
  /** Tells requests of different times apart. */
  readonly mark?: () => number;
}

export async function startTap({ target, delayMs = () => 0, mark = () => 0 }: TapOptions): Promise<Tap> {
  const seen: Tapped[] = [];
  const sockets = new Set<Socket>();
  let passing = 0;
  let port = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const over = Promise.withResolvers<void>();
    const { method = "GET", url: path = "/", headers } = request;
    passing += 1;
    const waitMs = delayMs();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const tapped: Tapped = {
      method,
      path,
      headers,
      body,
      mark: mark(),
      endMark: 0,
      status: null,
      answer: Buffer.alloc(0),
      over: over.promise,
    };
    seen.push(tapped);
    const answer = await passOn(target, request, body);
    tapped.endMark = mark();
    if (answer === null) response.destroy();
    else {
      tapped.answer = answer.body;
      tapped.status = answer.status;
      response.writeHead(answer.status, answer.rawHeaders).end(answer.body);
    }
    passing -= 1;
    over.resolve();
  };
  const server = createServer((request, response) => {
    response.on("error", () => response.destroy());
    // A request that breaks off never was one.
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const up = (): Promise<void> => new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await up();
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    down,
    up,
    async idle() {
      while (passing > 0) await Promise.all([new Promise(setImmediate), ...seen.slice(-100).map(({ over }) => over)]);
    },
    close: down,
  };
}

interface Answer {
  readonly status: number;
  readonly rawHeaders: string[];
  readonly body: Buffer;
}

/** null: the connection broke in the middle. Where nobody listens it is tried again once there is a target again. */
async function passOn(target: TapOptions["target"], request: IncomingMessage, body: Buffer): Promise<Answer | null> {
  for (;;) {
    const { hostname, port, pathname } = new URL(await target());
    const answer = await new Promise<Answer | "refused" | null>((resolve) => {
      const outgoing = send({
        hostname,
        port,
        method: request.method,
        path: pathname.replace(/\/$/, "") + (request.url ?? ""),
        headers: withoutHop(request.rawHeaders, `${hostname}:${port}`),
        agent: false,
      });
      outgoing.on("error", (error) => resolve("code" in error && error.code === "ECONNREFUSED" ? "refused" : null));
      outgoing.on("response", (incoming) => {
        buffer(incoming).then(
          (whole) =>
            resolve({
              status: incoming.statusCode ?? 0,
              rawHeaders: withoutHop(incoming.rawHeaders, null),
              body: whole,
            }),
          () => resolve(null),
        );
      });
      outgoing.end(body);
    });
    if (answer !== "refused") return answer;
  }
}

/** Everything but what belongs to a connection; `host`: in place of the one that came. */
function withoutHop(raw: readonly string[], host: string | null): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = "", value = ""] = [raw[i], raw[i + 1]];
    if (/^(connection|keep-alive|transfer-encoding)$/i.test(name)) continue;
    kept.push(name, host !== null && name.toLowerCase() === "host" ? host : value);
  }
  return kept;
}
