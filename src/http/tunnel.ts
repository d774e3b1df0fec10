import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { endToEnd } from "./headers.ts";
import { hostOf, servernameOf } from "./upstream-host.ts";

/** A request that asks for an upgrade; `target` stands on the request line, `head` are bytes that came after it. */
export interface Opening {
  readonly request: IncomingMessage;
  readonly client: Duplex;
  readonly head: Buffer;
  readonly target: string;
}

/** Answers on a connection that node has handed over, and ends it. */
export function refuseConnection(client: Duplex, status: string): void {
  client.on("error", () => client.destroy());
  // What still comes is read and dropped, so that the answer is not lost to a reset.
  client.resume();
  client.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => client.destroy());
}

/**
 * Passes a request for an upgrade on (RFC 9110 section 7.8). Where the upstream switches protocols, both connections become one,
 * byte for byte; where it answers otherwise, its answer goes back and the client's connection ends, so that nothing
 * else on it gets past us.
 */
export function tunnel(upstream: URL, { request, client, head, target }: Opening): void {
  const outgoing = (upstream.protocol === "https:" ? httpsRequest : httpRequest)({
    protocol: upstream.protocol,
    hostname: hostOf(upstream),
    servername: servernameOf(upstream) ?? "",
    port: upstream.port,
    method: request.method,
    path: target,
    headers: request.rawHeaders,
    setHost: false,
    agent: false,
  });
  let answered = false;
  client.on("error", () => client.destroy());
  client.once("close", () => outgoing.destroy());
  outgoing.on("error", () => {
    if (answered) client.destroy();
    else refuseConnection(client, "502 Bad Gateway");
  });
  outgoing.on("upgrade", (answer, server, first) => {
    answered = true;
    server.on("error", () => client.destroy());
    server.once("close", () => client.destroy());
    client.once("close", () => server.destroy());
    client.write(headOf(answer, answer.rawHeaders), "latin1");
    client.write(first);
    server.write(head);
    client.pipe(server);
    server.pipe(client);
  });
  outgoing.on("response", (answer) => {
    answered = true;
    client.resume();
    client.write(headOf(answer, [...endToEnd(answer.rawHeaders), "connection", "close"]), "latin1");
    answer.on("error", () => client.destroy());
    answer.pipe(client, { end: false });
    answer.once("end", () => client.end(() => client.destroy()));
  });
  outgoing.end();
}

function headOf(answer: IncomingMessage, headers: readonly string[]): string {
  let head = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage ?? ""}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}
