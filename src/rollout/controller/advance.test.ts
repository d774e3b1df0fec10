import { describe, expect, test } from "vitest";
import type { Progress, Rollout } from "../state.ts";
import { advance } from "./advance.ts";
import type { Look, Step } from "./look.ts";
import {
  AT0,
  drift,
  errorRate,
  HOUR,
  judgement,
  legacyWorse,
  look,
  noise,
  phase,
  plan,
  result,
  rollout,
  statuses,
  T0,
} from "./sample.ts";
import { isJudged } from "./statuses.ts";
import { freshProgress } from "./time.ts";

const bad = judgement([result(errorRate, "FAIL", { text: "17 of 900", figures: { b: 17, lnE: 8.2 } })]);
const progress = (changes: Partial<Progress>): Progress => ({ ...look().progress, ...changes });
const statusOf = ({ change }: Step): string | null => change?.rollout.status.name ?? null;

test("a phase in which everything passes is left, flags and state in one write", () => {
  const { change, conclusion, checkpoint } = advance(look());
  expect([conclusion, checkpoint?.conclusion]).toEqual(["advance", "advance"]);
  expect(change?.rollout).toMatchObject({
    status: { name: "running", phase: 1 },
    visit: 2,
    enteredAt: AT0,
    limits: { slowMs: 84 },
  });
  expect(change?.flags).toEqual([{ kind: "patch", key: "CHECKOUT_ENABLED", fields: { percent: 1 } }]);
  expect(change?.reason).toBe("shadow -> ten: every gate passes after 3 h; CHECKOUT_ENABLED percent none -> 1");
  expect(change?.events).toMatchObject([{ event: "rollout_phase", before: "shadow", phase: "ten" }]);
});

describe("rollback comes first", () => {
  test.each(statuses.filter(isJudged))("in $name", (status) => {
    const step = advance(look({ rollout: rollout({ status }), judgement: bad, progress: freshProgress(1, AT0) }));
    expect(step.conclusion).toBe("roll-back");
    expect(step.change?.rollout.status).toMatchObject({ name: "rolled-back", phase: status.phase, to: "shadow" });
    expect(step.change?.reason).toContain("errors: 17 of 900 [b=17, lnE=8.2]; CHECKOUT_ENABLED enabled none -> false");
  });

  test("on what the fast lane saw, without a checkpoint", () => {
    const step = advance(look({ judgement: null, trip: { why: "13 of 20 cells", to: null } }));
    expect(step).toMatchObject({
      conclusion: "roll-back",
      change: { rollout: { status: { reason: "13 of 20 cells" } } },
    });
    expect(step.change?.events).toMatchObject([{ event: "rollback", to: "shadow", by: "rollout" }]);
  });

  test("past a lost store, an open incident and an error in another gate", () => {
    const gates = [...bad.gates, result(noise, "ERROR")];
    const step = advance(
      look({
        judgement: judgement(gates),
        incidents: ["7"],
        store: { up: false, problem: null },
        progress: progress({ errors: 9 }),
      }),
    );
    expect(step.conclusion).toBe("roll-back");
  });

  test.each(statuses.filter((status) => !isJudged(status)))("but not in $name", (status) => {
    expect(
      advance(look({ rollout: rollout({ status }), judgement: bad, trip: { why: "13 of 20", to: null } })).change,
    ).toBeNull();
  });

  test("and not where legacy is alone", () => {
    const alone = rollout({}, { phases: [phase("before", { kind: "baseline" })] });
    expect(advance(look({ rollout: alone, judgement: bad }))).toMatchObject({ conclusion: "hold", change: null });
  });
});

