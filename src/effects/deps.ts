import type { Budget, RawHeaders } from "../http/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { Side } from "../model/index.ts";
import type { ArrivedCall, GraphShapes, ReadAnswer, RecordedCall, Verdict } from "./call.ts";
import type { Digesting } from "./counted.ts";
import type { DeclaredEffect } from "./declared.ts";
import type { FindRule } from "./rules.ts";
import type { Upstream } from "./upstream.ts";

export interface EgressDeps {
  /** By name: no other is called. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly graph: GraphShapes;
  readonly rules: FindRule;
  /** Reads a body that is too large to keep. */
  readonly digest: (contentType: string | null) => Digesting;
  /** No call of any side goes out, and every one is answered here. */
  readonly simulated: boolean;
  /**
   * Decides what becomes of a call of the candidate, and of legacy where `judgesLegacy` says so. The twin's are held unasked.
   * A throw, a rejection and no answer in time count as doubt.
   */
  readonly judge: (call: ArrivedCall) => Verdict | Promise<Verdict>;
  /** Whether legacy's calls are judged now. While they are not they stream as they come. */
  readonly judgesLegacy: () => boolean;
  /** What the side that answers got for the same read of the same exchange, when that comes within `maxMs`; else null. */
  readonly readAnswer: (call: ArrivedCall, verdict: Verdict, maxMs: number) => Promise<ReadAnswer | null>;
  /** Takes over every addressed call once it is over; not before its answer has been handed on. */
  readonly record: (call: RecordedCall) => void;
  readonly declared: (effect: DeclaredEffect) => void;
  /** Told of every addressed call as it arrives. Must not throw. */
  readonly arrived: (side: Side, rawHeaders: RawHeaders) => void;
  /** Told of every call that is refused for its address: no record is made of it. */
  readonly unaddressed: (side: Side | "none") => void;
  /** A call was refused in doubt: its side is told of a passing failure. */
  readonly inDoubt: (side: Side) => void;
  readonly fault: (operation: string, error: unknown) => void;
  /** Of all bodies that are kept. */
  readonly budget: Budget;
  readonly clock: Clock;
  readonly maxHeadBytes: number;
}

/** Of a body, both ways: a send is a few KiB. */
export const keptBytes = 65_536;
