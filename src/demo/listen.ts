import { once } from "node:events";
import type { Server } from "node:http";

/** Listens, on loopback unless told otherwise, and says where this machine reaches it. */
export async function listen(server: Server, port = 0, host = "127.0.0.1"): Promise<string> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot listen: no TCP address");
  return `http://127.0.0.1:${address.port}`;
}

/** Ends a server, and whatever is still connected to it. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
