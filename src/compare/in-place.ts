import type { Answer, Outcome } from "../model/index.ts";
import { haveSameBody } from "./body.ts";
import { contentCodings } from "./decode.ts";
import { headerValues } from "./header-values.ts";
import type { BodyClass } from "./media.ts";
import { mediaOf, UNDECLARED } from "./media.ts";

/**
 * Bytes of both bodies together. Here the worst pair of `bench/compare.ts` takes 2.9 to 4.5 ms of CPU with Node 26 on two cores
 * that ten times as many processes want, most of it for writing down some 1,000 divergences.
 */
export const IN_PLACE_BYTES = 8 * 1024;

/** For masks one ms beside that: steps of 30 ns. */
export const IN_PLACE_MASK_STEPS = 32 * 1024;

/** What a byte counts for where more is made of it: of one element of XML five values, and text may be XML. */
const WEIGHTS: Readonly<Record<BodyClass, number>> = { json: 1, form: 1, bytes: 1, text: 2, xml: 2, multipart: 2 };

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
  const isSmall = bytes <= IN_PLACE_BYTES / Math.max(weightOf(legacy.answer), weightOf(candidate.answer));
  return isSmall || haveSameBody({ legacy: legacy.answer, candidate: candidate.answer });
}

/** A side without a type is read as the other declares it. */
function weightOf({ rawHeaders }: Answer): number {
  return WEIGHTS[(mediaOf(headerValues(rawHeaders, "content-type")[0]) ?? UNDECLARED).class];
}

function decodedBytesAtMost({ body, rawHeaders }: Answer): number {
  if (body === null || body.length === 0) return 0;
  return contentCodings(rawHeaders).reduce((bytes, coding) => bytes * (EXPANSION.get(coding) ?? Infinity), body.length);
}
