import type { MessagePort } from "node:worker_threads";
import type { Batch } from "../../../account/index.ts";
import type { InstanceEntry, SelfTestReport } from "../../../admin/index.ts";
import type { DeclaredEffect } from "../../../effects/index.ts";
import type { KillAnswer, KillOrder } from "../../../registry/index.ts";
import type { Holding } from "../registry/holding.ts";
import type { ControlData, ToControl, ToData } from "../threads/messages.ts";
import type { Probe } from "../effects/probe.ts";
import { startThread } from "../threads/thread.ts";

export interface ControlLinkOptions {
  /** As the process is now: a control thread that is started again begins with it. */
  readonly data: () => ControlData;
  /** A line to the registry for a control thread that begins. */
  readonly registryLine: () => MessagePort;
  readonly archiveLine: () => MessagePort;
  readonly instances: () => readonly InstanceEntry[];
  /** Resolves once the archive has what there is, or does not answer in time. */
  readonly archived: () => Promise<void>;
  /** What happened since the last call. */
  readonly drain: () => Batch;
  /** The admin port orders the kill switch thrown or ended. */
  readonly kill: (order: KillOrder) => Promise<KillAnswer>;
  /** A side declares by the admin port what it did. */
  readonly declared: (effect: DeclaredEffect) => void;
  /** The admin port orders the candidates probed. */
  readonly probe: Probe;
  /** The admin port asks what came of the self-test so far, or for a full one. */
  readonly selfTest: (full: boolean) => Promise<SelfTestReport | null>;
  /** Evidence says that everybody is to be on legacy, here at once. */
  readonly hold: Holding["hold"];
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
  tell(message: Extract<ToControl, { kind: "event" | "remember" | "switched" | "page-keys" }>): void;
  /** That thread was started again: the line to the last one is dead. */
  reconnect(to: "registry" | "archive"): void;
  /** Hands over what there is, lets the other end finish its work, at most so long. */
  stop(maxMs: number): Promise<void>;
}

const everyMs = 100;
/** Messages that wait for a control thread that does not answer; beyond that they are let go. */
const maxUntold = 1_000;

export function startControl(options: ControlLinkOptions): ControlLink {
  const ready = Promise.withResolvers<number>();
  let unapplied = 0;
  let untold = 0;
  let adminPort: number | null = null;
  let saidInstances = "";

  const flush = (): void => {
    if (unapplied > 0) return;
    const all = options.instances();
    const said = JSON.stringify(all);
    if (said !== saidInstances) thread.send({ kind: "instances", all });
    saidInstances = said;
    const batch = options.drain();
    unapplied = batch.seq;
    thread.send({ kind: "batch", batch });
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
        return void (message.archived ? options.archived() : Promise.resolve()).then(() =>
          thread.send({ kind: "done", id: message.id }),
        );
      case "declare":
        try {
          options.declared(message.effect);
        } catch (error) {
          // Not taken: whoever waits hears nothing.
          return options.fault("declared", error);
        }
        return thread.send({ kind: "done", id: message.id });
      case "kill":
        void options.kill(message.order).then((answer) => thread.send({ kind: "killed", id: message.id, answer }));
        return;
      case "trips":
        return options.hold(message.trips, message.version);
      case "probe":
        void options.probe(message.order).then(
          (reports) => thread.send({ kind: "probed", id: message.id, reports }),
          (error: unknown) => options.fault("probe", error),
        );
        return;
      case "self-test":
        void options
          .selfTest(message.full)
          .then((report) => thread.send({ kind: "self-tested", id: message.id, report }));
    }
  };
  const reconnect: ControlLink["reconnect"] = (to) => {
    const line = to === "registry" ? options.registryLine() : options.archiveLine();
    thread.send({ kind: to, line }, [line]);
  };
  const thread = startThread<ToControl, ToData>({
    name: "control",
    file: new URL("./control.ts", import.meta.url),
    first: () => ({ kind: "start", data: at(adminPort, options.data()) }),
    started() {
      unapplied = 0;
      // The first thread is not assigned yet while it is being started.
      queueMicrotask(() => {
        reconnect("registry");
        reconnect("archive");
      });
    },
    receive,
    fault(operation, error) {
      ready.reject(error instanceof Error ? error : new Error("The control thread did not start"));
      options.fault(operation, error);
    },
  });
  const timer = setInterval(flush, everyMs);
  return {
    ready: ready.promise,
    tell(message) {
      untold += 1;
      if (untold <= maxUntold || message.kind !== "event") thread.send(message);
    },
    reconnect,
    async stop(maxMs) {
      clearInterval(timer);
      unapplied = 0;
      flush();
      await thread.stop({ kind: "stop" }, maxMs);
    },
  };
}

/** A control thread that is started again listens where the one before it did, whichever free port that was. */
function at(port: number | null, data: ControlData): ControlData {
  if (port === null) return data;
  return { ...data, config: { ...data.config, admin: { ...data.config.admin, port } } };
}
