import type { EgressDeps } from "./deps.ts";
import type { Outbound } from "./outbound.ts";
import { graphError } from "./reply.ts";

/** A fault of ours in dealing with a call costs that call alone: its side is told of a passing failure. */
export function guarded(deps: EgressDeps, outbound: Outbound, step: () => void): void {
  try {
    step();
  } catch (error) {
    spoilt(deps, outbound, error);
  }
}

export function spoilt(deps: EgressDeps, outbound: Outbound, error: unknown): void {
  deps.fault("egress-call", error);
  outbound.answer(graphError(503, "This call could not be dealt with, try again"), "failed");
}