describe("a rollout holds", () => {
  const approved = (visit: number, by: string): Rollout["approvals"][number] => ({ by, at: AT0, visit, evidence: "e" });
  test.each<[string, Partial<Look>, string]>([
    ["until it has run long enough", { progress: progress({ runningMs: 1.5 * HOUR }) }, "30 min more of at least 2 h"],
    [
      "while it is paused",
      { rollout: rollout({ status: { name: "paused", phase: 0, since: AT0, by: "anna", reason: "lunch" } }) },
      "paused by anna: lunch",
    ],
    ["on evidence of another stay", { judgement: judgement(undefined, { scope: "checkout-1.0" }) }, "not of this stay"],
    [
      "until the last seconds are over",
      { progress: progress({ runningMs: 2 * HOUR - 4_100 }) },
      "5 s more of at least 2 h",
    ],
    ["while everybody is on legacy by the kill switch", { killed: true }, "the kill switch is thrown"],
    ["while the store is lost", { store: { up: false, problem: "refused" } }, "the store is lost: refused"],
    ["on an error", { judgement: judgement([result(noise, "ERROR")]) }, "not everything could be computed: noise"],
    ["on what fails and does not roll back", { judgement: judgement([result(noise, "FAIL")]) }, "FAIL: noise"],
    ["on a warning", { judgement: judgement([result(drift, "WARN")]) }, "WARN: drift"],
    [
      "on too little",
      { judgement: judgement([result(errorRate, "INCONCLUSIVE", { missing: 1234 })]) },
      "1,234 pairs are missing",
    ],
    ["on an open critical incident", { incidents: ["7"] }, "open critical incidents: 7"],
    [
      "once it has run for too long",
      { rollout: rollout({}, { phases: [phase("shadow", { maxMs: 2 * HOUR }), phase("ten")] }) },
      "longer than 2 h",
    ],
  ])("%s", (_, changes, why) => {
    const step = advance(look(changes));
    expect([step.conclusion, step.change]).toEqual(["hold", null]);
    expect(step.checkpoint?.why).toContain(why);
  });

  test("but not on a warning that somebody expects", () => {
    const expected = judgement([result(drift, "WARN", { expected: true })]);
    expect(advance(look({ judgement: expected })).conclusion).toBe("advance");
  });

  test("when the next phase cannot be entered, and says why", () => {
    const moves = { ...look().moves, enter: () => ({ kind: "refused", why: "12 shoppers would be dropped" }) as const };
    expect(advance(look({ moves }))).toMatchObject({
      conclusion: "hold",
      change: null,
      why: "`ten` cannot be entered: 12 shoppers would be dropped",
    });
  });

  const twoOf = plan({
    phases: [phase("shadow", { approval: { count: 2, names: [], notAuthor: true } }), phase("ten")],
  });
  test("for approvals last, each person's once", () => {
    const asking = rollout({ approvals: [approved(1, "carl"), approved(1, "carl"), approved(0, "dora")] }, twoOf);
    expect(advance(look({ rollout: asking }))).toMatchObject({ conclusion: "ask-approval", change: null });
    const given = rollout({ approvals: [approved(1, "carl"), approved(1, "dora")] }, twoOf);
    expect(advance(look({ rollout: given })).conclusion).toBe("advance");
    expect(advance(look({ rollout: given, incidents: ["7"] })).conclusion).toBe("hold");
  });

  test("and approvals lapse as soon as a checkpoint does not pass", () => {
    const given = rollout({ approvals: [approved(1, "carl"), approved(1, "dora")] }, twoOf);
    const step = advance(
      look({
        rollout: given,
        judgement: judgement([result(drift, "WARN")]),
        progress: progress({ told: ["min-duration", "approved-2"] }),
      }),
    );
    expect(step.progress.told).toEqual(["min-duration"]);
    expect(step).toMatchObject({ conclusion: "hold", change: { rollout: { approvals: [] }, flags: [] } });
    expect(step.change?.reason).toContain("approvals lapse: WARN: drift");
  });
});

describe("failures in a row", () => {
  test("are ended by PASS alone", () => {
    const counts = (["FAIL", "INCONCLUSIVE", "ERROR", "WARN", "FAIL", "PASS"] as const).reduce<readonly number[]>(
      (seen, verdict) => {
        const before = { noise: seen.at(-1) ?? 0 };
        const step = advance(
          look({ progress: progress({ failures: before }), judgement: judgement([result(noise, verdict)]) }),
        );
        return [...seen, step.progress.failures["noise"] ?? 0];
      },
      [],
    );
    expect(counts).toEqual([1, 1, 1, 1, 2, 0]);
  });

  test("of evaluations: the fourth error stops it until somebody resumes, and another verdict ends the row", () => {
    const errors = (count: number, verdict: "ERROR" | "INCONCLUSIVE" = "ERROR"): Step =>
      advance(look({ progress: progress({ errors: count }), judgement: judgement([result(noise, verdict)]) }));
    expect(statusOf(errors(2))).toBeNull();
    expect(errors(2).progress.errors).toBe(3);
    expect(statusOf(errors(3))).toBe("error-paused");
    expect(errors(3).progress.errors).toBe(0);
    expect(errors(3, "INCONCLUSIVE").progress.errors).toBe(0);
  });
});

describe("legacy that got worse", () => {
  const worse = judgement([result(legacyWorse, "FAIL")]);

  test("sheds the shadow: evidence begins anew, and it holds", () => {
    const { change, conclusion } = advance(look({ judgement: worse }));
    expect([conclusion, change?.flags.length, change?.rollout.visit]).toEqual(["hold", 0, 2]);
    expect(change?.rollout).toMatchObject({
      shed: { reason: "legacy: it is FAIL" },
      status: { name: "running", phase: 0 },
    });
    const shed = rollout({ shed: { at: AT0, reason: "legacy" } });
    expect(advance(look({ rollout: shed, judgement: worse })).change).toBeNull();
    expect(advance(look({ rollout: shed })).why).toContain("nobody is compared");
  });

  test("stays left alone when it goes back, until it begins anew", () => {
    const shed = rollout({ shed: { at: AT0, reason: "legacy" } });
    const back = advance(look({ rollout: shed, trip: { why: "errors", to: null } })).change?.rollout;
    expect(back).toMatchObject({ status: { name: "rolled-back" }, shed: { reason: "legacy" } });
  });
});

