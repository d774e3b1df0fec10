import type { Gate, GateResult } from "../gate.ts";
import { judgeAddedLatency } from "./added-latency.ts";
import { judgeAlerts } from "./alerts.ts";
import { judgeBaseline } from "./baseline.ts";
import { judgeBucketDeterminism } from "./bucket-determinism.ts";
import { judgeCandidateLatency } from "./candidate-latency.ts";
import { judgeCohorts } from "./cohorts.ts";
import { judgeConfigDrift } from "./config-drift.ts";
import type { GateContext } from "./context.ts";
import { judgeDeterminism } from "./determinism.ts";
import { judgeDivergence } from "./divergence.ts";
import { judgeDivergenceCount } from "./divergence-count.ts";
import { judgeErrorRate } from "./error-rate.ts";
import { judgeEvents } from "./events.ts";
import { judgeLatency } from "./latency.ts";
import { judgeMetric } from "./metric.ts";
import { judgeObserverEffect } from "./observer-effect.ts";
import { judgeServerErrors } from "./server-errors.ts";
import { judgeShare } from "./share.ts";

/** Counts in, what they say out. Never throws. */
export function judgeGate(gate: Gate, context: GateContext): GateResult {
  switch (gate.type) {
    case "errorRate":
      return judgeErrorRate(gate, context);
    case "divergence":
      return judgeDivergence(gate, context);
    case "divergenceCount":
      return judgeDivergenceCount(gate, context);
    case "addedLatency":
      return judgeAddedLatency(gate, context);
    case "latency":
      return judgeLatency(gate, context);
    case "candidateLatency":
      return judgeCandidateLatency(gate, context);
    case "determinism":
      return judgeDeterminism(gate, context);
    case "bucketDeterminism":
      return judgeBucketDeterminism(gate, context);
    case "configDrift":
      return judgeConfigDrift(gate, context);
    case "coverage":
    case "sensitivity":
      return judgeShare(gate, context);
    case "observerEffect":
      return judgeObserverEffect(gate, context);
    case "cohorts":
      return judgeCohorts(gate, context);
    case "baseline":
      return judgeBaseline(gate, context);
    case "serverErrors":
      return judgeServerErrors(gate, context);
    case "events":
      return judgeEvents(gate, context);
    case "alerts":
      return judgeAlerts(gate, context);
    case "metric":
      return judgeMetric(gate, context);
    default:
      return gate satisfies never;
  }
}

/** How many questions a gate puts to tests on one place. */
export function testsOf({ type }: Gate): number {
  switch (type) {
    case "errorRate":
    case "observerEffect":
    case "cohorts":
    case "baseline":
      return 2;
    case "divergence":
    case "addedLatency":
    case "latency":
    case "candidateLatency":
    case "determinism":
      return 1;
    default:
      return 0;
  }
}
