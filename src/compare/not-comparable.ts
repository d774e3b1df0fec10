/**
 * Why a pair cannot be compared.
 * - `body-too-large`: a body was larger than what is kept
 * - `decoded-too-large`: more than `MAX_DECODED_BYTES` after undoing the content coding
 * - `unknown-coding`: a content coding this process cannot undo, or too many of them
 * - `bad-coding`: the body is not what its content coding says (truncated, corrupt)
 * - `too-deep`: nested deeper than `MAX_DEPTH`
 * - `too-many-differences`: more than are looked at, and all that were are noise or minor
 * - `fault`: anything else that foreign code threw
 */
export type NotComparableReason =
  | "body-too-large"
  | "decoded-too-large"
  | "unknown-coding"
  | "bad-coding"
  | "too-deep"
  | "too-many-differences"
  | "fault";

export class NotComparable extends Error {
  readonly reason: NotComparableReason;

  constructor(reason: NotComparableReason) {
    super(`Outcomes cannot be compared: ${reason}`);
    this.name = "NotComparable";
    this.reason = reason;
  }
}

/** One closed word for whatever was thrown. Messages of foreign errors may quote the data, so they end here. */
export function reasonOf(error: unknown): NotComparableReason {
  if (error instanceof NotComparable) return error.reason;
  if (!(error instanceof Error)) return "fault";
  if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return "decoded-too-large";
  // zlib, brotli and zstd errors are the only ones here that carry a number of the library's own.
  if ("errno" in error) return "bad-coding";
  return "fault";
}
