import { createServer, type Server } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Hono } from "hono";
import { problemResponse } from "./problem.ts";

export interface AdminServer {
  readonly port: number;
  /** Takes no more calls, answers those under way within half a second, and ends every connection. */
  close(): Promise<void>;
}

const closeMs = 500;

/** Rejects with what to tell the operator. */
export async function listenAdmin(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AdminServer> {
  const answer = getRequestListener(app.fetch, { hostname: host, errorHandler });
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(refusal(error, { host, port })));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => closeServer(server),
  };
}

function errorHandler(error: unknown): Response {
  return error instanceof RequestError
    ? problemResponse(400, "Request line or Host cannot be read")
    : problemResponse(500, "Call failed inside Sombra");
}

function refusal(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const cause = { cause: error };
  switch (error.code) {
    case "EADDRINUSE":
      return new Error(
        `Admin port ${port} on ${host} is in use: end what listens there, or set SOMBRA_ADMIN_PORT to another port (0 picks a free one)`,
        cause,
      );
    case "EACCES":
      return new Error(`Admin port ${port} needs rights this process lacks: set SOMBRA_ADMIN_PORT above 1023`, cause);
    default:
      return new Error(
        `Admin port ${port} on ${host} cannot be opened (${error.code ?? error.name}): check SOMBRA_ADMIN_HOST and SOMBRA_ADMIN_PORT`,
        cause,
      );
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const rest = setTimeout(() => server.closeAllConnections(), closeMs);
    server.close(() => {
      clearTimeout(rest);
      resolve();
    });
    server.closeIdleConnections();
  });
}
