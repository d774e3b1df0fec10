import type { SkipReason } from "../model/index.ts";
import type { Mirrored } from "./mirrored.ts";
import type { Called } from "./shadow-call.ts";

/** Whom a call is made for. */
export interface Caller {
  /** Whether it is still of use. */
  wants(mirrored: Mirrored): boolean;
  called(mirrored: Mirrored, called: Called): void;
  /** It is not made. */
  shed(mirrored: Mirrored, reason: SkipReason): void;
}
