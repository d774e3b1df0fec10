import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { call } from "../support/call.ts";
import { refusingUrl, startFaulty } from "../support/fault.ts";
import { figure } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, startSide } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const opened = new Opened();
afterEach(opened.close);

const MB = 1_000_000;
const chunk = Buffer.alloc(MB, "x");
const portOf = (sombra: Sombra): number => Number(new URL(sombra.egressUrl).port);

async function sombraTo(graphUrl: string): Promise<Sombra> {
  return opened.sombra({ SOMBRA_LEGACY_URL: await refusingUrl(), SOMBRA_GRAPH_URL: graphUrl });
}

/** Resident memory of a process, in bytes. */
function memoryOf({ pid }: Sombra): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Counts what it is sent and keeps nothing of it. */
async function counting(): Promise<{ url: string; readonly bytes: number; close(): Promise<void> }> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (piece: Buffer) => (bytes += piece.length));
    request.on("end", () => response.end('{"id":"1"}'));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    get bytes() {
      return bytes;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Uploads 100 MB and gives the first line of the answer and the most memory that was seen meanwhile. */
async function upload(sombra: Sombra, target: string): Promise<{ status: string; peak: number }> {
  const socket = connect(portOf(sombra), "127.0.0.1");
  const answered = once(socket, "data");
  socket.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Type: video/mp4\r\nContent-Length: ${100 * MB}\r\n\r\n`);
  let peak = 0;
  for (let sent = 0; sent < 100; sent += 1) {
    if (!socket.write(chunk)) await once(socket, "drain");
    peak = Math.max(peak, memoryOf(sombra));
  }
  const [answer] = await answered;
  socket.destroy();
  return { status: String(answer).split("\r\n")[0] ?? "", peak };
}

describe("an upload of 100 MB", () => {
  test.each([
    ["streams through for legacy", "/legacy/graph/v23.0/1044/media", "200", 100 * MB],
    ["is answered for the candidate, and goes nowhere", "/candidate/graph/v23.0/1044/media", "200", 0],
    ["to no upstream is refused", "/legacy/nowhere/v23.0/1044/media", "404", 0],
  ])("%s, in bounded memory", async (_, target, status, arrived) => {
    const graph = opened.add(await counting());
    const sombra = await sombraTo(graph.url);
    await upload(sombra, target);
    const before = memoryOf(sombra);
    const sent = await upload(sombra, target);
    expect(sent.status).toContain(` ${status} `);
    expect(graph.bytes).toBe(2 * arrived);
    expect(sent.peak - before).toBeLessThan(80 * MB);
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBe(0);
  });

  test("to a Graph host that does not read is held back at its source", async () => {
    const graph = opened.add(await startFaulty("never reads"));
    const sombra = await sombraTo(graph.url);
    const before = memoryOf(sombra);
    const socket = connect(portOf(sombra), "127.0.0.1");
    socket.on("error", () => socket.destroy());
    socket.write(`POST /legacy/graph/1044/media HTTP/1.1\r\nHost: a\r\nContent-Length: ${100 * MB}\r\n\r\n`);
    let written = 0;
    const stuck = Promise.withResolvers<void>();
    let limit = setTimeout(stuck.resolve, 500);
    const push = (): void => {
      while (written < 100 && socket.write(chunk)) written += 1;
      written += 1;
      clearTimeout(limit);
      limit = setTimeout(stuck.resolve, 500);
    };
    socket.on("drain", push);
    socket.once("connect", push);
    await stuck.promise;
    expect(written).toBeLessThan(60);
    expect(memoryOf(sombra) - before).toBeLessThan(60 * MB);
    socket.destroy();
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBe(0);
  });
});

test("calls of legacy stream while others hang, upload and are refused", async () => {
  const graph = opened.add(await startSide(json(200, { from: "outside" })));
  const sombra = await sombraTo(graph.url);
  const port = portOf(sombra);
  const hanging = Array.from({ length: 50 }, (_, index) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => socket.destroy());
    const side = ["legacy", "candidate", "twin"][index % 3];
    socket.write(`POST /${side}/graph/1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n{`);
    return socket;
  });
  const uploading = upload(sombra, "/candidate/graph/1/media");
  for (let i = 0; i < 20; i += 1) {
    const answer = await call(sombra.egressUrl, { target: "/legacy/graph/v23.0/1/messages", body: "{}" });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"from":"outside"}']);
  }
  expect((await uploading).status).toContain(" 200 ");
  for (const socket of hanging) socket.destroy();
  await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBe(0);
});
