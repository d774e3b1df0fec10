import { describe, expect, test } from "vitest";
import type { Gate } from "../gate.ts";
import type { Plan, RollbackTarget } from "../plan.ts";
import type { Rollout } from "../state.ts";
import { act } from "./act.ts";
import { advance } from "./advance.ts";
import type { Answer } from "./answer.ts";
import type { Look, Step } from "./look.ts";
import { asked, AT0, errorRate, HOUR, judgement, look, phase, result, rollout, T0 } from "./sample.ts";
import { servesStill } from "./statuses.ts";
import { freshProgress } from "./time.ts";

const limit = (name: string, changes: Partial<Gate>): Gate =>
  ({ type: "serverErrors", name, onFail: "hold", consecutive: 1, max: 0.01, ...changes }) as Gate;
const moderate = limit("moderate", { onFail: "lower" });
const light = limit("light", { onFail: "adjust", settings: { model: "small" } });
const few = limit("few", { onFail: "adjust", settings: { suggestions: 3 } });
const severe = limit("severe", { onFail: "rollback" });
const gates = [moderate, light, few, severe, errorRate];

const inAll = (changes: Partial<Rollout> = {}, planned: Partial<Plan> = {}): Rollout =>
  rollout({ status: { name: "running", phase: 2, since: AT0 }, visit: 3, ...changes }, { gates, ...planned });
const failing = (failed: readonly Gate[], changes: Partial<Look> = {}): Step =>
  advance(
    look({
      rollout: inAll(),
      judgement: judgement(
        failed.map((gate) => result(gate, "FAIL")),
        { scope: "checkout-1.3" },
      ),
      ...changes,
    }),
  );

describe("a gate that lowers the share", () => {
  test("leads to the phase before, in which it runs on with its clock begun anew and holds", () => {
    const { change, conclusion } = failing([moderate]);
    expect(conclusion).toBe("lower");
    expect(change?.rollout).toMatchObject({
      status: { name: "running", phase: 1, since: AT0 },
      visit: 4,
      lowered: { at: AT0, from: "all", reason: "moderate: it is FAIL" },
    });
    expect(change?.reason).toContain("lowered from all to ten: moderate: it is FAIL; CHECKOUT_ENABLED");
    expect(change?.events).toMatchObject([{ event: "rollout_phase", before: "all", phase: "ten" }]);
    const lowered = change?.rollout ?? inAll();
    const held = advance(look({ rollout: lowered, judgement: judgement(undefined, { scope: "checkout-1.4" }) }));
    expect([held.conclusion, held.change]).toEqual(["hold", null]);
    expect(held.why).toBe("lowered from all until somebody resumes it: moderate: it is FAIL");
  });

  test.each<[RollbackTarget | undefined, number]>([
    [undefined, 1],
    ["previous", 1],
    [{ phase: "shadow" }, 0],
  ])("leads to %j", (to, index) => {
    const own = { ...moderate, to };
    const { change } = failing([own], { rollout: inAll({}, { gates: [own] }) });
    expect(change?.rollout.status).toMatchObject({ name: "running", phase: index });
  });

  test("rolls back where no phase is before, and where what is asked for cannot be", () => {
    const { moves } = look();
    const first = inAll({ status: { name: "running", phase: 0, since: AT0 } });
    const noWay = { ...moves, back: () => moves.back(0, "shadow") };
    for (const changes of [{ rollout: first }, { moves: noWay }]) {
      const { change, conclusion } = failing([moderate], changes);
      expect([conclusion, change?.rollout.status.name]).toEqual(["roll-back", "rolled-back"]);
    }
  });

  test("stays paused where it was", () => {
    const paused = inAll({ status: { name: "paused", phase: 2, since: AT0, by: "anna", reason: "lunch" } });
    const { change } = failing([moderate], { rollout: paused });
    expect(change?.rollout).toMatchObject({ status: { name: "paused", phase: 1, reason: "lunch" } });
  });

  test("goes on once somebody resumes it, and cannot be advanced before", () => {
    const lowered = inAll({
      lowered: { at: AT0, from: "all", reason: "x" },
      status: { name: "running", phase: 1, since: AT0 },
    });
    const said = (answer: Answer): string => (answer.kind === "refused" ? answer.why : answer.kind);
    const order = { rollout: "checkout-1", by: "carl" } as const;
    const last = { ...judgement(undefined, { scope: "checkout-1.3" }), conclusion: "hold", why: "" } as const;
    const progress = { ...freshProgress(3, AT0), runningMs: 3 * HOUR };
    const state = asked({ rollout: lowered, last, progress });
    expect(said(act({ ...order, action: "advance", to: null, breakGlass: null }, state))).toContain(
      "lowered from all: resume it first",
    );
    const resumed = act({ ...order, action: "resume" }, state);
    expect(resumed).toMatchObject({ kind: "change", change: { flags: [], rollout: { lowered: null, visit: 3 } } });
  });
});

