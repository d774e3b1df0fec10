import type { Sombra } from "./sombra.ts";

/** What `startSombra` takes for a process whose threads can be reached. */
export const inspectable = { NODE_OPTIONS: "--inspect=127.0.0.1:0" } as const;

/** Reaches into the threads of a process by Node's inspector: nothing in the process knows of the test. */
export interface Threads {
  /** How many threads of that name there have been. */
  started(name: string): number;
  /** Resolves when so many threads of that name have been started, or ended. */
  starts(name: string, count: number): Promise<void>;
  ends(name: string, count: number): Promise<void>;
  /** Ends the newest thread of that name by an exception that nobody catches. */
  kill(name: string): void;
  /** Blocks the newest thread of that name, so long or for ever: not even its timers run. */
  block(name: string, ms?: number): void;
  close(): Promise<void>;
}

interface Told {
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly workerInfo?: { readonly title: string } };
}

export async function reachThreads(sombra: Sombra): Promise<Threads> {
  const url = /ws:\/\/\S+/.exec(sombra.errors.join(""))?.[0];
  if (url === undefined) throw new Error("The process was not started inspectable");
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  /** Session to name, in the order of starts. */
  const threads = new Map<string, string>();
  const ended = new Set<string>();
  const waiting = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    const { method, params }: Told = JSON.parse(String(data));
    if (params === undefined) return;
    if (method === "NodeWorker.attachedToWorker") {
      threads.set(params.sessionId, params.workerInfo?.title.replace(/^\[worker \d+\] /, "") ?? "");
    } else if (method === "NodeWorker.detachedFromWorker") ended.add(params.sessionId);
    for (const look of waiting) look();
  });
  let id = 0;
  const send = (method: string, params: unknown): void => {
    id += 1;
    socket.send(JSON.stringify({ id, method, params }));
  };
  send("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const sessionsOf = (name: string): string[] =>
    [...threads].filter(([, of]) => of === name).map(([session]) => session);
  const until = (fits: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!fits()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const evaluate = (name: string, expression: string): void => {
    const sessionId = sessionsOf(name).at(-1);
    if (sessionId === undefined) throw new Error(`There is no thread ${name}`);
    const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } });
    send("NodeWorker.sendMessageToWorker", { sessionId, message });
  };
  return {
    started: (name) => sessionsOf(name).length,
    starts: (name, count) => until(() => sessionsOf(name).length >= count),
    ends: (name, count) => until(() => sessionsOf(name).filter((session) => ended.has(session)).length >= count),
    kill: (name) => evaluate(name, 'setTimeout(() => { throw new Error("killed by a test"); })'),
    block: (name, ms = Infinity) =>
      evaluate(name, `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`),
    close: () =>
      new Promise((resolve) => {
        socket.addEventListener("close", () => resolve());
        socket.close();
      }),
  };
}
