import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { rawServer, requestComplete, type Answer } from "../../test/support/raw.ts";
import { Recorder } from "../../test/support/recorder.ts";
import { monotonic } from "../lib/clock.ts";
import { afterPoll, CallError } from "./index.ts";
import { createLean } from "./lean.ts";
import type { LeanRequest } from "./lean-call.ts";

const opened = new Opened();
afterEach(opened.close);

const post = (body: Buffer): LeanRequest => ({
  method: "POST",
  target: "/",
  headers: ["Host", "a", "Content-Length", String(body.length)],
  body,
  chunked: false,
});
const whole = (): Buffer => Buffer.from("body");
const server = async (answer: Answer) => opened.add(await rawServer(answer));

describe("a connection that is used again", () => {
  const keeping = (url: string, clock = monotonic) => {
    const options = { keepAliveMs: 60_000, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
    const lean = createLean(new URL(url), options, clock);
    opened.add({ close: () => lean.destroy() });
    return lean;
  };
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** A turn of the event loop, so that what has come is seen. */
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  /** Calls on `make` when a packet comes: among others of the same turn, before or after them. */
  async function byPacket(): Promise<(make: () => void) => void> {
    let due: (() => void) | null = null;
    const { port } = await server(() => {
      due?.();
      return null;
    });
    const socket = connect(port, "127.0.0.1");
    opened.add({ close: async () => socket.destroy() });
    await once(socket, "connect");
    return (make) => {
      due = make;
      socket.write(".");
    };
  }

  test.each([
    ["ended", (socket: Socket) => void socket.end()],
    ["reset", (socket: Socket) => void socket.resetAndDestroy()],
    ["filled with what nobody asked", (socket: Socket) => void socket.write("HTTP/1.1 500 Poison\r\n\r\n")],
  ])("is none that is %s in the turn of the call", async (_, act) => {
    const sockets = new Set<Socket>();
    const side = await server((bytes, socket) => {
      if (!requestComplete(bytes)) return null;
      sockets.add(socket);
      return answer;
    });
    const transport = keeping(side.url);
    const first = new Recorder();
    transport.call(post(whole()), first);
    await first.over.promise;
    const whenPacketComes = await byPacket();
    for (let turns = 0; turns < 3; turns += 1) await turn();
    const second = new Recorder();
    whenPacketComes(() => void transport.call(post(whole()), second));
    for (const socket of sockets) act(socket);
    await second.over.promise;
    expect([second.words, sockets.size]).toEqual([["sent", "start 200 OK", "data", "end"], 2]);
  });

  test("is none whose end comes right behind its answer", async () => {
    const side = await server((bytes, socket) => {
      if (requestComplete(bytes)) socket.end(answer);
      return null;
    });
    const transport = keeping(side.url);
    for (let round = 0; round < 20; round += 1) {
      const sink = new Recorder();
      transport.call(post(whole()), sink);
      await sink.over.promise;
      expect(sink.words.at(-1)).toBe("end");
      // Now and then the next call comes a little later.
      for (let turns = 0; turns < round % 4; turns += 1) await turn();
    }
  });

  /** A server that answers at once, and the connections that it was asked on, in order. */
  async function asked() {
    const sockets: Socket[] = [];
    const side = await server((bytes, socket) => {
      if (!requestComplete(bytes)) return null;
      sockets.push(socket);
      return answer;
    });
    return { url: side.url, sockets };
  }

  type Keeping = ReturnType<typeof keeping>;

  async function ask(lean: Keeping): Promise<void> {
    const sink = new Recorder();
    lean.call(post(whole()), sink);
    await sink.over.promise;
    await turn();
  }

  /** Asks behind a poll, `before` having been done there. What was reported by the time the call was made. */
  const askBehindPoll = (lean: Keeping, sink: Recorder, before: () => void = () => undefined): Promise<string[]> =>
    new Promise((resolve) =>
      afterPoll(() => {
        before();
        lean.call(post(whole()), sink);
        resolve([...sink.words]);
      }),
    );

  test("is the one used last, and another where that one has only just answered", async () => {
    const { url, sockets } = await asked();
    let nowMs = 0;
    const lean = keeping(url, () => nowMs);
    await Promise.all([ask(lean), ask(lean), ask(lean)]);
    for (let calls = 0; calls < 4; calls += 1) {
      nowMs += 10;
      await ask(lean);
    }
    expect(new Set(sockets.slice(0, 3)).size).toBe(3);
    expect(new Set(sockets.slice(3)).size).toBe(1);
    // No time passes.
    await ask(lean);
    await ask(lean);
    await ask(lean);
    expect(new Set(sockets.slice(6, 9)).size).toBe(3);
    // None has rested: the one that has waited longest.
    await ask(lean);
    expect(sockets[9]).toBe(sockets[6]);
    expect(new Set(sockets).size).toBe(3);
  });

  test("is written to at once by who calls right behind a poll, and else behind the next one", async () => {
    const { url } = await asked();
    let nowMs = 0;
    const lean = keeping(url, () => nowMs);
    await ask(lean);
    nowMs += 10;
    const behind = new Recorder();
    expect(await askBehindPoll(lean, behind)).toEqual(["sent"]);
    await behind.over.promise;
    await turn();
    // It has only just answered.
    const soon = new Recorder();
    expect(await askBehindPoll(lean, soon)).toEqual([]);
    await soon.over.promise;
    await turn();
    nowMs += 10;
    const elsewhere = new Recorder();
    lean.call(post(whole()), elsewhere);
    expect(elsewhere.words).toEqual([]);
    await elsewhere.over.promise;
  });

  test("is none whose end comes right behind its answer, however late it seems behind the poll that brought it", async () => {
    const side = await server((bytes, socket) => {
      if (requestComplete(bytes)) socket.end(answer);
      return null;
    });
    let nowMs = 0;
    const lean = keeping(side.url, () => nowMs);
    let sink = new Recorder();
    lean.call(post(whole()), sink);
    for (let round = 0; round < 20; round += 1) {
      await sink.over.promise;
      expect(sink.words.at(-1)).toBe("end");
      sink = new Recorder();
      expect(await askBehindPoll(lean, sink, () => void (nowMs += 10))).toEqual([]);
    }
    await sink.over.promise;
  });

  test("is none that has ended while the thread was busy behind its poll", async () => {
    const { url, sockets } = await asked();
    const lean = keeping(url);
    await ask(lean);
    for (const fromMs = performance.now(); performance.now() < fromMs + 5;) await turn();
    const sink = new Recorder();
    const words = await askBehindPoll(lean, sink, () => {
      for (const socket of sockets) socket.end();
      const fromMs = performance.now();
      while (performance.now() < fromMs + 5);
    });
    await sink.over.promise;
    expect([words, sink.words]).toEqual([[], ["sent", "start 200 OK", "data", "end"]]);
    expect(new Set(sockets).size).toBe(2);
  });

  test("is given up by nobody while the rest of a body is on its way to one who has answered", async () => {
    const size = 12_000_000;
    const side = await server((bytes) => {
      if (bytes.length > 100_000) return null;
      return bytes.includes("\r\n\r\n") ? answer : null;
    });
    const transport = keeping(side.url);
    const sink = new Recorder();
    transport.call(post(Buffer.alloc(size)), sink);
    await sink.over.promise;
    expect(sink.words.at(-1)).toBe("end");
    await expect.poll(() => side.received[0]?.length ?? 0).toBeGreaterThan(size);
  });

  test("goes back unused where its call was given up meanwhile", async () => {
    const side = await server((bytes) => (requestComplete(bytes) ? answer : null));
    const transport = keeping(side.url);
    for (const isGivenUp of [false, true, false]) {
      const sink = new Recorder();
      const call = transport.call(post(whole()), sink);
      if (isGivenUp) call.abort(new CallError("timeout", true));
      await sink.over.promise;
      for (let turns = 0; turns < 3; turns += 1) await turn();
    }
    expect(side.received).toHaveLength(1);
    expect(side.requests).toHaveLength(2);
  });

  test("ends where its call was given up and all is closed meanwhile", async () => {
    const ended = Promise.withResolvers<void>();
    const side = await server((bytes, socket) => {
      if (!requestComplete(bytes)) return null;
      socket.once("close", () => ended.resolve());
      return answer;
    });
    const transport = keeping(side.url);
    const first = new Recorder();
    transport.call(post(whole()), first);
    await first.over.promise;
    for (let turns = 0; turns < 3; turns += 1) await turn();
    transport.call(post(whole()), new Recorder()).abort(new CallError("timeout", true));
    await transport.close();
    await ended.promise;
    expect(side.requests).toHaveLength(1);
  });
});
