import type { Verdict } from "./call.ts";
import type { EgressDeps } from "./deps.ts";
import { guarded } from "./guarded.ts";
import { hold } from "./hold.ts";
import { meaningOf, speaksGraph } from "./meaning.ts";
import type { Ordinals } from "./ordinals.ts";
import type { Outbound } from "./outbound.ts";
import { passLookup, release } from "./release.ts";
import { graphError } from "./reply.ts";
import { isPlainRead } from "./upstream.ts";
import { within } from "./within.ts";

/** A decision may ask a store; a side's call waits no longer for it. */
const judgeMs = 2_000;

/** Decides what becomes of a call, once, and lets it happen. */
export function settle(deps: EgressDeps, ordinals: Ordinals, outbound: Outbound): void {
  const { side, exchange } = outbound;
  if (deps.simulated || side === "twin") {
    return follow(deps, ordinals, { outbound, verdict: { decision: "hold", exchange } });
  }
  if (side === "legacy" && !deps.judgesLegacy()) return release(outbound);
  outbound.readable(() => {
    const verdict = judged(deps, outbound);
    if (verdict instanceof Promise) void verdict.then((late) => follow(deps, ordinals, { outbound, verdict: late }));
    else follow(deps, ordinals, { outbound, verdict });
  });
}

/** Never throws, never rejects. */
function judged(deps: EgressDeps, outbound: Outbound): Verdict | Promise<Verdict> {
  // What nothing ties to a reverse exchange is legacy's own business; of the candidate nothing goes out on a doubt.
  const doubt: Verdict = { decision: outbound.side === "legacy" ? "release" : "refuse", exchange: outbound.exchange };
  const failed = (error: unknown): Verdict => {
    deps.fault("egress-judge", error);
    return doubt;
  };
  try {
    const verdict = deps.judge(outbound.arrived);
    return verdict instanceof Promise ? within(judgeMs, verdict, doubt).catch(failed) : verdict;
  } catch (error) {
    return failed(error);
  }
}

interface Settled {
  readonly outbound: Outbound;
  readonly verdict: Verdict;
}

function follow(deps: EgressDeps, ordinals: Ordinals, settled: Settled): void {
  const { outbound } = settled;
  // Its caller left meanwhile: what nobody waits for is not sent.
  if (outbound.over) return;
  guarded(deps, outbound, () => carryOut(deps, ordinals, settled));
}

function carryOut(deps: EgressDeps, ordinals: Ordinals, { outbound, verdict }: Settled): void {
  outbound.exchange = verdict.exchange ?? outbound.exchange;
  switch (verdict.decision) {
    case "hold":
      if (isReleasedByRule(deps, outbound, verdict)) return sendOn(deps, outbound);
      return hold(deps, ordinals, { outbound, verdict });
    case "release":
      return sendOn(deps, outbound);
    case "refuse":
      deps.inDoubt(outbound.side);
      return outbound.answer(graphError(503, "It is not known yet whether this call may go out, try again"), "refused");
  }
}

/** Never what the Graph API is asked, whose messages customers see, and nothing that looks like a message elsewhere. */
function isReleasedByRule(deps: EgressDeps, outbound: Outbound, { rulesMayRelease = false }: Verdict): boolean {
  if (!rulesMayRelease || outbound.side !== "candidate" || speaksGraph(outbound)) return false;
  const { upstream, method, target } = outbound;
  const rule = deps.rules({ upstream: upstream.name, method, target });
  if (rule?.release !== true || deps.graph.read(outbound.shape).purpose === "send") return false;
  return meaningOf(deps, outbound, rule).purpose !== "send";
}

function sendOn(deps: EgressDeps, outbound: Outbound): void {
  if (outbound.side === "legacy") return release(outbound);
  const { kind } = meaningOf(deps, outbound, null);
  const { method, target, request } = outbound;
  if (kind === "media-lookup" && isPlainRead(method, target, request.rawHeaders)) passLookup(deps, outbound);
  else release(outbound);
}
