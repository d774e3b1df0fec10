import { Worker } from "node:worker_threads";
import type { Batch } from "../../account/index.ts";
import type { ControlData, ToControl, ToData } from "./messages.ts";

export interface ControlLinkOptions {
  /** As the process is now: a control thread that is started again begins with it. */
  readonly data: () => ControlData;
  /** What happened since the last call. */
  readonly drain: () => Batch;
  /** The admin port threw or ended the kill switch. */
  readonly kill: (killed: boolean, actor: string) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/**
 * The data plane's end of the line to the control thread. Batches wait here until the other end has applied the one
 * before, so that a control thread that hangs (a blocked stdout, a slow disk) costs bounded memory and no request
 * anything. One that dies is started again.
 */
export interface ControlLink {
  /** The admin port, once it listens. Rejects with what to tell the operator. */
  readonly ready: Promise<number>;
  tell(message: Exclude<ToControl, { kind: "start" | "batch" | "done" | "stop" }>): void;
  /** Hands over what there is, lets the other end finish its work, at most so long. */
  stop(maxMs: number): Promise<void>;
}

const everyMs = 100;
/** Messages that wait for a control thread that does not answer; beyond that they are let go. */
const maxUntold = 1_000;
const restartMs = 1_000;

export function startControl(options: ControlLinkOptions): ControlLink {
  const ready = Promise.withResolvers<number>();
  let worker: Worker;
  let ended: Promise<void> = Promise.resolve();
  let unapplied = 0;
  let stopping = false;
  let untold = 0;
  let adminPort: number | null = null;

  const send = (message: ToControl): void => worker.postMessage(message);
  const flush = (): void => {
    if (unapplied > 0) return;
    const batch = options.drain();
    unapplied = batch.seq;
    send({ kind: "batch", batch });
  };
  const receive = (message: ToData): void => {
    switch (message.kind) {
      case "ready":
        adminPort = message.port;
        return ready.resolve(message.port);
      case "refused": {
        const refused = new Error(message.why);
        if (adminPort !== null) options.fault("admin", refused);
        return ready.reject(refused);
      }
      case "applied":
        unapplied = 0;
        untold = 0;
        return;
      case "flush":
        flush();
        return send({ kind: "done", id: message.id });
      case "kill":
        options.kill(message.killed, message.actor);
        return send({ kind: "done", id: message.id });
    }
  };
  const start = (): void => {
    if (stopping) return;
    const started = new Worker(new URL("./control.ts", import.meta.url), { name: "sombra-control" });
    worker = started;
    ended = new Promise((resolve) => started.once("exit", () => resolve()));
    send({ kind: "start", data: at(adminPort, options.data()) });
    unapplied = 0;
    started.on("message", receive);
    started.on("error", (error) => {
      ready.reject(error);
      options.fault("control", error);
    });
    started.on("exit", () => {
      if (!stopping && worker === started) setTimeout(start, restartMs).unref();
    });
  };
  start();
  const timer = setInterval(flush, everyMs);
  return {
    ready: ready.promise,
    tell(message) {
      untold += 1;
      if (untold <= maxUntold || message.kind === "killed" || message.kind === "remember") send(message);
    },
    async stop(maxMs) {
      stopping = true;
      clearInterval(timer);
      unapplied = 0;
      flush();
      send({ kind: "stop" });
      const limit = setTimeout(() => void worker.terminate(), maxMs);
      await ended;
      clearTimeout(limit);
    },
  };
}

/** A control thread that is started again listens where the one before it did, whichever free port that was. */
function at(port: number | null, data: ControlData): ControlData {
  if (port === null) return data;
  return { ...data, config: { ...data.config, admin: { ...data.config.admin, port } } };
}
