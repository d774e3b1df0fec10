import { Readable } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { faults, refusingUrl, startFaulty, type FaultName } from "../../test/support/fault.ts";
import { Opened } from "../../test/support/opened.ts";
import { rawServer, requestComplete, type Answer } from "../../test/support/raw.ts";
import { Recorder } from "../../test/support/recorder.ts";
import { CallError, createTransport, type Call, type CallRequest } from "./index.ts";

const opened = new Opened();
afterEach(opened.close);

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
