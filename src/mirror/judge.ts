import { decideKey, decideMode, type Snapshot } from "../flags/index.ts";
import type { Examined, FlagRecord, RequestHead, SkipReason } from "../model/index.ts";
import type { Delivery, Judge, Judgement } from "../proxy/index.ts";

/** Bodies up to here are examined in place: the slowest to parse (nothing but opening brackets) takes 5 ms then. */
const inPlaceBytes = 32_768;

export interface JudgeDeps {
  /** Examines a large delivery off this thread. */
  readonly examineElsewhere: (route: string, head: RequestHead, body: Buffer) => Promise<Examined>;
  readonly cutoverRefused: () => boolean;
  /** Flags decided for the handlers beside those of the route. */
  readonly handedOut: readonly string[];
}

/** Whether the provider signed a delivery, and what the flags say of it, its shopper read from the body. */
export function createJudge(deps: JudgeDeps): Judge {
  return (delivery, body) => {
    const { route, head } = delivery;
    if (body.length <= inPlaceBytes) return judged(deps, delivery, route.profile.examine(head, body));
    return deps.examineElsewhere(route.name, head, body).then((examined) => judged(deps, delivery, examined));
  };
}

/** Whether the provider signed a delivery, where it is not judged; true where that is not checked. */
export function createVerify(
  verifyElsewhere: (route: string, head: RequestHead, body: Buffer) => Promise<boolean>,
): (delivery: Delivery, body: Buffer) => boolean | Promise<boolean> {
  return ({ route, head }, body) => {
    const { verify } = route.profile;
    if (verify === null) return true;
    return body.length <= inPlaceBytes ? verify(head, body) : verifyElsewhere(route.name, head, body);
  };
}

/** It is not the provider's: nothing is read from it, decided for it or mirrored. */
const forged: Judgement = {
  identity: { items: [{ id: null, kind: "unread", shopper: null }], mixed: false },
  mode: "legacy",
  reason: "bad-signature",
  flags: [],
  skip: "bad-signature",
  candidateHeaders: null,
};

function judged(deps: JudgeDeps, { route, snapshot }: Delivery, examined: Examined): Judgement {
  if (examined.kind === "bad-signature") return forged;
  const { identity, candidateHeaders } = examined;
  // A delivery is one item so far, so its first item's shopper speaks for it; several shoppers are never mirrored.
  const shopper = identity.items[0]?.shopper ?? null;
  const decision = decideMode(snapshot, route.flags, shopper);
  const flags = [...decision.decisions, ...handedOut(deps, snapshot, shopper)];
  const reason = decision.reason;
  const legacy = (skip: SkipReason): Judgement => ({
    identity,
    mode: "legacy",
    reason,
    flags,
    skip,
    candidateHeaders,
  });
  if (route.candidate === null) return legacy("not-enabled");
  if (decision.mode === "legacy" && (offForAll(reason) || !identity.mixed)) {
    return legacy(shopper === null && !offForAll(reason) ? "no-shopper" : "not-enabled");
  }
  if (identity.mixed) return legacy("mixed-batch");
  if (decision.mode === "cutover" && deps.cutoverRefused()) {
    // Its sends would be held, so it must not answer; it goes on being compared.
    return { identity, mode: "shadow", reason: "cutover-refused", flags, skip: null, candidateHeaders };
  }
  return { identity, mode: decision.mode, reason, flags, skip: null, candidateHeaders };
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
