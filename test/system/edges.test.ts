import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { settled } from "../support/figures.ts";
import { refusingUrl, startFaulty } from "../support/fault.ts";
import { exchange, exchangeInTurn, parseMessage, rawServer, requestComplete, type Answer } from "../support/raw.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { startSombra, type Sombra } from "../support/sombra.ts";

const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };

const dir = mkdtempSync(join(tmpdir(), "sombra-edges-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

async function world(answer: Answer, env: Readonly<Record<string, string>> = {}) {
  const legacy = await rawServer(answer);
  const candidate = await startSide(json(200, {}));
  const sombra = await startSombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, ...env });
  open.push({ close: () => sombra.stop() }, legacy, candidate);
  return { legacy, candidate, sombra };
}

const ok: Answer = (bytes) => (requestComplete(bytes) ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" : null);

function opened(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.on("error", () => socket.destroy());
  });
}

describe("a client that resets its connection", () => {
  test.each([
    ["after CONNECT", "CONNECT shop.example:443 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["after an ambiguous upgrade", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"],
    ["after an upgrade", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"],
  ])("%s ends nobody but itself", async (_, bytes) => {
    const { sombra } = await world(ok);
    for (const port of [sombra.port, Number(new URL(sombra.egressUrl).port)]) {
      for (let i = 0; i < 20; i += 1) {
        const socket = await opened(port);
        socket.write(bytes);
        socket.resetAndDestroy();
      }
    }
    expect(await (await post(sombra.url, "{}")).text()).toBe("ok");
    expect((await sombra.call("GET", "/healthz")).status).toBe(200);
  });
});

describe("a legacy that answers before it has read the body", () => {
  test("leaves nothing pending and nothing kept when the client goes", async () => {
    const early: Answer = (bytes) =>
      bytes.includes("\r\n\r\n") ? "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n" : null;
    const { sombra } = await world(early, on);
    for (let i = 0; i < 5; i += 1) {
      const socket = await opened(sombra.port);
      const answered = new Promise((resolve) => socket.once("data", resolve));
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n${"x".repeat(1000)}`);
      await answered;
      socket.destroy();
    }
    expect((await settled(sombra, 5)).skipped).toEqual({ total: 5, "client-gone": 5 });
    expect(await (await sombra.call("GET", "/metrics")).text()).toMatch(/^sombra_kept_bytes 0$/m);
  });
});

test("a client that ends its sending half before the answer counts as gone, and so does legacy's call", async () => {
  const legacy = await startFaulty("hangs");
  const sombra = await startSombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: await refusingUrl(), ...on });
  open.push({ close: () => sombra.stop() }, legacy);
  const client = await opened(sombra.port);
  const ended = new Promise((resolve) => client.once("close", resolve));
  const body = textFrom("447700900123");
  client.resume().end(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await ended;
  expect(client.bytesRead).toBe(0);
  expect((await settled(sombra, 1)).skipped).toEqual({ total: 1, "client-gone": 1 });
  await expect.poll(() => legacy.connections).toBe(0);
});

describe("an answer", () => {
  const latin1 = Buffer.from("HTTP/1.1 404 P\xe1gina\r\nContent-Length: 0\r\n\r\n", "latin1");
  const utf8 = Buffer.from("HTTP/1.1 404 Página €\r\nContent-Length: 0\r\n\r\n");
  test.each([
    ["Latin-1", "whole", latin1, 1_000, null],
    ["Latin-1", "still coming in", latin1, 1_000, "HTTP/1.1 404 Not Found"],
    ["Latin-1", "still coming in", latin1, 0, null],
    ["UTF-8", "whole", utf8, 1_000, null],
    ["UTF-8", "still coming in", utf8, 1_000, null],
  ])(
    "to a request keeps a reason phrase, or the standard one stands in: %s, %s",
    async (_, how, bytes, keepAliveMs, otherwise) => {
      const config = join(dir, `keep-alive-${keepAliveMs}.yaml`);
      writeFileSync(config, `legacy: { keepAliveMs: ${keepAliveMs} }\n`);
      const { sombra } = await world((request) => (requestComplete(request) ? bytes : null), { SOMBRA_CONFIG: config });
      const exchanged = how === "whole" ? exchange : exchangeInTurn;
      const post = Buffer.from("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
      const got = await exchanged(sombra.port, post);
      expect(parseMessage(got).start).toBe(otherwise ?? parseMessage(bytes).start);
    },
  );

  test("sends its head on before its body has come", async () => {
    const held: Socket[] = [];
    const { sombra } = await world((bytes, socket) => {
      if (!requestComplete(bytes)) return null;
      held.push(socket);
      return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
    });
    const client = await opened(sombra.port);
    let text = "";
    const until = (fits: (all: string) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => void (fits(text) && resolve());
        client.on("data", look);
        look();
      });
    client.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await until((all) => all.includes("\r\n\r\n"));
    expect(text).not.toContain("late");
    expect(held).toHaveLength(1);
    held[0]?.write("late");
    await until((all) => all.endsWith("late"));
    client.destroy();
  });
});

test("an upgrade that legacy does not take up opens no way past Sombra", async () => {
  const { legacy, sombra } = await world(ok);
  const got = await exchange(
    sombra.port,
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nPOST /past HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
  );
  expect(got.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*ok$/);
  expect(legacy.requests.some((bytes) => bytes.includes("/past"))).toBe(false);
});

const usr2 = 1n << BigInt(constants.signals.SIGUSR2 - 1);
/** Resolves when a process takes SIGUSR2 itself: before that the signal would end it. */
async function catchesUsr2({ pid, stdout }: ChildProcess): Promise<void> {
  const status = `/proc/${pid}/status`;
  // Where the system does not say which signals are caught (proc_pid_status(5)): certainly when it has started.
  if (stdout !== null && !existsSync(status)) return void (await once(stdout, "data"));
  const caught = (): boolean => {
    const [, mask = "0"] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(status, "utf8")) ?? [];
    return (BigInt(`0x${mask}`) & usr2) !== 0n;
  };
  await expect.poll(caught, { timeout: 20_000, interval: 5 }).toBe(true);
}

test("SIGUSR2 during the start is in force from the first delivery", async () => {
  const legacy = await startSide(json(200, { by: "legacy" }));
  const candidate = await startSide(json(200, { by: "candidate" }));
  const starting: Promise<Sombra> = startSombra(
    {
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      ...on,
      WHATSAPP_CANONICAL_SHADOW_MODE: "false",
      WHATSAPP_DUAL_RUN: "false",
    },
    (child) => void catchesUsr2(child).then(() => child.kill("SIGUSR2")),
  );
  const sombra = await starting;
  open.push({ close: () => sombra.stop() }, legacy, candidate);
  expect(await (await post(sombra.url, textFrom("447700900123"))).json()).toEqual({ by: "legacy" });
});
