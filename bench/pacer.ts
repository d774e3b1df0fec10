/**
 * A thread that counts up how many requests are due. Node's timers have a grain of 1 ms, which is more than what is
 * measured; a wait on shared memory wakes within some 0.1 ms of its time.
 */
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { z } from "zod";

const paceSchema = z.object({
  /** How many requests are due by now; whoever waits on it is woken. */
  due: z.instanceof(Int32Array<SharedArrayBuffer>),
  /** When the first is due, on the clock of `process.hrtime.bigint()`. */
  startNs: z.bigint(),
  intervalMs: z.number(),
  count: z.int(),
});
type Pace = Readonly<z.infer<typeof paceSchema>>;

/** Ends by itself when the last request is due. */
export function startPacer(pace: Pace): Worker {
  return new Worker(new URL(import.meta.url), { workerData: pace });
}

if (!isMainThread) {
  keepPace(paceSchema.parse(workerData));
}

function keepPace({ due, startNs, intervalMs, count }: Pace): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let index = 0; index < count; index += 1) {
    const waitMs = index * intervalMs - Number(process.hrtime.bigint() - startNs) / 1e6;
    if (waitMs > 0) {
      Atomics.wait(never, 0, 0, waitMs);
    }
    Atomics.store(due, 0, index + 1);
    Atomics.notify(due, 0);
  }
}
