/** Rollouts for tests of the admin port and of the command line. */
import { sampleNow, sampleRoute } from "../../../test/support/admin-flags.ts";
import type { Checkpoint, Order, Plan, Progress, Rollout } from "../../rollout/index.ts";
import type { Simulation } from "../../simulate/index.ts";
import type { RolloutsDeps } from "../rollouts.ts";
import { noRollouts } from "../sample.ts";

export const at = new Date(sampleNow).toISOString();

const plan: Plan = {
  name: "events",
  description: "",
  flag: sampleRoute.flags.enabled,
  shadow: true,
  mode: "act",
  author: "anna",
  phases: ["list", "five"].map((name, index) => ({
    name,
    kind: "serve",
    environment: null,
    serve: 5 * index,
    compare: 100,
    allowlist: index === 0 ? ["15550100001"] : null,
    forceOn: [],
    audience: null,
    minMs: 3_600_000,
    maxMs: 7_200_000,
    approval: { count: 2, names: ["bob", "eve"], notAuthor: true },
    gates: [],
    allowDecrease: false,
    rollbackTo: null,
    manual: [],
  })),
  gates: [],
  fastLane: null,
  checkpoints: { everyMs: 3_600_000, windowMs: 3_600_000 },
  noData: { graceMs: 86_400_000 },
  prechecks: { automatic: [], manual: ["load-test"] },
  rollback: { to: "shadow", procedures: [] },
  audiences: [],
  keepFlagsMs: 1,
};

export function rollout(changes: Partial<Rollout> = {}): Rollout {
  return {
    id: "events",
    plan,
    planHash: "0f",
    startedBy: null,
    status: { name: "running", phase: 0, since: at },
    visit: 3,
    enteredAt: at,
    shed: null,
    lowered: null,
    adjusted: [],
    notes: [],
    limits: { lateMs: null, slowMs: null, overMs: null },
    approvals: [{ by: "token:bob", at, visit: 3, evidence: "x" }],
    acknowledged: [],
    ticked: [],
    baseline: null,
    drill: null,
    ...changes,
  };
}

export const checkpoint: Checkpoint = {
  name: "T+1h",
  at,
  rollout: "events",
  flag: plan.flag,
  phase: "list",
  scope: "events.3",
  config: { enabled: true, rollout: 1, allowlist_count: 12 },
  metrics: { "5xx_rate": 0 },
  determinism: "PASS",
  status: "WARN",
  alerts: [{ type: "CONFIG_DRIFT", severity: "WARN", message: "rollout=1%, expected=0%", expected: true }],
  gates: [
    {
      gate: "errors",
      type: "errorRate",
      verdict: "INCONCLUSIVE",
      text: "too few",
      figures: { N: 10 },
      missing: 3770,
      expected: false,
    },
  ],
  conclusion: "hold",
  why: "errors needs 3770 more pairs",
};

export const progress: Progress = {
  visit: 3,
  runningMs: 600_000,
  at,
  checkpointAt: at,
  sinceCheckpointMs: 0,
  failures: {},
  sinceFailureMs: {},
  errors: 0,
  withoutDataMs: 0,
  told: [],
};

export const simulation: Simulation = {
  plan: plan.name,
  flag: plan.flag,
  environment: "test",
  runs: 100,
  seed: 1,
  start_at: at,
  ends: { completed: 3, rolled_back: 96, held: 1 },
  took_ms: { median: 7_200_000, p10: 3_600_000, p90: 10_800_000 },
  false_alarms: { runs: 1, share: 0.01, share_to: 0.0545 },
  fault: {
    runs: 99,
    onset_ms: { median: 3_600_000, p10: 3_600_000, p90: 3_600_000 },
    noticed: 96,
    notice_ms: { median: 1_800_000, p10: 600_000, p90: 3_000_000 },
    noticed_by: [{ name: "errors", runs: 96 }],
    bad_served: { median: 12, p10: 4, p90: 31 },
    bad_seen: { median: 40, p10: 9, p90: 80 },
  },
  phases: plan.phases.map(({ name, serve, compare, minMs }, index) => ({
    name,
    serve,
    compare,
    gates: ["errors"],
    min_ms: minMs,
    from_ms: index * 3_600_000,
    to_ms: (index + 1) * 3_600_000,
    entered: 100 - index,
    entered_ms: { median: index * 3_600_000, p10: 0, p90: index * 3_600_000 },
    stayed_ms: { median: 3_600_000, p10: 600_000, p90: 3_600_000 },
    rolled_back: index * 96,
    rolled_back_ms: index === 0 ? null : { median: 5_400_000, p10: 4_200_000, p90: 6_600_000 },
    rolled_back_by: index === 0 ? [] : [{ name: "errors", runs: 96 }],
    held: 1 - index,
    held_by: index === 0 ? [{ name: "errors", runs: 1 }] : [],
  })),
  complete: true,
};

/** Rollouts that are as a test says; orders are taken down and done. */
export function sampleRollouts(changes: Partial<RolloutsDeps> = {}, known: readonly Rollout[] = [rollout()]) {
  const orders: Order[] = [];
  const notes = new Map<string, string>();
  const rollouts: RolloutsDeps = {
    ...noRollouts,
    parse: async (text) =>
      text === "name: events"
        ? { ok: true, plan, unsaid: [] }
        : { ok: false, problems: [{ where: "line 3, column 5", is: "unknown", must: "one of name, flag" }] },
    known: () => known.map((one) => ({ rollout: one, version: 7, updatedAt: at, updatedBy: "anna" })),
    async act(order) {
      orders.push(order);
      return { kind: "done", what: `${order.action} of ${order.rollout}` };
    },
    progress: async () => progress,
    checkpoints: async (_, limit) => [checkpoint, checkpoint].slice(0, limit),
    checkpoint: async (_, name) => ({ ...checkpoint, name: name ?? "by time" }),
    recall: async (key) => notes.get(key) ?? null,
    remember: async (key, answer) => void notes.set(key, answer),
    leader: () => "one",
    ...changes,
  };
  return { orders, notes, rollouts };
}
