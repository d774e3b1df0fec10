import { Worker } from "node:worker_threads";
import type { EditForm } from "./edits.ts";
import type { Reading } from "./wanted.ts";

export interface LongBody {
  readonly bytes: ArrayBuffer;
  readonly form: EditForm;
}

/** 32 MiB of lists take a second or two. */
const maxMs = 30_000;

/** Reads bodies on threads that end with them, one at a time: two cores have other things to do. Takes `bytes` away. */
export function createReadOnThread(): (bytes: ArrayBuffer, form: EditForm) => Promise<Reading> {
  let last: Promise<unknown> = Promise.resolve();
  return (bytes, form) => {
    const reading = last.then(() => readNow({ bytes, form }));
    last = reading.catch(() => {});
    return reading;
  };
}

async function readNow(body: LongBody): Promise<Reading> {
  const worker = new Worker(new URL("./long-body-thread.ts", import.meta.url), { name: "sombra-body" });
  const read = Promise.withResolvers<Reading>();
  const late = setTimeout(() => read.reject(new Error("A long body was not read in time")), maxMs);
  worker.once("message", (reading: Reading) => read.resolve(reading));
  worker.once("error", (error) => read.reject(error));
  worker.once("exit", () => read.reject(new Error("The thread that read a long body has ended")));
  worker.unref();
  worker.postMessage(body, [body.bytes]);
  try {
    return await read.promise;
  } finally {
    clearTimeout(late);
    void worker.terminate();
  }
}
