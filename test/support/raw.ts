import { connect, createServer, type Server, type Socket } from "node:net";

/** What a raw server does with a connection's bytes. Returns what to write, or null to wait for more. */
export type Answer = (received: Buffer, socket: Socket) => Buffer | string | null;

export interface RawServer {
  readonly port: number;
  readonly url: string;
  /** Everything received, by connection. */
  readonly received: readonly Buffer[];
  /** What was answered, one after the other. */
  readonly requests: readonly Buffer[];
  close(): Promise<void>;
}

/** A server below HTTP: sees every byte and writes every byte itself. */
export async function rawServer(answer: Answer): Promise<RawServer> {
  const received: Buffer[] = [];
  const requests: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const index = received.push(Buffer.alloc(0)) - 1;
    let since = 0;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      const all = Buffer.concat([received[index] ?? Buffer.alloc(0), chunk]);
      received[index] = all;
      const request = all.subarray(since);
      const reply = answer(request, socket);
      if (reply === null) return;
      requests.push(request);
      since = all.length;
      socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    received,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Whether a request is complete: its head, and as much body as it announces. */
export function requestComplete(bytes: Buffer): boolean {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const head = bytes.toString("latin1", 0, end).toLowerCase();
  if (/^transfer-encoding:\s*chunked/m.test(head))
    return /(?:^|\r\n)0\r\n(?:.*\r\n)*\r\n$/.test(bytes.toString("latin1", end + 2));
  const length = /^content-length:\s*(\d+)/m.exec(head);
  return bytes.length >= end + 4 + Number(length?.[1] ?? 0);
}

/** Writes bytes on a connection of its own and reads until the other side ends it. */
export function exchange(port: number, bytes: Buffer | string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", () => resolve(Buffer.concat(chunks)));
    socket.on("error", reject);
  });
}

const goOn = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** As `exchange`, of a request whose body goes out only when its head has been taken: it cannot arrive in one piece. */
export async function exchangeInTurn(port: number, request: Buffer): Promise<Buffer> {
  const end = request.indexOf("\r\n\r\n") + 2;
  const head = Buffer.concat([request.subarray(0, end), Buffer.from("Expect: 100-continue\r\n\r\n")]);
  return new Promise((resolve, reject) => {
    let all = Buffer.alloc(0);
    let waits = true;
    const socket = connect(port, "127.0.0.1", () => socket.write(head));
    socket.on("data", (chunk: Buffer) => {
      all = Buffer.concat([all, chunk]);
      if (!waits || all.length < goOn.length) return;
      waits = false;
      socket.write(request.subarray(end + 2));
    });
    socket.on("end", () => resolve(all.subarray(all.indexOf(goOn) + goOn.length)));
    socket.on("error", reject);
  });
}

export interface Message {
  readonly start: string;
  /** Name and value, in order and case. */
  readonly headers: readonly (readonly [string, string])[];
  /** With chunked framing taken off. */
  readonly body: Buffer;
  readonly trailers: readonly (readonly [string, string])[];
  readonly chunked: boolean;
}

/** Takes one HTTP/1.1 message apart without normalising anything. */
export function parseMessage(bytes: Buffer): Message {
  const end = bytes.indexOf("\r\n\r\n");
  const [start = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map(fieldOf);
  const rest = bytes.subarray(end + 4);
  const chunked = headers.some(([name, value]) => name.toLowerCase() === "transfer-encoding" && value === "chunked");
  if (!chunked) return { start, headers, body: rest, trailers: [], chunked };
  return { start, headers, chunked, ...unchunk(rest) };
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function unchunk(bytes: Buffer): { body: Buffer; trailers: (readonly [string, string])[] } {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (!(size >= 0)) throw new Error(`Broken chunk at ${at}`);
    at = line + 2;
    if (size === 0) break;
    pieces.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
  const trailers = bytes
    .toString("latin1", at)
    .split("\r\n")
    .filter((text) => text !== "")
    .map(fieldOf);
  return { body: Buffer.concat(pieces), trailers };
}