describe("a gate that adjusts settings", () => {
  test("writes them once, begins evidence anew, and holds from then on", () => {
    const { change, conclusion, progress } = failing([light, few]);
    expect(conclusion).toBe("adjust");
    const edit = { kind: "patch", key: "CHECKOUT_ENABLED", fields: { settings: { model: "small", suggestions: 3 } } };
    expect(change?.flags).toEqual([edit]);
    expect(change?.reason).toContain('settings.model none -> "small", settings.suggestions none -> 3');
    expect(change?.rollout).toMatchObject({ visit: 4, adjusted: [{ gate: "light" }, { gate: "few" }] });
    expect(progress).toMatchObject({ visit: 4, runningMs: 3 * HOUR, failures: {}, steady: {} });
    const again = failing([light], { rollout: inAll({ adjusted: [{ gate: "light", at: AT0 }] }) });
    expect([again.conclusion, again.change, again.why]).toEqual(["hold", null, "FAIL: light: it is FAIL"]);
  });

  test("does so anew after a new start", () => {
    const back = inAll({
      status: { name: "rolled-back", phase: 2, to: "off", since: AT0, by: "rollout", reason: "" },
      adjusted: [{ gate: "light", at: AT0 }],
    });
    const started = act(
      { action: "start", rollout: "checkout-1", by: "carl", breakGlass: null },
      asked({ rollout: back }),
    );
    expect(started).toMatchObject({ kind: "change", change: { rollout: { adjusted: [], status: { phase: 0 } } } });
  });
});

describe("what is graver comes first", () => {
  test.each<[readonly Gate[], string]>([
    [[light, moderate, severe], "roll-back"],
    [[light, moderate], "lower"],
    [[light], "adjust"],
  ])("of %o", (failed, conclusion) => {
    expect(failing(failed).conclusion).toBe(conclusion);
  });

  test("and who only observes does none of it", () => {
    for (const gate of [light, moderate, severe]) {
      const { change, why } = failing([gate], { rollout: inAll({}, { mode: "observe" }) });
      expect([change, why.startsWith("it only observes, and would ")]).toEqual([null, true]);
    }
  });
});

describe("a rollback leads", () => {
  const phases = [
    phase("shadow"),
    phase("ten", { serve: 10, rollbackTo: "off" }),
    phase("all", { serve: 100, rollbackTo: { phase: "ten" } }),
  ];
  const to = (failed: readonly Gate[], changes: Partial<Plan> = {}): unknown => {
    const { change } = failing(failed, { rollout: inAll({}, { phases, ...changes }) });
    return change?.rollout.status.name === "rolled-back" ? change.rollout.status.to : null;
  };

  test("where its phase says, else where the plan says", () => {
    expect(to([severe])).toEqual({ phase: "ten" });
    expect(to([severe], { phases: [phase("shadow"), phase("ten"), phase("all")] })).toBe("shadow");
  });

  test("where its gate says, the farthest back of them", () => {
    const far = limit("far", { onFail: "rollback", to: { phase: "shadow" } });
    const own = { gates: [severe, far] };
    expect(to([far], own)).toEqual({ phase: "shadow" });
    expect(to([severe, far], own)).toEqual({ phase: "shadow" });
  });

  test("where its phase says by the fast lane and by hand, too", () => {
    const step = advance(
      look({ rollout: inAll({}, { phases }), judgement: null, trip: { why: "13 of 20", to: null } }),
    );
    expect(step.change?.rollout.status).toMatchObject({ to: { phase: "ten" } });
    const order = { action: "rollback", rollout: "checkout-1", by: "carl", reason: "doubt" } as const;
    const by = (target: RollbackTarget | null): unknown => {
      const answer = act({ ...order, to: target }, asked({ rollout: inAll({}, { phases }) }));
      return answer.kind === "change" && answer.change.rollout.status.name === "rolled-back"
        ? answer.change.rollout.status.to
        : answer;
    };
    expect(by(null)).toEqual({ phase: "ten" });
    // As long as no phase is called so.
    expect(by({ phase: "disabled" })).toBe("off");
  });
});

