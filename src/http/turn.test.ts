import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Opened } from "../../test/support/opened.ts";
import { afterPoll, polled, type Turn } from "./turn.ts";

const opened = new Opened();
afterEach(() => opened.close());

/** The turn that work is done in which is asked for now. */
const turn = (): Promise<Turn | null> => new Promise((resolve) => afterPoll(() => resolve(polled())));

describe("what is done behind a poll", () => {
  test("knows its turn, which nothing else does", async () => {
    expect(polled()).toBeNull();
    const askedMs = performance.now();
    expect((await turn())?.sinceMs).toBeGreaterThanOrEqual(askedMs);
    // Behind its promise, and as an immediate that somebody else asked for.
    expect(polled()).toBeNull();
    expect(await new Promise((resolve) => setImmediate(() => resolve(polled())))).toBeNull();
  });

  test("is done in the order in which it was asked for, all of a turn in one", async () => {
    const done: string[] = [];
    const first = new Promise((resolve) => {
      afterPoll(() => {
        done.push("a");
        resolve(polled());
      });
    });
    const second = new Promise((resolve) => {
      afterPoll(() => {
        done.push("b");
        resolve(polled());
      });
    });
    expect(await first).toBe(await second);
    expect(done).toEqual(["a", "b"]);
  });

  test("is a turn later where it is asked for in a turn, and what has come is read between", async () => {
    const server = createServer((socket) => void socket.on("data", (data) => socket.write(data)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    opened.add({ close: async () => void server.close() });
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    opened.add({ close: async () => void socket.destroy() });
    await once(socket, "connect");
    const seen: string[] = [];
    socket.on("data", () => seen.push("read"));
    const turns: number[] = [];
    const goOn = (over: () => void): void =>
      afterPoll(() => {
        turns.push(polled()?.number ?? Number.NaN);
        seen.push("turn");
        if (seen.includes("read")) over();
        else goOn(over);
      });
    socket.write(".");
    // Nothing but turns that follow each other: they would see nothing without polls between them.
    await new Promise<void>((over) => goOn(over));
    expect(seen.slice(-2)).toEqual(["read", "turn"]);
    expect(turns).toEqual(turns.map((_, at) => (turns[0] ?? Number.NaN) + at));
  });

  test("is done where what stands before it throws", () => {
    const program = `
      import { afterPoll } from ${JSON.stringify(new URL("turn.ts", import.meta.url).href)};
      process.on("uncaughtException", ({ message }) => console.log(message));
      afterPoll(() => console.log("before"));
      afterPoll(() => { throw new Error("thrown"); });
      afterPoll(() => console.log("behind"));
      afterPoll(() => { throw new Error("thrown again"); });
      afterPoll(() => console.log("last"));`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", program], {
      encoding: "utf8",
    });
    expect(stdout).toBe("before\nbehind\nlast\nthrown\nthrown again\n");
  });
});
