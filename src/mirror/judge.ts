import { decideKey, decideMode, type Snapshot } from "../flags/index.ts";
import type { FlagRecord, Identity, RequestHead, SkipReason } from "../model/index.ts";
import type { Delivery, Judge, Judgement } from "../proxy/index.ts";

/** Bodies up to here are taken apart in place: the slowest to parse (nothing but opening brackets) takes 5 ms then. */
const inPlaceBytes = 32_768;

export interface JudgeDeps {
  /** Takes a large delivery apart off this thread. */
  readonly identifyElsewhere: (route: string, head: RequestHead, body: Buffer) => Promise<Identity>;
  readonly cutoverRefused: () => boolean;
  /** Flags decided for the handlers beside those of the route. */
  readonly handedOut: readonly string[];
}

/** What the flags say of a delivery, its shopper read from the body. */
export function createJudge(deps: JudgeDeps): Judge {
  return (delivery, body) => {
    const { route, head } = delivery;
    if (body.length <= inPlaceBytes) return judged(deps, delivery, route.profile.identify(head, body));
    return deps.identifyElsewhere(route.name, head, body).then((identity) => judged(deps, delivery, identity));
  };
}

function judged(deps: JudgeDeps, { route, snapshot }: Delivery, identity: Identity): Judgement {
  // A delivery is one item so far, so its first item's shopper speaks for it; several shoppers are never mirrored.
  const shopper = identity.items[0]?.shopper ?? null;
  const decision = decideMode(snapshot, route.flags, shopper);
  const flags = [...decision.decisions, ...handedOut(deps, snapshot, shopper)];
  const reason = decision.reason;
  const legacy = (skip: SkipReason): Judgement => ({ identity, mode: "legacy", reason, flags, skip });
  if (route.candidate === null) return legacy("not-enabled");
  if (decision.mode === "legacy" && (offForAll(reason) || !identity.mixed)) {
    return legacy(shopper === null && !offForAll(reason) ? "no-shopper" : "not-enabled");
  }
  if (identity.mixed) return legacy("mixed-batch");
  if (decision.mode === "cutover" && deps.cutoverRefused()) {
    // Its sends would be held, so it must not answer; it goes on being compared.
    return { identity, mode: "shadow", reason: "cutover-refused", flags, skip: null };
  }
  return { identity, mode: decision.mode, reason, flags, skip: null };
}

/** Off whoever the shopper is. */
function offForAll(reason: string): boolean {
  return reason === "disabled" || reason === "killed" || reason === "force_off" || reason === "default";
}

function handedOut(deps: JudgeDeps, snapshot: Snapshot, shopper: string | null): FlagRecord[] {
  const out: FlagRecord[] = [];
  for (const flag of deps.handedOut) {
    const { value, reason } = decideKey(snapshot, flag, shopper);
    out.push({ flag, value, reason });
  }
  return out;
}
