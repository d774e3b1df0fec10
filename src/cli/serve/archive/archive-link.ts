import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { ArchiveBatch } from "../../../account/index.ts";
import type { TwinKnown } from "../../../compare/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import { within } from "../threads/calls.ts";
import type { ArchiveData, FromArchive, ToArchive } from "../threads/messages.ts";
import { startThread } from "../threads/thread.ts";

export interface ArchiveLinkOptions {
  readonly data: ArchiveData;
  /** What is to be kept of what happened since the last call. */
  readonly drain: () => ArchiveBatch;
  readonly event: (event: SombraEvent) => void;
  /** What the twin showed, over all instances. */
  readonly twin: (known: TwinKnown) => void;
  readonly fault: (operation: string, error: unknown) => void;
  /** An archive's thread begins again: whoever had a line to the last one needs another. */
  readonly begun: () => void;
}

/**
 * The data plane's end of the line to the archive. One batch is out at a time, until it is stored: a thread that takes the
 * place of a dead one gets it again, and the store adds it once. What happens meanwhile adds up in the tally, so that a
 * store that is away, for however long, costs bounded memory, no request anything, and no count.
 */
export interface ArchiveLink {
  /** Resolves once everything until now is stored, or cannot be within a second. */
  flush(): Promise<void>;
  /** The other end of a line, for another thread. */
  line(): MessagePort;
  /** Hands over what there is, at most so long; false: some of it is lost. */
  stop(maxMs: number): Promise<boolean>;
}

const everyMs = 250;
/** So often at least an instance says what it has pending, if it has. */
const beatMs = 5_000;
const flushMs = 1_000;

export function startArchive(options: ArchiveLinkOptions): ArchiveLink {
  let outgoing: ArchiveBatch | null = null;
  let last: { readonly pending: string; readonly atMs: number } | null = null;
  /** Nobody waits for an archive that said it is away, or said nothing when it was waited for. */
  let answers = true;
  let waiting: (() => void)[] = [];

  const isOut = (): boolean => outgoing !== null;
  const draw = (): void => {
    if (isOut()) return;
    const batch = options.drain();
    const pending = JSON.stringify(batch.pending);
    const isBeat = last === null || last.pending !== pending || (pending !== "{}" && batch.at - last.atMs >= beatMs);
    if (!isBeat && isEmpty(batch)) return;
    last = { pending, atMs: batch.at };
    outgoing = batch;
    thread.send({ kind: "batch", batch });
  };
  const stored = (seq: number): void => {
    if (outgoing?.seq !== seq) return;
    const { more } = outgoing;
    outgoing = null;
    if (more) draw();
    if (isOut()) return;
    const waited = waiting;
    waiting = [];
    for (const resolve of waited) resolve();
  };
  const idle = async (): Promise<void> => {
    if (isOut()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const settle = async (maxMs: number): Promise<boolean> => {
    const all = async (): Promise<true> => {
      // What is out may be older than what there is by now.
      await idle();
      draw();
      await idle();
      return true;
    };
    return (await within(all(), maxMs)) ?? false;
  };
  const receive = (message: FromArchive): void => {
    answers = true;
    switch (message.kind) {
      case "stored":
        return stored(message.seq);
      case "state":
        answers = message.problem === null;
        return;
      case "twin":
        return options.twin(message.known);
      case "event":
        return options.event(message.event);
    }
  };
  let again = false;
  const thread = startThread<ToArchive, FromArchive>({
    name: "archive",
    file: new URL("./archive.ts", import.meta.url),
    first: () => ({ kind: "start", data: options.data }),
    started() {
      if (again && outgoing !== null) thread.send({ kind: "batch", batch: outgoing });
      if (again) options.begun();
      again = true;
    },
    receive,
    fault: options.fault,
  });
  const timer = setInterval(draw, everyMs);
  return {
    async flush() {
      if (answers && !(await settle(flushMs))) answers = false;
    },
    line() {
      const { port1, port2 } = new MessageChannel();
      thread.send({ kind: "line", line: port1 }, [port1]);
      return port2;
    },
    async stop(maxMs) {
      clearInterval(timer);
      const until = performance.now() + maxMs;
      const done = await settle(maxMs);
      await thread.stop({ kind: "stop" }, Math.max(until - performance.now(), 100));
      return done;
    },
  };
}

function isEmpty({ counts, groups, cells, twin, evidence, records }: ArchiveBatch): boolean {
  return counts.length + groups.length + cells.length + twin.length + evidence.length + records.length === 0;
}