describe("what is told once", () => {
  test("a phase that ran for too long", () => {
    const long = rollout({}, { phases: [phase("shadow", { maxMs: 2 * HOUR }), phase("ten")] });
    const first = advance(look({ rollout: long, judgement: null }));
    expect(first.events).toMatchObject([{ event: "rollout_due", phase: "shadow" }]);
    expect(advance(look({ rollout: long, judgement: null, progress: first.progress })).events).toEqual([]);
  });

  test("nothing to judge by for longer than the plan puts up with", () => {
    const first = advance(look({ judgement: null, progress: progress({ withoutDataMs: 24 * HOUR }) }));
    expect(first.events).toMatchObject([{ event: "rollout_due", reason: "nothing to judge by for 24 h" }]);
    expect(advance(look({ judgement: null, progress: first.progress })).events).toEqual([]);
  });

  test("that the last phase is passed: it asks for what was learned", () => {
    const last = rollout({ status: { name: "running", phase: 2, since: AT0 } });
    const first = advance(look({ rollout: last }));
    expect([first.conclusion, first.change]).toEqual(["ask-approval", null]);
    expect(first.events.map(({ event }) => event)).toEqual(["checkpoint", "rollout_due"]);
    const second = advance(look({ rollout: last, progress: first.progress }));
    expect(second.events.map(({ event }) => event)).toEqual(["checkpoint"]);
  });
});

test("who only observes judges, tells and writes nothing", () => {
  const observing = rollout({}, { mode: "observe" });
  for (const changes of [
    {},
    { judgement: bad },
    { trip: { why: "13 of 20", to: null } },
    { judgement: judgement([result(legacyWorse, "FAIL")]) },
  ]) {
    expect(advance(look({ ...changes, rollout: observing })).change).toBeNull();
  }
  expect(advance(look({ judgement: bad, rollout: observing })).checkpoint).toMatchObject({
    conclusion: "roll-back",
    why: expect.stringContaining("it only observes, and would roll-back: errors: 17 of 900"),
  });
});

test("a baseline is recorded as its phase is left, and says what is slow from then on", () => {
  const baseline = {
    from: AT0,
    to: AT0,
    items: 9,
    errorRate: 0,
    p50Ms: 40,
    p95Ms: 70,
    p99Ms: 90,
    perSecond: 1,
    cells: 9,
    failedCells: 0,
  };
  const before = rollout({}, { phases: [phase("before", { kind: "baseline" }), phase("shadow")] });
  expect(advance(look({ rollout: before })).why).toContain("nothing yet to record");
  const { change } = advance(look({ rollout: before, legacy: () => ({ p95Ms: 84, baseline }) }));
  expect(change?.rollout).toMatchObject({ baseline, limits: { slowMs: 70 }, status: { phase: 1 } });
});

test("what is slow is fixed once legacy was timed: evidence begins anew, time goes on", () => {
  const blind = rollout({ limits: { lateMs: null, slowMs: null, overMs: null } });
  const { change, progress: next } = advance(look({ rollout: blind, judgement: null }));
  expect(change?.rollout).toMatchObject({ limits: { slowMs: 84 }, visit: 2, status: { name: "running", phase: 0 } });
  expect([change?.flags, next.visit, next.runningMs]).toEqual([[], 2, 3 * HOUR]);
  expect(advance(look({ judgement: null })).change).toBeNull();
});

test("phases of other places are passed over", () => {
  const phases = [phase("shadow"), phase("staging", { environment: "staging" }), phase("ten")];
  expect(advance(look({ rollout: rollout({}, { phases }) })).change?.rollout.status).toMatchObject({ phase: 2 });
});

test("the way back from a completed rollout is tested at each checkpoint, and not taken", () => {
  const completed = statuses.find(({ name }) => name === "completed");
  const done = rollout(completed === undefined ? {} : { status: completed });
  const open = advance(look({ rollout: done, judgement: bad }));
  expect([open.change, open.why]).toEqual([null, expect.stringContaining("the way back to shadow is open")]);
  const gone = judgement(undefined, { config: { enabled: null, rollout: null, allowlist_count: 0 } });
  expect(advance(look({ rollout: done, judgement: gone })).checkpoint).toMatchObject({
    status: "FAIL",
    alerts: [{ type: "WAY_BACK", severity: "CRITICAL" }],
  });
  expect(T0).toBe(Date.parse(AT0));
});
