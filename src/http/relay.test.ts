import { createServer, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { CallError, Relay, type Flow } from "./index.ts";

const opened = new Opened();
afterEach(opened.close);

/** A client at one end and, at the other, what a call would report to; `said` is what the relay told, in order. */
async function relayed(request: string) {
  const arrived = Promise.withResolvers<ServerResponse>();
  const server = createServer((_, response) => arrived.resolve(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = await new Promise<Socket>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
  });
  opened.add({
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  const chunks: Buffer[] = [];
  client.on("error", () => client.destroy());
  client.write(request);
  const said: string[] = [];
  const relay = new Relay(await arrived.promise, {
    starting: () => void said.push("starting"),
    ended: () => void said.push("ended"),
    failed: ({ failure }, started) => void said.push(`failed ${failure}${started ? ", started" : ""}`),
  });
  return {
    relay,
    client,
    said,
    response: await arrived.promise,
    text: () => Buffer.concat(chunks).toString("latin1"),
    /** The client begins to read. */
    read: () => void client.on("data", (chunk: Buffer) => chunks.push(chunk)),
    closed: new Promise<void>((resolve) => client.once("close", () => resolve())),
  };
}

/** Records what a slow client does to its sender. */
function recordedFlow(): Flow & { readonly words: string[] } {
  const words: string[] = [];
  return { words, pause: () => void words.push("pause"), resume: () => void words.push("resume") };
}

const get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

describe("a relay", () => {
  test("passes an answer on as it came, without a date of ours and without what is for one hop only", async () => {
    const { relay, read, text, closed, said } = await relayed(get);
    read();
    const fields = ["X-Odd-CASE", "\xe9", "X-Twice", "1", "Connection", "X-Hop", "X-Twice", "2", "X-Hop", "1"];
    relay.start(299, "Fin\xe9", [...fields, "Content-Length", "4"], recordedFlow());
    relay.data(Buffer.from("ab"));
    relay.data(Buffer.from("cd"));
    relay.end([]);
    await closed;
    const head = "HTTP/1.1 299 Fin\xe9\r\nX-Odd-CASE: \xe9\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Length: 4\r\n";
    expect(text()).toBe(`${head}Connection: close\r\n\r\nabcd`);
    expect(said).toEqual(["starting", "ended"]);
  });

  test("holds the sender back while its client does not read, and lets it go on when it does", async () => {
    const { relay, read } = await relayed(get);
    const flow = recordedFlow();
    relay.start(200, "OK", [], flow);
    // More than all buffers on the way take.
    relay.data(Buffer.alloc(50_000_000));
    await new Promise(setImmediate);
    expect(flow.words).toEqual(["pause"]);
    read();
    await expect.poll(() => flow.words).toEqual(["pause", "resume"]);
  });

  test("breaks the client's connection where an answer breaks off, so that half is not taken for whole", async () => {
    const { relay, read, text, closed, said } = await relayed(get);
    read();
    relay.start(200, "OK", [], recordedFlow());
    relay.data(Buffer.from("half"));
    await expect.poll(text).toMatch(/half/);
    relay.failed(new CallError("reset", true));
    await closed;
    expect(text()).not.toMatch(/0\r\n\r\n$/);
    expect(said).toEqual(["starting", "failed reset, started"]);
  });

  test("leaves the client to others where there was no answer", async () => {
    const { relay, response, said } = await relayed(get);
    relay.failed(new CallError("refused", false));
    expect([said, response.headersSent, response.destroyed]).toEqual([["failed refused"], false, false]);
  });

  test.each([
    ["1.1", /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/],
    ["1.0", /^HTTP\/1\.1 200 OK\r\n/],
  ])("passes 1xx on to those who know them: HTTP/%s", async (version, expected) => {
    const { relay, read, text, closed } = await relayed(get.replace("HTTP/1.1", `HTTP/${version}`));
    read();
    relay.informational(103, ["Link", "</a>"]);
    relay.informational(101, ["Upgrade", "x"]);
    relay.start(200, "OK", ["Content-Length", "0"], recordedFlow());
    relay.end([]);
    await closed;
    expect(text()).toMatch(expected);
    expect(text()).not.toContain("101");
  });
});
