import type { Gate } from "./gate.ts";
import type { Phase, Plan } from "./plan.ts";

/** What a checkpoint of a phase asks: the plan's gates, the phase's own in place of those of the same name, of those that have an answer there. */
export function gatesOf(plan: Plan, phase: Phase): readonly Gate[] {
  const own = new Map(phase.gates.map((gate) => [gate.name, gate]));
  const gates = [...plan.gates.filter(({ name }) => !own.has(name)), ...own.values()];
  return gates.filter((gate) => isAsked(gate, plan, phase));
}

/**
 * Whether a phase can have what a gate is about. Where by its shares nobody is compared, or nobody answered by a side, the gate would
 * wait for ever.
 */
function isAsked(gate: Gate, plan: Plan, phase: Phase): boolean {
  const { type } = gate;
  const { serve, compare } = phase;
  const isBaseline = phase.kind === "baseline";
  const isListed = phase.allowlist !== null || phase.audience !== null;
  const hasPairs =
    !isBaseline && (serve === 0 ? compare > 0 || isListed || phase.forceOn.length > 0 : plan.shadow && compare > 0);
  const legacyAnswers = serve < 100 || isListed;
  switch (type) {
    case "errorRate":
    case "divergence":
    case "divergenceCount":
    case "candidateLatency":
    case "determinism":
    case "coverage":
    case "sensitivity":
      return hasPairs;
    case "addedLatency":
      // In reverse shadow no side waits for the other.
      return hasPairs && serve < 100;
    case "observerEffect":
      // Where some are served, pairs are of items that the candidate answered as well.
      return hasPairs && serve === 0 && (compare < 100 || isListed);
    case "latency":
    case "events":
      return !isBaseline && serve > 0;
    case "cohorts":
      return !isBaseline && serve > 0 && legacyAnswers;
    case "baseline":
      return !isBaseline && legacyAnswers;
    case "serverErrors":
      return gate.side !== "candidate" || (!isBaseline && serve > 0);
    case "bucketDeterminism":
    case "configDrift":
    case "alerts":
    case "metric":
      return true;
    default:
      return type satisfies never;
  }
}
