import type { Route, Side, SkipReason } from "../model/index.ts";
import type { Errand } from "../proxy/index.ts";
import type { Place } from "./lanes.ts";
import type { Called } from "./shadow-call.ts";
import { released, withoutBody, type SidePart } from "./side-part.ts";

/** A call beside the answer, from its lane to its outcome. */
export class Mirrored {
  readonly errand: Errand;
  /** Who is called. */
  readonly side: Side;
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

  constructor(errand: Errand, side: Side) {
    this.errand = errand;
    this.side = side;
  }

  /** What came of the call; null: nothing so far. */
  get part(): SidePart | null {
    if (this.called === null) return null;
    const { startMs, endMs, outcome } = this.called;
    return { side: this.side, errand: this.errand, spanId: this.spanId, startMs, endMs, outcome };
  }

  /** Of the answer, that nobody compares any more and whose memory is given back. */
  forgetBody(route: Route): void {
    if (this.called === null) return;
    this.called = { ...this.called, outcome: withoutBody(this.called.outcome, route), release: released };
  }

  /** Of the twin beside both sides, not in legacy's place. */
  get isTwins(): boolean {
    return this.side === "twin" && this.errand.mode !== "cutover";
  }

  /** The delivery is over. A call that is under way stands in the way of the next until it has ended. */
  release(): void {
    if (!this.started) this.leave();
    this.called?.release();
  }

  leave(): void {
    this.place?.leave();
    this.place = null;
  }
}
