import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** One request as a side saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface SideServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Open connections. */
  readonly connections: number;
  /** Resolves when so many requests have come whole. */
  requests(count: number): Promise<void>;
  close(): Promise<void>;
}

export type Behaviour = (request: Seen, response: ServerResponse) => void;

/** A handler in the place of legacy or the candidate. */
export async function startSide(behaviour: Behaviour): Promise<SideServer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const whole = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      seen.push(whole);
      for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
      behaviour(whole, response);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    get connections() {
      return sockets.size;
    },
    requests: (count) =>
      new Promise((resolve) => {
        if (seen.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Answers JSON. */
export function json(status: number, value: unknown): Behaviour {
  const body = JSON.stringify(value);
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
    response.end(body);
  };
}

let texts = 0;

/** A text message of one shopper, as Meta sends it: another one each time, where no id is given. */
export function textFrom(shopper: string, id?: string): string {
  texts += 1;
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550100000", phone_number_id: "100000000000001" },
    contacts: [{ profile: { name: "Test" }, wa_id: shopper }],
    messages: [
      {
        from: shopper,
        id: id ?? `wamid.TEST.${texts}`,
        timestamp: "1790000000",
        type: "text",
        text: { body: "hello" },
      },
    ],
  };
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "100000000000002", changes: [{ field: "messages", value }] }],
  });
}

export function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
}
