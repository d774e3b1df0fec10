import { createServer, type Socket } from "node:net";

/** Ways in which a side fails, below HTTP: each takes the socket of a new connection. */
export const faults = {
  /** Accepts and never reads. */
  "never reads": (socket: Socket) => socket.pause(),
  /** Reads everything and never answers. */
  hangs: (socket: Socket) => socket.resume(),
  /** Ends the connection by a reset as soon as something comes. */
  resets: (socket: Socket) => socket.once("data", () => socket.resetAndDestroy()),
  "resets in mid-answer": (socket: Socket) =>
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", () => socket.resetAndDestroy());
    }),
  "closes in mid-answer": (socket: Socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")),
  "answers garbage": (socket: Socket) => socket.once("data", () => socket.end("\x00\x01 this is not HTTP\r\n\r\n")),
  "answers a broken chunk": (socket: Socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")),
  "trickles for ever": (socket: Socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 20);
      socket.once("close", () => clearInterval(timer));
    });
  },
} as const satisfies Readonly<Record<string, (socket: Socket) => void>>;

export type FaultName = keyof typeof faults;

export interface FaultyServer {
  readonly url: string;
  readonly connections: number;
  close(): Promise<void>;
}

export async function startFaulty(fault: FaultName): Promise<FaultyServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    faults[fault](socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    get connections() {
      return sockets.size;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** An address where nobody listens: a port that was free a moment ago. */
export async function refusingUrl(): Promise<string> {
  const server = await startFaulty("hangs");
  await server.close();
  return server.url;
}
