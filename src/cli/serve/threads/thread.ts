import type { Transferable } from "node:worker_threads";
import { Worker } from "node:worker_threads";

export interface ThreadOptions<Out, In> {
  readonly name: string;
  readonly file: URL;
  /** The first message of each thread that is started: the process as it is then. */
  readonly first: () => Out;
  readonly receive: (message: In) => void;
  /** Called after the first message of each thread that is started. */
  readonly started?: () => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** A thread that is started again when it dies. Nobody waits for it but at `stop`. */
export interface Thread<Out> {
  send(message: Out, transfer?: readonly Transferable[]): void;
  /** Waits for the thread to end by itself, at most so long, and ends it. `last`: what tells it to. */
  stop(last: Out, maxMs: number): Promise<void>;
}

const restartMs = 1_000;

export function startThread<Out, In>(options: ThreadOptions<Out, In>): Thread<Out> {
  const { name, file, first, receive, started = () => {}, fault } = options;
  let worker: Worker;
  let ended: Promise<void> = Promise.resolve();
  let stopping = false;
  const send = (message: Out, transfer: readonly Transferable[] = []): void => worker.postMessage(message, transfer);
  const start = (): void => {
    if (stopping) return;
    const next = new Worker(file, { name: `sombra-${name}` });
    worker = next;
    ended = new Promise((resolve) => next.once("exit", () => resolve()));
    send(first());
    next.on("message", receive);
    next.on("error", (error) => fault(name, error));
    next.on("exit", () => {
      if (!stopping && worker === next) setTimeout(start, restartMs).unref();
    });
    started();
  };
  start();
  return {
    send,
    async stop(last, maxMs) {
      stopping = true;
      send(last);
      const limit = setTimeout(() => void worker.terminate(), maxMs);
      await ended;
      clearTimeout(limit);
    },
  };
}
