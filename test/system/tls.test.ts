import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exchange, exchangeInTurn, parseMessage } from "../support/raw.ts";
import { startSombra, type Sombra } from "../support/sombra.ts";

const certificate = fileURLToPath(new URL("../support/tls/localhost.cert.pem", import.meta.url));
const key = fileURLToPath(new URL("../support/tls/localhost.key.pem", import.meta.url));

const seen: { host: string | undefined; servername: string | false | null }[] = [];
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
  const { socket } = request;
  seen.push({ host: request.headers.host, servername: socket instanceof TLSSocket ? socket.servername : null });
  request.resume().on("end", () => response.end("over TLS"));
});
let port = 0;
let sombra: Sombra;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  sombra = await startSombra({ SOMBRA_LEGACY_URL: `https://localhost:${port}`, NODE_EXTRA_CA_CERTS: certificate });
});
afterAll(async () => {
  await sombra.stop();
  server.closeAllConnections();
  server.close();
});

test.each([
  ["with a length", exchange, "Content-Length: 2\r\n\r\n{}"],
  ["with a length, on the connection of before", exchange, "Content-Length: 2\r\n\r\n{}"],
  ["with a length, coming later", exchangeInTurn, "Content-Length: 2\r\n\r\n{}"],
  ["chunked", exchange, "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
])("legacy's certificate is checked by legacy's name, whatever host the client asks for: %s", async (_, by, body) => {
  const answer = await by(
    sombra.port,
    Buffer.from(`POST /webhook HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n${body}`),
  );
  expect(parseMessage(answer).body.toString()).toBe("over TLS");
  expect(seen.at(-1)).toEqual({ host: "shop.example", servername: "localhost" });
});

test.each([
  ["legacy nobody vouches for", "localhost", exchange],
  ["legacy nobody vouches for, asked for later", "localhost", exchangeInTurn],
  ["another host than legacy", "127.0.0.1", exchange],
])("a certificate of %s gives 502", async (_, host, by) => {
  const vouched = host === "localhost" ? {} : { NODE_EXTRA_CA_CERTS: certificate };
  const trusting = await startSombra({ SOMBRA_LEGACY_URL: `https://${host}:${port}`, ...vouched });
  const before = seen.length;
  const post = Buffer.from("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
  const answer = await by(trusting.port, post);
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 502 /);
  expect(seen).toHaveLength(before);
  await trusting.stop();
});
