import type { SkipReason } from "../model/index.ts";
import type { Errand } from "../proxy/index.ts";
import type { Place } from "./lanes.ts";
import type { Called } from "./shadow-call.ts";

/** A call beside the answer, from its lane to its outcome. */
export class Mirrored {
  readonly errand: Errand;
  /** Its places in the lanes of its shoppers; null: it has none (any more). */
  place: Place | null = null;
  /** First in its lanes. */
  ready = false;
  /** Handed over to be called. */
  started = false;
  /** What stood before it in a lane was given up and may still be under way. */
  orderUncertain = false;
  /** Since when it could have been called but for our queues; monotonic milliseconds. */
  dueMs: number | null = null;
  /** How long it then stood in a lane. */
  laneMs = 0;
  spanId = "";
  called: Called | null = null;
  /** Why it is not called, or not compared. */
  shed: SkipReason | null = null;
  comparing = false;

  constructor(errand: Errand) {
    this.errand = errand;
  }

  leave(): void {
    this.place?.leave();
    this.place = null;
  }
}
