import type { Notice } from "./notice.ts";

/** What became of one try. `said`: by the receiver, for people; nothing secret. */
export type Sent =
  | { readonly kind: "sent"; readonly said: string }
  /** No later try would help. */
  | { readonly kind: "refused"; readonly why: string }
  /** `afterMs`: how long the receiver wants to be left alone; null: it did not say. */
  | { readonly kind: "failed"; readonly why: string; readonly afterMs: number | null };

/** `key`: the same on every try of a notice on a channel. Never rejects; ends soon after the signal aborts. */
export interface Delivery {
  readonly key: string;
  readonly notice: Notice;
}

export type Send = (delivery: Delivery, signal: AbortSignal) => Promise<Sent>;

/** Some 10 s are more than any receiver takes that works. */
export const sendTimeoutMs = 10_000;

/** Of an error: its code, else its name. Messages may quote an address with a secret in it. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  if (error.name === "TimeoutError" || error.name === "AbortError") return "it did not answer in time";
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return error.name;
}
