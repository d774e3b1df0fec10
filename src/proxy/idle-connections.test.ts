import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startPlane } from "../../test/support/plane.ts";
import { rawServer, requestComplete, type RawServer } from "../../test/support/raw.ts";
import type { Proxy } from "./index.ts";

// What has come on an idle connection to legacy by the time a delivery arrives is seen before the connection is used again:
// it ends, and what was said on it is nobody's answer.

let legacy: RawServer;
let plane: Proxy;
let client: Socket;
/** Legacy's ends of the connections it was called on, in order. */
let ends: Socket[] = [];

beforeEach(async () => {
  ends = [];
  legacy = await rawServer((bytes, socket) => {
    if (!requestComplete(bytes)) return null;
    if (!ends.includes(socket)) ends.push(socket);
    return `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${ends.length}`;
  });
  plane = await startPlane(legacy.url, { keepAliveMs: 60_000 });
  client = connect(plane.port, "127.0.0.1");
  await once(client, "connect");
});
afterEach(async () => {
  client.destroy();
  await plane.close();
  await legacy.close();
});

const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

async function answered(): Promise<string> {
  const [chunk] = await once(client, "data");
  return String(chunk);
}

test("a connection on which nothing came is used again", async () => {
  client.write(post);
  expect(await answered()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n1$/);
  client.write(post);
  expect(await answered()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n1$/);
});

test.each([
  ["ends it", (end: Socket) => void end.end()],
  ["resets it", (end: Socket) => void end.resetAndDestroy()],
  ["says what nobody asked", (end: Socket) => void end.write("HTTP/1.1 500 Poison\r\nContent-Length: 1\r\n\r\n!")],
])("a delivery that comes as legacy %s is answered on another connection", async (_, act) => {
  client.write(post);
  await answered();
  const [first] = ends;
  expect(first).toBeDefined();
  // Both are on their way before either is looked at.
  client.write(post);
  if (first !== undefined) act(first);
  expect(await answered()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n2$/);
  expect(ends).toHaveLength(2);
});
