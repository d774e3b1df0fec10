import type { bodies } from "./openapi-bodies.ts";

export interface Call {
  readonly summary: string;
  readonly query?: readonly string[];
  readonly type?: string;
  /** No token is asked. */
  readonly open?: true;
  readonly body?: keyof typeof bodies;
  /** Answers with `ETag`; a change takes it as `If-Match`. */
  readonly tagged?: true;
  /** Refused while a rollout holds the flags, save with `break_glass`. */
  readonly locked?: true;
  /** Answers so instead of 200, and needs no reason. */
  readonly status?: 201 | 202;
  /** Takes an `Idempotency-Key`. */
  readonly once?: true;
  /** It only looks, whatever its method: no reason is asked. */
  readonly changesNothing?: true;
  /** A status without a body, beside 200. */
  readonly nothing?: 304;
  /** Beside those that every call, or every change, may answer with. */
  readonly errors?: readonly number[];
}
