import { once } from "node:events";
import { connect } from "node:net";
import { createFraming } from "./framing.ts";

/** A keep-alive connection that carries one request at a time. */
export interface Connection {
  send(request: Buffer): void;
  close(): void;
}

export interface ConnectionListener {
  /** The answer is complete; `reusable` is false where the server is about to close the connection. */
  answered(status: number, reusable: boolean): void;
  /** By the server, or reset. */
  closed(): void;
}

export async function openConnection(port: number, listener: ConnectionListener): Promise<Connection> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  const take = createFraming({
    onMessage: (head) => listener.answered(Number(head.slice(9, 12)), !/\r\nconnection: *close/i.test(head)),
    lengthWhenMissing: Infinity,
  });
  socket.on("data", take);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => listener.closed());

  return {
    send: (request) => void socket.write(request),
    close: () => {
      socket.removeAllListeners("close");
      socket.destroy();
    },
  };
}
