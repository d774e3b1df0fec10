import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { faults, refusingUrl, startFaulty, type FaultName } from "../../test/support/fault.ts";
import { Opened } from "../../test/support/opened.ts";
import { rawServer, requestComplete, type Answer } from "../../test/support/raw.ts";
import {
  afterPoll,
  CallError,
  createTransport,
  type Call,
  type CallRequest,
  type CallSink,
  type Flow,
} from "./index.ts";

const opened = new Opened();
afterEach(opened.close);

/** What was reported, one word each, in order; data in a row is one word. */
class Recorder implements CallSink {
  readonly words: string[] = [];
  readonly over = Promise.withResolvers<void>();
  flow: Flow | null = null;
  bytes = 0;
  error: CallError | null = null;
  onStart: () => void = () => undefined;

  requestSent(): void {
    this.words.push("sent");
  }
  informational(status: number): void {
    this.words.push(String(status));
  }
  start(status: number, reason: string, _headers: readonly string[], flow: Flow): void {
    this.words.push(`start ${status} ${reason}`);
    this.flow = flow;
    this.onStart();
  }
  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.words.at(-1) !== "data") this.words.push("data");
  }
  end(): void {
    this.words.push("end");
    this.over.resolve();
  }
  failed(error: CallError): void {
    this.words.push(`failed ${error.failure}`);
    this.error = error;
    this.over.resolve();
  }
}

const post = (body: CallRequest["body"]): CallRequest => ({
  method: "POST",
  target: "/",
  headers: ["Host", "a", ...(Buffer.isBuffer(body) ? ["Content-Length", String(body.length)] : [])],
  body,
  chunked: false,
});
const server = async (answer: Answer) => opened.add(await rawServer(answer));
const answering = (text: string) => server((bytes) => (requestComplete(bytes) ? text : null));

const whole = (): Buffer => Buffer.from("body");
const coming = (): CallRequest => ({
  ...post(Readable.from([whole()])),
  headers: ["Host", "a", "Content-Length", "4"],
});

