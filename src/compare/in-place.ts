import type { Answer, Outcome } from "../model/index.ts";
import { haveSameBody } from "./body.ts";
import { contentCodings } from "./decode.ts";

/**
 * Bytes of both bodies together. Here the worst pair of `bench/compare.ts` takes 2.3 to 3.0 ms of CPU on a busy machine
 * with Node 26, most of it for writing down some 1,000 divergences; at twice the size it took 4.4 ms.
 */
export const IN_PLACE_BYTES = 8 * 1024;

/** The most a coding can make of one byte; a coding that is not here can make 16 MiB of a few (brotli, zstd). */
const EXPANSION: ReadonlyMap<string, number> = new Map([
  // A deflate stream needs at least two bits for 258 bytes.
  ["gzip", 1032],
  ["x-gzip", 1032],
  ["deflate", 1032],
]);

/** Whether a comparison surely takes under 5 ms, so that it may run on the thread that carries the traffic. */
export function comparesInPlace(pair: { readonly legacy: Outcome; readonly candidate: Outcome }): boolean {
  const { legacy, candidate } = pair;
  if (legacy.kind === "failed" || candidate.kind === "failed") return true;
  // A body that was not kept ends the comparison before it begins.
  if (legacy.answer.body === null || candidate.answer.body === null) return true;
  const bytes = decodedBytesAtMost(legacy.answer) + decodedBytesAtMost(candidate.answer);
  return bytes <= IN_PLACE_BYTES || haveSameBody({ legacy: legacy.answer, candidate: candidate.answer });
}

function decodedBytesAtMost({ body, rawHeaders }: Answer): number {
  if (body === null || body.length === 0) return 0;
  return contentCodings(rawHeaders).reduce((bytes, coding) => bytes * (EXPANSION.get(coding) ?? Infinity), body.length);
}
