import { connect, createServer, type Socket } from "node:net";

/** A way to a port that can fail as networks do. */
export interface Stall {
  readonly port: number;
  /** Passes no more bytes, on no connection, until `resume`. */
  stop(): void;
  /** Passes what the target says next, and then as after `stop`. */
  stopAfterAnswer(): void;
  resume(): void;
  /** Passes no more bytes on the connections there are, for ever and without a word; new ones work. */
  forget(): void;
  /** Ends every connection by a reset. */
  reset(): void;
  /** How many connections were made so far. */
  readonly made: number;
  close(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

export async function startStall(target: number): Promise<Stall> {
  const pairs = new Set<Pair>();
  let made = 0;
  let stopped = false;
  let lastAnswer = false;
  const hold = ({ near, far }: Pair): void => {
    near.pause();
    far.pause();
  };
  const stop = (): void => {
    stopped = true;
    for (const pair of pairs) hold(pair);
  };
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    const pair = { near, far };
    pairs.add(pair);
    made += 1;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (chunk: Buffer) => {
        to.write(chunk);
        if (lastAnswer && from === far) stop();
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (stopped) hold(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const reset = (): void => {
    for (const { near, far } of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    stop,
    stopAfterAnswer: () => {
      lastAnswer = true;
    },
    resume: () => {
      lastAnswer = false;
      stopped = false;
      for (const { near, far } of pairs) {
        near.resume();
        far.resume();
      }
    },
    forget: () => {
      for (const pair of pairs) hold(pair);
      // Known no more, so that `resume` does not wake them; they end with their ends.
      const forgotten = [...pairs];
      pairs.clear();
      server.once("close", () => {
        for (const { near, far } of forgotten) {
          near.destroy();
          far.destroy();
        }
      });
    },
    reset,
    get made() {
      return made;
    },
    close: () =>
      new Promise((resolve) => {
        reset();
        server.close(() => resolve());
      }),
  };
}
