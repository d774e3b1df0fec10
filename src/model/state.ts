import type { Failure } from "./outcome.ts";

/** Why an item was not compared (SPEC 8). */
export type SkipReason =
  | "not-enabled"
  | "cut-over"
  | "no-shopper"
  | "sampled-out"
  | "queue-full"
  | "breaker-open"
  | "body-too-large"
  | "bad-signature"
  | "redelivery"
  | "mixed-batch"
  | "not-comparable"
  | "client-gone"
  | "shutting-down";

/** Why the answers to an item were not compared, and the state that says so; what was done outside may differ all the same. */
export interface NotCompared {
  readonly why: string;
  readonly substate: SkipReason;
}

/** The final state of an item in the ledger: exactly one each. */
export type ItemState =
  | { readonly state: "skipped"; readonly substate: SkipReason }
  | { readonly state: "compared"; readonly substate: "match" | "noise" | "divergent" }
  | { readonly state: "failed"; readonly substate: Failure };
