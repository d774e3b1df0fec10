import type { HeldAnswer, Meaning, ReadAnswer, Verdict } from "./call.ts";
import type { EgressDeps } from "./deps.ts";
import { faultAnswer } from "./faults.ts";
import { guarded, spoilt } from "./guarded.ts";
import { withOwnUrl } from "./media-url.ts";
import { meaningOf, speaksGraph } from "./meaning.ts";
import { anySeed, type Outbound } from "./outbound.ts";
import type { Ordinals } from "./ordinals.ts";
import { passLookup, passRead, repeated } from "./release.ts";
import { graphError, jsonAnswer } from "./reply.ts";
import { ruledAnswer, segmentsOf, type EgressRule } from "./rules.ts";
import { heldId, type Filling } from "./template.ts";
import { isPlainRead } from "./upstream.ts";
import { within } from "./within.ts";

/** How long a held side's read waits for what the side that answers gets for the same. */
const readMs = 1_000;
/** A call that a rule leaves hanging is cut off then. */
const hangMs = 600_000;

interface Held {
  readonly outbound: Outbound;
  readonly verdict: Verdict;
  readonly rule: EgressRule | null;
  readonly meaning: Meaning;
}

/** Answers a call here: a success that looks right, save what rules say otherwise. Only a plain read may still go out. */
export function hold(
  deps: EgressDeps,
  ordinals: Ordinals,
  { outbound, verdict }: Pick<Held, "outbound" | "verdict">,
): void {
  outbound.whole(() =>
    guarded(deps, outbound, () => {
      const { upstream, method, target } = outbound;
      const rule = deps.rules({ upstream: upstream.name, method, target });
      const meaning = meaningOf(deps, outbound, rule);
      answerHeld(deps, ordinals, { outbound, verdict, rule, meaning });
    }),
  );
}

function answerHeld(deps: EgressDeps, ordinals: Ordinals, held: Held): void {
  const { outbound, rule, meaning } = held;
  const fault = rule?.fault ?? null;
  if (fault !== null && outbound.side === "candidate") return fail(outbound, fault);
  const seed = (): string => seedOf(outbound, ordinals);
  const ruled = rule?.answer ?? null;
  if (ruled !== null) return outbound.answer(ruledAnswer(ruled, fillingOf(outbound, seed())), "held");
  if (meaning.purpose === "read" && !meaning.own && !deps.simulated) {
    answerRead(deps, held).catch((error: unknown) => spoilt(deps, outbound, error));
    return;
  }
  outbound.answer(plausible(deps, outbound, seed), "held");
}

function fail(outbound: Outbound, fault: 429 | 500 | "hang"): void {
  if (fault !== "hang") return outbound.answer(faultAnswer(fault), "held");
  const limit = setTimeout(() => outbound.response.destroy(), hangMs);
  limit.unref();
  outbound.gone = () => {
    clearTimeout(limit);
    outbound.end("held");
  };
}

function plausible(deps: EgressDeps, outbound: Outbound, seed: () => string): HeldAnswer {
  if (!speaksGraph(outbound)) return jsonAnswer(200, { success: true });
  const base = `${outbound.sideUrl}/${deps.upstreams.has("lookaside") ? "lookaside" : "graph"}`;
  return deps.graph.answer({ ...outbound.shape, seed: seed(), base });
}

/** The same whenever the same is done in the same exchange. */
function seedOf({ exchange, side }: Outbound, ordinals: Ordinals): string {
  if (exchange === null) return anySeed();
  const key = `${exchange}/${side}`;
  return `${key}/${ordinals.next(key)}`;
}

/** What the side that answers got for the same read, or what the upstream says where it passes reads, or none. */
async function answerRead(deps: EgressDeps, { outbound, verdict, meaning }: Held): Promise<void> {
  const stored = await answerElsewhere(deps, outbound, verdict);
  if (outbound.over) return;
  const { upstream, method, target, request, sideUrl } = outbound;
  const isLookup = meaning.kind === "media-lookup";
  if (stored !== null) {
    const answer = isLookup ? withOwnUrl(stored, deps.upstreams.values(), sideUrl) : stored;
    return outbound.answer(repeated(answer), "held");
  }
  if (upstream.reads === "pass" && isPlainRead(method, target, request.rawHeaders)) {
    return isLookup ? passLookup(deps, outbound) : passRead(outbound);
  }
  const why = `Nothing to answer this read with: the side that answers did not read the same in the same exchange, and upstream "${upstream.name}" does not pass reads`;
  outbound.answer(graphError(404, why, missingSubcode), "held");
}

/** As the Graph API has it for an object that does not exist. */
const missingSubcode = 33;

async function answerElsewhere(deps: EgressDeps, { arrived }: Outbound, verdict: Verdict): Promise<ReadAnswer | null> {
  try {
    return await within(readMs, deps.readAnswer(arrived, verdict, readMs), null);
  } catch (error) {
    deps.fault("egress-read-answer", error);
    return null;
  }
}

function fillingOf({ target, shape }: Outbound, seed: string): Filling {
  return { id: heldId(seed), path: segmentsOf(target), body: membersOf(shape.body) };
}

function membersOf(body: Buffer): Filling["body"] {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
