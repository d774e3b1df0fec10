import type { Divergence, ItemState, NotCompared, Verdict } from "../model/index.ts";
import { verdictOf } from "./divergence.ts";

/** How an item ends: its state, and what was found. */
export interface Concluded {
  readonly state: ItemState;
  readonly verdict: Verdict | null;
  readonly notCompared?: NotCompared;
}

/** What was seen before that a verdict depends on. */
export interface Known {
  /** Signatures in which legacy differs from its twin as often as from the candidate. */
  readonly twinNoise: Pick<ReadonlySet<string>, "has">;
  /** The shopper has diverged before in this conversation. */
  readonly downstream: boolean;
  /** Signatures that people have marked as expected. */
  readonly expected: Pick<ReadonlySet<string>, "has">;
}

/** The end of an item whose answers and effects are compared. An item that was not compared, or matched, stays as it is. */
export function conclude<Item extends Concluded>(item: Item, known: Known): Item {
  const { verdict } = item;
  if (verdict?.kind !== "divergent") return item;
  const final = verdictOf(inOrder(verdict.divergences.map((divergence) => concluded(divergence, known))));
  return {
    ...item,
    state: final.kind === "noise" ? stateOfNoise(item) : item.state,
    verdict: final,
  };
}

function stateOfNoise({ state, notCompared }: Concluded): ItemState {
  // Whoever gave no answer failed, however often the twin does.
  if (state.state !== "compared") return state;
  if (notCompared !== undefined) return { state: "skipped", substate: notCompared.substate };
  return { state: "compared", substate: "noise" };
}

function concluded(divergence: Divergence, { twinNoise, downstream, expected }: Known): Divergence {
  if (divergence.severity === "noise") return divergence;
  if (twinNoise.has(divergence.signature)) return { ...divergence, severity: "noise", noise: { by: "twin" } };
  const isExpected = expected.has(divergence.signature);
  if (!downstream && !isExpected) return divergence;
  return { ...divergence, downstream, ...(isExpected ? { expected: true } : {}) };
}

/** Noise last: who keeps the first so many keeps what counts. */
function inOrder(divergences: readonly Divergence[]): readonly Divergence[] {
  const isNoise = ({ severity }: Divergence): boolean => severity === "noise";
  return [...divergences.filter((one) => !isNoise(one)), ...divergences.filter(isNoise)];
}
