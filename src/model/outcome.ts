/** Why a side gave no complete answer (SPEC 8). */
export type Failure = "refused" | "breaker-open" | "timeout" | "reset" | "bad-answer";

/** Why a body was not kept aside: its own size, or the memory that all kept bodies share. */
export type NotKept = "body-too-large" | "queue-full";

/** A complete HTTP answer of one side. */
export interface Answer {
  readonly status: number;
  /** Name, value, name, value, in the order and case received. */
  readonly rawHeaders: readonly string[];
  /** The body as sent (content coding not undone); null where it was not kept. */
  readonly body: Buffer | null;
  /** Why it was not kept, where it was wanted. */
  readonly notKept?: NotKept | null;
}

/**
 * What one side did.
 * `latencyMs` runs from the last request byte written to it until its last answer byte; `waitedMs` is the time before
 * that in our own queues.
 */
export type Outcome =
  | { readonly kind: "answered"; readonly answer: Answer; readonly latencyMs: number; readonly waitedMs: number }
  | { readonly kind: "failed"; readonly failure: Failure; readonly latencyMs: number; readonly waitedMs: number };
