import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sampleNow } from "../../../test/support/admin-flags.ts";
import { routeSnapshot } from "../../flags/sample.ts";
import { addOfrep } from "../calls/ofrep.ts";
import type { FlagsInForce } from "../deps.ts";
import { listenAdmin } from "../listen.ts";
import type { EventStreamsOptions } from "./event-streams.ts";
import { descriptionPresent, readDescription } from "./sample.ts";

const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

/** Flags whose version a test moves, and the port that tells of it. */
async function start(options?: EventStreamsOptions) {
  let version = 1;
  let killed = false;
  let at = sampleNow;
  const listeners = new Set<(version: number) => void>();
  const inForce = (): FlagsInForce => ({
    snapshot: routeSnapshot({}, { version, killed }),
    state: { flags: new Map(), audiences: new Map(), documents: new Map() },
    entries: [],
    store: {
      kind: "sqlite",
      up: true,
      confirmedAt: sampleNow,
      writable: true,
      problem: null,
      unreadable: [],
      unkept: null,
    },
  });
  const tell = (): void => listeners.forEach((listener) => listener(version));
  const deps = {
    flags: inForce,
    keyOf: (name: string) => name,
    now: () => at,
    onFlags: (listener: (version: number) => void) => void listeners.add(listener),
  };
  const app = new Hono();
  addOfrep(app, deps, options);
  const server = await listenAdmin(app, { host: "127.0.0.1", port: 0 });
  const close = (): Promise<void> => server.close();
  started.push(close);
  return {
    close,
    move: (): void => {
      version += 1;
      tell();
    },
    kill: (): void => {
      killed = true;
      tell();
    },
    pass: (ms: number): void => {
      at += ms;
    },
    open: (headers: Record<string, string> = {}, method = "GET") => open(server.port, headers, method),
  };
}

/** One block of a stream: fields by name, a comment under the empty name. */
type Block = Readonly<Record<string, string>>;

async function open(port: number, headers: Record<string, string>, method: string) {
  const end = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/ofrep/v1/events`, { method, headers, signal: end.signal });
  started.unshift(async () => end.abort());
  const blocks = blocksOf(response.body);
  const next = async (): Promise<Block | undefined> => (await blocks.next()).value;
  return {
    response,
    close: () => end.abort(),
    next,
    /** The greeting, then the next block. */
    async second(): Promise<Block | undefined> {
      await next();
      return next();
    },
  };
}

async function* blocksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Block, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      yield Object.fromEntries(lines.map((line) => [/^[^:]*/.exec(line)?.[0] ?? "", line.replace(/^[^:]*: ?/, "")]));
    }
  }
  return undefined;
}

const seconds = sampleNow / 1000;

function refetch(id: string, lastModified = seconds): Block {
  return { id, event: "message", data: JSON.stringify({ type: "refetchEvaluation", etag: id, lastModified }) };
}

describe("an event stream", () => {
  it("begins with where it is, which is no event", async () => {
    const { open: listen } = await start();
    const { response, next } = await listen();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await next()).toEqual({ retry: "2000", id: "1" });
  });

  it("tells of each change and of the kill switch", async () => {
    const { open: listen, move, kill, pass } = await start();
    const [one, other] = [await listen(), await listen()];
    await Promise.all([one.next(), other.next()]);
    pass(5_000);
    move();
    for (const stream of [one, other]) expect(await stream.next()).toEqual(refetch("2", seconds + 5));
    kill();
    for (const stream of [one, other]) expect(await stream.next()).toEqual(refetch("2-killed", seconds + 5));
  });

  it("tells a client that comes back of what it has missed, once", async () => {
    const { open: listen, move, kill, pass } = await start();
    const up = await listen({ "last-event-id": "1" });
    expect(await up.next()).toEqual({ retry: "2000", id: "1" });
    move();
    move();
    pass(3_600_000);
    const missed = await listen({ "last-event-id": "1" });
    expect(await missed.next()).toEqual({ retry: "2000", ...refetch("3") });
    const current = await listen({ "last-event-id": "3" });
    expect(await current.next()).toEqual({ retry: "2000", id: "3" });
    kill();
    const killed = await listen({ "last-event-id": "3" });
    expect(await killed.next()).toEqual({ retry: "2000", ...refetch("3-killed", seconds + 3_600) });
  });

  it("tells a client that is new of a change within the last minute, which it may have missed", async () => {
    const { open: listen, move, pass } = await start();
    move();
    pass(59_999);
    expect(await (await listen()).next()).toEqual({ retry: "2000", ...refetch("2") });
    pass(1);
    expect(await (await listen()).next()).toEqual({ retry: "2000", id: "2" });
  });

  it("is kept open by comments", async () => {
    const { open: listen } = await start({ heartbeatMs: 5 });
    const stream = await listen();
    expect(await stream.second()).toEqual({ "": "still here" });
    expect(await stream.next()).toEqual({ "": "still here" });
  });

  it("is one of so many, and leaves room when it ends", async () => {
    const { open: listen } = await start({ maxStreams: 2 });
    const [first, second] = [await listen(), await listen()];
    const third = await listen();
    expect(third.response.status).toBe(503);
    expect(third.response.headers.get("retry-after")).toBe("30");
    expect(third.response.headers.get("content-type")).toBe("application/problem+json");
    first.close();
    await vi.waitFor(async () => expect((await listen()).response.status).toBe(200));
    expect((await listen()).response.status).toBe(503);
    expect(await second.next()).toEqual({ retry: "2000", id: "1" });
  });

  it("is not opened by HEAD", async () => {
    const { open: listen } = await start({ maxStreams: 1 });
    for (const expected of [200, 200, 200]) expect((await listen({}, "HEAD")).response.status).toBe(expected);
    expect((await listen()).response.status).toBe(200);
  });

  it("of a client that does not read holds so much, and then the newest event", async () => {
    const { open: listen, move } = await start({ maxWaitingBytes: 1_000 });
    const slow = await listen();
    // All in one turn: nothing can be read in between.
    for (let times = 0; times < 100; times += 1) move();
    const ids: unknown[] = [];
    while (ids.at(-1) !== "101") ids.push((await slow.next())?.id);
    expect(ids.slice(0, 3)).toEqual(["1", "2", "3"]);
    expect(ids.length).toBeGreaterThan(5);
    expect(ids.length).toBeLessThan(20);
    move();
    expect(await slow.next()).toEqual(refetch("102"));
  });

  it("ends with the server", async () => {
    const { open: listen, close } = await start();
    const stream = await listen();
    await stream.next();
    const ended = expect(stream.next()).rejects.toThrow("terminated");
    await close();
    await ended;
  });

  it.runIf(descriptionPresent)("says what OFREP describes", async () => {
    const { open: listen, move } = await start();
    const stream = await listen();
    await stream.next();
    move();
    const event = await stream.next();
    const { faults } = readDescription();
    expect(faults("sseEvent", event)).toEqual([]);
    expect(faults("sseEventData", JSON.parse(event?.data ?? ""))).toEqual([]);
    expect(faults("sseEventData", { lastModified: -1 })).not.toEqual([]);
  });
});
