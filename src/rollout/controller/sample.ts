/** A rollout of three phases and what a step of it goes by, for tests: what a test does not name is healthy and at rest. */
import { emptyFlagState } from "../../flags/index.ts";
import type { Gate, GateResult, GateVerdict } from "../gate.ts";
import type { Phase, Plan } from "../plan.ts";
import type { Rollout, Status } from "../state.ts";
import { draft } from "./act.ts";
import type { Asked } from "./answer.ts";
import type { Judgement, Look } from "./look.ts";
import type { Moves } from "./moves.ts";
import { freshProgress } from "./time.ts";
import { toldOf } from "./told.ts";

export const HOUR = 3_600_000;
export const T0 = Date.parse("2026-02-01T10:00:00.000Z");
export const AT0 = new Date(T0).toISOString();

export function phase(name: string, changes: Partial<Phase> = {}): Phase {
  return {
    name,
    kind: "serve",
    environment: null,
    serve: 0,
    compare: 100,
    allowlist: null,
    forceOn: [],
    audience: null,
    minMs: 2 * HOUR,
    maxMs: null,
    approval: null,
    gates: [],
    allowDecrease: false,
    rollbackTo: null,
    manual: [],
    ...changes,
  };
}

export const errorRate: Gate = {
  type: "errorRate",
  name: "errors",
  onFail: "rollback",
  minEffect: 0.001,
  budget: 0.01,
};
export const drift: Gate = { type: "configDrift", name: "drift", onFail: "warn" };
export const legacyWorse: Gate = { type: "baseline", name: "legacy", onFail: "shed", minEffect: 0.001 };
export const noise: Gate = { type: "determinism", name: "noise", onFail: "hold", minEffect: 0.001 };

export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    name: "checkout",
    description: "",
    flag: "CHECKOUT_ENABLED",
    shadow: true,
    mode: "act",
    author: "anna",
    phases: [phase("shadow"), phase("ten", { serve: 10 }), phase("all", { serve: 100, compare: 10 })],
    gates: [errorRate, drift, legacyWorse, noise],
    fastLane: null,
    checkpoints: { everyMs: HOUR, windowMs: HOUR },
    noData: { graceMs: 24 * HOUR },
    prechecks: { automatic: [], manual: ["backup"] },
    rollback: { to: "shadow", procedures: [] },
    audiences: [],
    keepFlagsMs: 30 * 24 * HOUR,
    ...changes,
  };
}

export function rollout(changes: Partial<Rollout> = {}, planned: Partial<Plan> = {}): Rollout {
  return {
    ...draft("checkout-1", plan(planned), "hash"),
    startedBy: "bert",
    status: { name: "running", phase: 0, since: AT0 },
    visit: 1,
    enteredAt: AT0,
    limits: { lateMs: null, slowMs: 90, overMs: null },
    ...changes,
  };
}

/** One status of each name. */
export const statuses: readonly Status[] = [
  { name: "draft" },
  { name: "pending" },
  { name: "ready" },
  { name: "running", phase: 1, since: AT0 },
  { name: "paused", phase: 1, since: AT0, by: "anna", reason: "lunch" },
  { name: "error-paused", phase: 1, since: AT0, reason: "no metrics" },
  { name: "rolled-back", phase: 1, to: "shadow", since: AT0, by: "anna", reason: "doubt" },
  {
    name: "completed",
    phase: 2,
    since: AT0,
    keepUntil: new Date(T0 + 720 * HOUR).toISOString(),
    by: "anna",
    lessons: "",
  },
  { name: "aborted", since: AT0, by: "anna", reason: "no more" },
];

export function result(gate: Gate, verdict: GateVerdict, changes: Partial<GateResult> = {}): GateResult {
  return {
    gate: gate.name,
    type: gate.type,
    verdict,
    text: `it is ${verdict}`,
    figures: {},
    missing: null,
    expected: false,
    ...changes,
  };
}

export function judgement(
  gates: readonly GateResult[] = [result(errorRate, "PASS")],
  changes: Partial<Judgement> = {},
): Judgement {
  const worst = (["FAIL", "ERROR", "WARN", "INCONCLUSIVE"] as const).find((verdict) =>
    gates.some((one) => one.verdict === verdict),
  );
  return {
    name: "now",
    at: AT0,
    rollout: "checkout-1",
    flag: "CHECKOUT_ENABLED",
    phase: "shadow",
    scope: "checkout-1.1",
    config: { enabled: true, rollout: 0, allowlist_count: 0 },
    metrics: {},
    determinism: "PASS",
    status: worst ?? "PASS",
    alerts: [],
    gates,
    ...changes,
  };
}

/** Flags are told by a percent that names the phase. */
const moves: Moves = {
  enter: (to) => ({ kind: "edits", edits: [{ kind: "patch", key: "CHECKOUT_ENABLED", fields: { percent: to } }] }),
  back: (_, to) => ({ edits: [{ kind: "kill", key: "CHECKOUT_ENABLED" }], to }),
  adjust: (settings) => [{ kind: "patch", key: "CHECKOUT_ENABLED", fields: { settings } }],
  told: (edits) => toldOf(edits, emptyFlagState),
};

export function look(changes: Partial<Look> = {}): Look {
  return {
    rollout: rollout(),
    progress: { ...freshProgress(1, AT0), runningMs: 3 * HOUR, told: ["min-duration"] },
    judgement: judgement(),
    trip: null,
    legacy: () => ({ p95Ms: 84, baseline: null }),
    incidents: [],
    killed: false,
    store: { up: true, problem: null },
    moves,
    environment: "production",
    nowMs: T0,
    ...changes,
  };
}

export function asked(changes: Partial<Asked> = {}): Asked {
  return {
    rollout: rollout(),
    progress: { ...freshProgress(1, AT0), runningMs: 3 * HOUR },
    last: { ...judgement(), conclusion: "advance", why: "every gate passes" },
    prechecks: [{ name: "backup", green: true, text: "" }],
    incidents: [],
    killed: false,
    moves,
    environment: "production",
    nowMs: T0,
    ...changes,
  };
}
