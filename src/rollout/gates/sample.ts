import { marks, slotMs, type Mark, type MarkCounts, type Stream, type StreamEvidence } from "../../account/index.ts";
import { emptyFlagState } from "../../flags/index.ts";
import type { Gate } from "../gate.ts";
import type { Judged } from "../judge.ts";
import type { Phase, Plan } from "../plan.ts";
import type { Surroundings } from "../ports.ts";
import type { Rollout } from "../state.ts";

const nowMs = Date.parse("2026-01-02T12:05:00.000Z");

/** That of the sample's now. */
export const sampleSlot = Math.floor(nowMs / slotMs);

export type SampleCounts = Partial<Record<Mark, number>>;

export const sampleCounts = (counts: SampleCounts): MarkCounts => marks.map((mark) => counts[mark] ?? 0);

export function sampleStream(changed: Partial<Stream> = {}): Stream {
  const versions = { legacyVersion: "1", candidateVersion: "2", rules: "aa" };
  return { scope: "r.1", route: "default", population: "pairs", ...versions, ...changed };
}

/** In each slot the same cells, and so many items as cells; the newest slot is the sample's now. */
export function sampleEvidence(
  stream: Partial<Stream>,
  cells: SampleCounts,
  changed: Partial<Omit<StreamEvidence, "stream">> = {},
): StreamEvidence {
  const counts = sampleCounts(cells);
  return {
    stream: sampleStream(stream),
    firstSeen: (sampleSlot - 143) * slotMs,
    slots: [{ slot: sampleSlot, cells: counts, raw: counts }],
    sketches: {},
    shoppers: { count: 0, atLeast: false },
    ...changed,
  };
}

export function samplePhase(changed: Partial<Phase> = {}): Phase {
  return {
    name: "p5",
    kind: "serve",
    environment: null,
    serve: 5,
    compare: 100,
    allowlist: null,
    forceOn: [],
    audience: null,
    minMs: 0,
    maxMs: null,
    approval: null,
    gates: [],
    allowDecrease: false,
    rollbackTo: null,
    manual: [],
    ...changed,
  };
}

export function samplePlan(changed: Partial<Plan> = {}): Plan {
  return {
    name: "plan",
    description: "",
    flag: "FLAG",
    shadow: true,
    mode: "act",
    author: "ada",
    phases: [samplePhase()],
    gates: [],
    fastLane: null,
    checkpoints: { everyMs: 3_600_000, windowMs: 3_600_000 },
    noData: { graceMs: 86_400_000 },
    prechecks: { automatic: [], manual: [] },
    rollback: { to: "shadow", procedures: [] },
    audiences: [],
    keepFlagsMs: 0,
    ...changed,
  };
}

function sampleRollout(plan: Plan): Rollout {
  const since = new Date(nowMs - 86_400_000).toISOString();
  return {
    id: "r",
    plan,
    planHash: "",
    startedBy: "ada",
    status: { name: "running", phase: 0, since },
    visit: 1,
    enteredAt: since,
    shed: null,
    lowered: null,
    adjusted: [],
    limits: { lateMs: 100, slowMs: 200, overMs: 500 },
    approvals: [],
    acknowledged: [],
    ticked: [],
    baseline: null,
    drill: null,
    notes: [],
  };
}

const sampleSurroundings: Surroundings = {
  flags: emptyFlagState,
  sensitivity: null,
  coverage: null,
  store: { up: true, problem: null },
  telemetry: { delivered: true },
  instances: 2,
  decidedAlike: null,
  events: null,
  alarms: [],
  incidents: [],
  killed: false,
};

export interface SampleJudged extends Partial<Omit<Judged, "rollout" | "surroundings">> {
  readonly rollout?: Partial<Rollout>;
  readonly surroundings?: Partial<Surroundings>;
  readonly phase?: Partial<Phase>;
  readonly plan?: Partial<Plan>;
}

/** A phase of 5 % after a day, with these gates. */
export function sampleJudged(gates: readonly Gate[], changed: SampleJudged = {}): Judged {
  const { rollout, surroundings, phase, plan, ...rest } = changed;
  const whole = samplePlan({ gates, phases: [samplePhase(phase)], ...plan });
  return {
    phaseIndex: 0,
    name: "now",
    nowMs,
    runningMs: 86_400_000,
    evidence: [],
    expectedFlags: [],
    measured: new Map(),
    failuresInARow: {},
    steady: {},
    overlapping: new Set(),
    ...rest,
    rollout: { ...sampleRollout(whole), ...rollout },
    surroundings: { ...sampleSurroundings, ...surroundings },
  };
}

const tested = { onFail: "rollback", minEffect: 0.0002 } as const;

/** One of each type, but for those that need more than this to be told apart. */
export const sampleGates = {
  errorRate: { ...tested, type: "errorRate", name: "errorRate", budget: 0.001 },
  divergence: { ...tested, type: "divergence", name: "divergence", severity: "major", budget: 0.001 },
  divergenceCount: { type: "divergenceCount", name: "critical", onFail: "rollback", severity: "critical", max: 0 },
  addedLatency: { ...tested, type: "addedLatency", name: "added", minEffect: 0.01, maxMs: 100 },
  latency: { ...tested, type: "latency", name: "latency", minEffect: 0.01, maxMs: 500, budget: 0.05 },
  candidateLatency: { ...tested, type: "candidateLatency", name: "p95", minEffect: 0.01 },
  determinism: { ...tested, type: "determinism", name: "determinism", minEffect: 0.01 },
  bucketDeterminism: { type: "bucketDeterminism", name: "buckets", onFail: "rollback" },
  configDrift: { type: "configDrift", name: "drift", onFail: "hold" },
  coverage: { type: "coverage", name: "coverage", onFail: "hold", consecutive: 2, min: 0.99 },
  sensitivity: { type: "sensitivity", name: "sensitivity", onFail: "hold", consecutive: 2, min: 1 },
  observerEffect: { ...tested, type: "observerEffect", name: "observer", onFail: "shed", minEffect: 0.01 },
  cohorts: { ...tested, type: "cohorts", name: "cohorts", minEffect: 0.01 },
  baseline: { ...tested, type: "baseline", name: "baseline", onFail: "shed", minEffect: 0.001 },
  serverErrors: { type: "serverErrors", name: "5xx", onFail: "rollback", consecutive: 2, max: 0.01 },
  events: {
    type: "events",
    name: "events",
    onFail: "rollback",
    consecutive: 1,
    side: "candidate",
    event: null,
    min: 1,
    max: null,
  },
  alerts: { type: "alerts", name: "alerts", onFail: "rollback" },
  metric: {
    type: "metric",
    name: "acceptance",
    onFail: "rollback",
    consecutive: 2,
    source: { kind: "json", url: "http://127.0.0.1/", pointer: "/rate", headers: {} },
    min: 0.4,
    max: null,
  },
} as const satisfies { readonly [Type in Gate["type"]]: Extract<Gate, { readonly type: Type }> };
