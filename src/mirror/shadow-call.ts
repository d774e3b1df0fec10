import { CallError, Collect, Kept, type Budget, type CallRequest, type Transport } from "../http/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { Outcome } from "../model/index.ts";

export interface ShadowCall {
  readonly transport: Transport;
  readonly request: CallRequest;
  /** From the first byte to the last of the answer. */
  readonly timeoutMs: number;
  readonly waitedMs: number;
  readonly maxBodyBytes: number;
}

/** What a side did, with the memory its answer takes. */
export interface Called {
  readonly outcome: Outcome;
  readonly startMs: number;
  readonly endMs: number;
  readonly release: () => void;
}

/** Calls a shadow side once and waits for its whole answer, at most for the time limit. Never throws. */
export function callShadow(
  call: ShadowCall,
  { clock, budget }: { readonly clock: Clock; readonly budget: Budget },
  done: (called: Called) => void,
): void {
  const kept = new Kept(call.maxBodyBytes, budget, null);
  const startMs = clock();
  let sentMs = startMs;
  const end = (outcome: (latencyMs: number) => Outcome): void => {
    clearTimeout(timer);
    const endMs = clock();
    done({ outcome: outcome(Math.max(0, endMs - sentMs)), startMs, endMs, release: () => kept.release() });
  };
  const { waitedMs } = call;
  const sink = new Collect(kept, {
    requestSent: () => {
      sentMs = clock();
    },
    ended: (answer) => end((latencyMs) => ({ kind: "answered", answer, latencyMs, waitedMs })),
    failed: ({ failure }) => end((latencyMs) => ({ kind: "failed", failure, latencyMs, waitedMs })),
  });
  const timer = setTimeout(() => handle.abort(new CallError("timeout", true)), call.timeoutMs);
  const handle = call.transport.call(call.request, sink);
}