describe("what went back", () => {
  const served = [phase("before", { kind: "baseline" }), phase("ten", { serve: 10 }), phase("all", { serve: 100 })];
  test.each<[RollbackTarget, boolean]>([
    [{ phase: "ten" }, true],
    ["previous", true],
    [{ phase: "before" }, false],
    ["shadow", false],
    ["off", false],
  ])("to %j serves still: %s", (to, wanted) => {
    const status = { name: "rolled-back", phase: 2, to, since: AT0, by: "rollout", reason: "" } as const;
    expect(servesStill(inAll({ status }, { phases: served }))).toBe(wanted);
    expect(servesStill(inAll({}, { phases: served }))).toBe(false);
  });
});

describe("what went back to a phase", () => {
  const back = (to: RollbackTarget): Rollout =>
    inAll({ status: { name: "rolled-back", phase: 2, to, since: AT0, by: "rollout", reason: "" } });
  const onward = (to: string | null, from: RollbackTarget): Answer =>
    act(
      { action: "advance", rollout: "checkout-1", by: "carl", to, breakGlass: null, reason: "mended" },
      asked({ rollout: back(from) }),
    );

  test.each<[string, RollbackTarget]>([
    ["ten", { phase: "ten" }],
    ["ten", "previous"],
  ])("runs again in %s where somebody says so", (to, from) => {
    expect(onward(to, from)).toMatchObject({
      kind: "change",
      change: { rollout: { status: { name: "running", phase: 1 }, visit: 4 } },
    });
  });

  test.each<[string | null, RollbackTarget]>([
    [null, { phase: "ten" }],
    ["all", { phase: "ten" }],
    ["ten", "shadow"],
    ["ten", "off"],
  ])("and not in %s from %j", (to, from) => {
    expect(onward(to, from)).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("never goes on by itself"),
    });
  });
});

describe("what a phase wants ticked", () => {
  const alert = "a test alert seen to arrive";
  const phases = [phase("half", { serve: 50, manual: [alert] }), phase("all", { serve: 100 })];
  const half = (changes: Partial<Rollout> = {}): Rollout => rollout(changes, { phases });
  const tick = (precheck: string, state: Rollout, nowMs = T0): Answer =>
    act(
      { action: "tick", rollout: "checkout-1", by: "carl", precheck, evidence: "pager" },
      asked({ rollout: state, nowMs }),
    );

  test("holds it, until somebody ticks it in this stay", () => {
    expect(advance(look({ rollout: half() })).why).toBe(`not ticked yet: ${alert}`);
    const ticked = tick(alert, half());
    const state = ticked.kind === "change" ? ticked.change.rollout : half();
    expect(advance(look({ rollout: state })).conclusion).toBe("advance");
    expect(tick(alert, state).kind).toBe("unchanged");
    // A stay that begins after it wants it anew.
    const later = { ...state, enteredAt: new Date(T0 + 1).toISOString() };
    expect(advance(look({ rollout: later })).why).toBe(`not ticked yet: ${alert}`);
    const again = tick(alert, later, T0 + HOUR);
    expect(again.kind === "change" && again.change.rollout.ticked).toHaveLength(1);
  });

  test("is of the phase, and no precheck", () => {
    expect(tick("backup", half())).toMatchObject({
      why: expect.stringContaining(`nothing is to be ticked in half that is called \`backup\``),
    });
  });
});