describe.each([
  ["lean", 1_000, () => post(whole())],
  ["pooled", 1_000, coming],
  ["plain", 0, () => post(whole())],
])("a %s call", (_, keepAliveMs, usual) => {
  const calling = (url: string, sink: Recorder, request = usual()): Call => {
    const options = { connections: null, keepAliveMs, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
    const transport = createTransport(new URL(url), options);
    opened.add({ close: () => transport.destroy() });
    return transport.call(request, sink);
  };

  test("reports in order, and ends once", async () => {
    const { url } = await answering(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok",
    );
    const sink = new Recorder();
    calling(url, sink);
    await sink.over.promise;
    expect(sink.words).toEqual(["sent", "103", "start 200 Fine", "data", "end"]);
  });

  const ends: Record<FaultName, string | null> = {
    "never reads": null,
    hangs: null,
    "trickles for ever": null,
    resets: "reset",
    "resets in mid-answer": "reset",
    "closes in mid-answer": "reset",
    "answers garbage": "bad-answer",
    "answers a broken chunk": "bad-answer",
  };
  const names = (Object.keys(faults) as FaultName[]).filter((name) => ends[name] !== null);
  test.each(names)("to one that %s fails once, and may have begun to act", async (fault) => {
    const { url } = opened.add(await startFaulty(fault));
    const sink = new Recorder();
    const call = calling(url, sink);
    await sink.over.promise;
    call.abort(new CallError("timeout", true));
    expect(sink.words.filter((word) => word.startsWith("failed"))).toEqual([`failed ${ends[fault]}`]);
    expect(sink.words.at(-1)).toBe(`failed ${ends[fault]}`);
    expect(sink.error?.began).toBe(true);
  });

  test("to nobody is refused, and nobody has begun to act", async () => {
    const sink = new Recorder();
    calling(await refusingUrl(), sink);
    await sink.over.promise;
    expect([sink.words, sink.error?.began]).toEqual([["failed refused"], false]);
  });

  test.each(["hangs", "trickles for ever"] as const)(
    "to one that %s ends with its connection when aborted",
    async (fault) => {
      const side = opened.add(await startFaulty(fault));
      const sink = new Recorder();
      const call = calling(side.url, sink);
      await expect.poll(() => sink.words.includes(fault === "hangs" ? "sent" : "data")).toBe(true);
      call.abort(new CallError("timeout", true));
      call.abort(new CallError("reset", true));
      await sink.over.promise;
      expect(sink.words.filter((word) => word.startsWith("failed"))).toEqual(["failed timeout"]);
      await expect.poll(() => side.connections).toBe(0);
    },
  );

  test("whose answer cannot be passed on is a bad answer, and its connection ends", async () => {
    const side = opened.add(await startFaulty("trickles for ever"));
    const sink = new Recorder();
    sink.onStart = () => {
      throw new TypeError("Invalid character in header content");
    };
    calling(side.url, sink);
    await sink.over.promise;
    expect(sink.words).toEqual(["sent", "start 200 OK", "failed bad-answer"]);
    await expect.poll(() => side.connections).toBe(0);
  });

  test("holds the sender back while it is paused, and loses nothing", async () => {
    const size = 20_000_000;
    let unsent = (): number => 0;
    const large = await server((bytes, socket) => {
      if (!requestComplete(bytes)) return null;
      unsent = () => socket.writableLength;
      return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`), Buffer.alloc(size)]);
    });
    const sink = new Recorder();
    const started = new Promise<void>((resolve) => {
      sink.onStart = () => {
        sink.flow?.pause();
        resolve();
      };
    });
    calling(large.url, sink);
    await started;
    // Time enough for all of it, were it not held: another answer of that size comes whole.
    const unhindered = await answering(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}`);
    const other = new Recorder();
    calling(unhindered.url, other);
    await other.over.promise;
    expect(other.bytes).toBe(size);
    expect(unsent()).toBeGreaterThan(size / 4);
    sink.flow?.resume();
    await sink.over.promise;
    expect([sink.words.at(-1), sink.bytes]).toEqual(["end", size]);
  });

  test("under way when all is ended is told so", async () => {
    const side = opened.add(await startFaulty("hangs"));
    const options = { connections: null, keepAliveMs, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
    const transport = createTransport(new URL(side.url), options);
    const sink = new Recorder();
    transport.call(usual(), sink);
    await expect.poll(() => sink.words).toContain("sent");
    await transport.destroy();
    await sink.over.promise;
    expect(sink.words).toEqual(["sent", "failed reset"]);
  });

  test("to one that ends its half and answers nothing fails, however much is still to be sent", async () => {
    const silent = await server((_, socket) => {
      socket.pause().end();
      return null;
    });
    const sink = new Recorder();
    const large = Buffer.alloc(12_000_000);
    calling(silent.url, sink, {
      ...post(large),
      body: keepAliveMs > 0 && usual === coming ? Readable.from([large]) : large,
    });
    await sink.over.promise;
    expect(sink.words.at(-1)).toBe("failed reset");
  });

  test("whose body breaks off reaches the other side as broken off", async () => {
    const side = await server(() => null);
    const sink = new Recorder();
    const body = new Readable({ read: () => undefined });
    body.push("half");
    calling(side.url, sink, { ...post(body), headers: ["Host", "a", "Content-Length", "8"] });
    await expect.poll(() => side.received[0]?.toString()).toMatch(/half$/);
    body.destroy(new Error("The client has gone"));
    await sink.over.promise;
    expect(sink.words).toEqual(["failed reset"]);
  });
});

describe("a connection that is used again", () => {
  const keeping = (url: string) => {
    const options = { connections: null, keepAliveMs: 60_000, connectTimeoutMs: 0, maxHeaderBytes: 65_536 };
    const transport = createTransport(new URL(url), options);
    opened.add({ close: () => transport.destroy() });
    return transport;
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

  test("is none whose end comes right behind its answer, for who calls behind the poll that brought the answer", async () => {
    const side = await server((bytes, socket) => {
      if (requestComplete(bytes)) socket.end(answer);
      return null;
    });
    const transport = keeping(side.url);
    let sink = new Recorder();
    transport.call(post(whole()), sink);
    for (let round = 0; round < 20; round += 1) {
      await sink.over.promise;
      expect(sink.words.at(-1)).toBe("end");
      const next = new Recorder();
      afterPoll(() => void transport.call(post(whole()), next));
      sink = next;
    }
    await sink.over.promise;
  });

  test("is not the one that has only just answered where another has rested", async () => {
    const used: Socket[] = [];
    const side = await server((bytes, socket) => {
      if (!requestComplete(bytes)) return null;
      used.push(socket);
      return answer;
    });
    const transport = keeping(side.url);
    const ask = async (): Promise<void> => {
      const sink = new Recorder();
      transport.call(post(whole()), sink);
      await sink.over.promise;
    };
    await Promise.all([ask(), ask()]);
    // Both have rested: the one used last is taken, and then, as it has not rested yet, the other.
    for (const fromMs = performance.now(); performance.now() < fromMs + 5;) await turn();
    await ask();
    await turn();
    await ask();
    expect(used).toHaveLength(4);
    expect(new Set(used.slice(2)).size).toBe(2);
    expect(new Set(used).size).toBe(2);
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
    const side = await answering(answer);
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
