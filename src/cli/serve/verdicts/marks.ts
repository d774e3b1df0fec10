import { markSet, type MarkSet } from "../../../account/index.ts";
import type { Settled, SidePart } from "../../../mirror/index.ts";
import type { EvidenceScope, Outcome, SkipReason } from "../../../model/index.ts";
import { divergencesOf } from "./closing.ts";

/** What the sides did for one item; null: it was not called, or nothing is known of it. */
export interface ItemParts {
  readonly legacy: SidePart | null;
  readonly candidate: SidePart | null;
  /** Whoever's answer went out, or was to. */
  readonly answering: SidePart | null;
}

/** `asked`: for the answer; `parts`: all of them. */
export function itemParts(
  item: number,
  { asked, parts }: { readonly asked: readonly SidePart[]; readonly parts: readonly SidePart[] },
): ItemParts {
  const ofItem = ({ errand }: SidePart): boolean => errand === null || errand.items.includes(item);
  return {
    legacy: parts.find((part) => isLegacys(part) && ofItem(part)) ?? null,
    candidate: parts.find((part) => part.side === "candidate" && ofItem(part)) ?? null,
    // Who was asked last stands in for the others.
    answering: asked.findLast(ofItem) ?? null,
  };
}

/** In reverse shadow a twin may do legacy's part. */
function isLegacys({ side, errand }: SidePart): boolean {
  return side === "legacy" || (side === "twin" && errand?.mode === "cutover");
}

/** Legacy alone was called for these as if there were no candidate. Others are left out for what they are. */
const heldOut: ReadonlySet<SkipReason> = new Set([
  "not-enabled",
  "no-shopper",
  "sampled-out",
  "queue-full",
  "breaker-open",
  "mixed-batch",
]);

export function isHeldOut({ state }: Settled, { legacy, candidate }: ItemParts): boolean {
  return legacy !== null && candidate === null && state.state === "skipped" && heldOut.has(state.substate);
}

/** Both sides' outcomes are known, and were compared. */
export function isPair({ state }: Settled, { legacy, candidate }: ItemParts): boolean {
  return legacy !== null && candidate !== null && state.state !== "skipped";
}

const bits = {
  item: markSet("item"),
  failed: markSet("failed"),
  slow: markSet("slow"),
  over: markSet("over"),
  candidateFailed: markSet("candidate-failed"),
  legacyFailed: markSet("legacy-failed"),
  candidateSlow: markSet("candidate-slow"),
  legacySlow: markSet("legacy-slow"),
  timed: markSet("timed"),
  late: markSet("late"),
  twinned: markSet("twinned"),
  candidateOnly: markSet("candidate-only"),
  twinOnly: markSet("twin-only"),
} as const;

const graveAs = {
  noise: 0,
  minor: markSet("minor"),
  major: markSet("minor", "major"),
  critical: markSet("minor", "major", "critical"),
} as const;

/** Of whoever answered, or of legacy in a pair. */
export function answerMarks(
  { outcome }: Pick<SidePart, "outcome">,
  { slowMs, overMs }: Pick<EvidenceScope, "slowMs" | "overMs">,
): MarkSet {
  let set = bits.item;
  if (isFailed(outcome)) set |= bits.failed;
  if (slowMs !== null && outcome.latencyMs > slowMs) set |= bits.slow;
  if (overMs !== null && outcome.latencyMs > overMs) set |= bits.over;
  return set;
}

/** What a pair shows beside its answer. */
export interface PairOf {
  readonly legacy: Outcome;
  readonly candidate: Outcome;
  readonly settled: Settled;
  /** null: it is not to be said. */
  readonly addedMs: number | null;
}

export function pairMarks({ legacy, candidate, settled, addedMs }: PairOf, scope: EvidenceScope): MarkSet {
  let set = bits.item | oneOf(isFailed(candidate), isFailed(legacy), [bits.candidateFailed, bits.legacyFailed]);
  for (const { severity, expected } of divergencesOf(settled.verdict)) if (expected !== true) set |= graveAs[severity];
  const { slowMs, lateMs } = scope;
  // How soon a side gave up says nothing.
  if (slowMs !== null && candidate.kind === "answered" && legacy.kind === "answered") {
    const slow = ({ latencyMs }: Outcome): boolean => latencyMs > slowMs;
    set |= oneOf(slow(candidate), slow(legacy), [bits.candidateSlow, bits.legacySlow]);
  }
  if (addedMs !== null) set |= lateMs !== null && addedMs > lateMs ? bits.timed | bits.late : bits.timed;
  const { differed } = settled;
  if (differed === undefined) return set;
  return set | bits.twinned | oneOf(differed.candidate, differed.twin, [bits.candidateOnly, bits.twinOnly]);
}

/** The first, or the second, where it is so of exactly one. */
function oneOf(first: boolean, second: boolean, [firstOnly, secondOnly]: readonly [MarkSet, MarkSet]): MarkSet {
  if (first === second) return 0;
  return first ? firstOnly : secondOnly;
}

function isFailed(outcome: Outcome): boolean {
  return outcome.kind === "failed" || outcome.answer.status >= 500;
}
