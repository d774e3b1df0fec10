/** Reads one long body. What its lists hold leaves this thread as bytes, which nobody unpacks before the registry. */
import { parentPort } from "node:worker_threads";
import type { LongBody } from "./long-bodies.ts";
import { packed, readBytes } from "./wanted.ts";

parentPort?.once("message", ({ bytes, form }: LongBody) => {
  const reading = packed(readBytes(bytes, form));
  const bytesOut =
    reading.kind === "wanted" && reading.wanted.edits instanceof Uint8Array ? reading.wanted.edits.buffer : null;
  parentPort?.postMessage(reading, bytesOut === null ? [] : [bytesOut]);
});
