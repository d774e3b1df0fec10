import { afterEach, describe, expect, it } from "vitest";
import { AT0, HOUR, judgement, rollout, T0 } from "../../../rollout/controller/sample.ts";
import { freshProgress } from "../../../rollout/controller/time.ts";
import type { Checkpoint, Progress, Rollout } from "../../../rollout/index.ts";
import { createAwaited } from "./awaited.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function world(of: Rollout = rollout()) {
  const state = {
    rollout: of,
    checkpoints: [] as readonly Checkpoint[],
    progress: null as Progress | null,
    nowMs: T0,
    isAway: false,
  };
  const kept = async <T>(value: T): Promise<T> => {
    if (state.isAway) throw new Error("the store is away");
    return value;
  };
  const awaited = createAwaited({
    rollouts: () => [state.rollout],
    journal: { checkpoints: () => kept(state.checkpoints), progress: () => kept(state.progress) },
    now: () => state.nowMs,
  });
  ends.push(() => awaited.stop());
  const said = (): readonly string[] => awaited.gauges().flatMap(({ name, value }) => (value === 1 ? [name] : []));
  return { state, awaited, said };
}

const at = (hours: number, changes: Partial<Checkpoint> = {}): Checkpoint => ({
  ...judgement(),
  at: new Date(T0 + hours * HOUR).toISOString(),
  conclusion: "hold",
  why: "",
  ...changes,
});

describe("checkpoints that do not come", () => {
  it("are said after two of them, of the last or of the phase's beginning, and no more once one came", async () => {
    const { state, awaited, said } = world();
    expect(awaited.gauges()).toEqual([]);
    await awaited.turn();
    expect(awaited.gauges().map(({ labels }) => labels)).toEqual([
      { rollout: "checkout-1" },
      { rollout: "checkout-1" },
    ]);
    expect(said()).toEqual([]);
    state.nowMs = T0 + 2.1 * HOUR;
    expect(said()).toEqual(["sombra_checkpoint_missed"]);
    state.checkpoints = [at(2)];
    await awaited.turn();
    expect(said()).toEqual([]);
  });

  it("are said while the store does not answer, of what was read last", async () => {
    const { state, awaited, said } = world();
    await awaited.turn();
    state.isAway = true;
    state.nowMs = T0 + 3 * HOUR;
    await awaited.turn();
    expect(said()).toEqual(["sombra_checkpoint_missed"]);
  });

  it("are none of a rollout that stands still by somebody's hand, nor of one that is over", async () => {
    const { state, awaited, said } = world();
    state.nowMs = T0 + 9 * HOUR;
    state.rollout = rollout({ status: { name: "paused", phase: 0, since: AT0, by: "anna", reason: "" } });
    await awaited.turn();
    expect(said()).toEqual([]);
    state.rollout = rollout({ status: { name: "aborted", since: AT0, by: "anna", reason: "" } });
    expect(awaited.gauges()).toEqual([]);
  });
});

describe("a decision is due", () => {
  it.each([["max-duration"], ["no-data"], ["trip"]])("where %s was told in this stay", async (mark) => {
    const { state, awaited, said } = world();
    state.progress = { ...freshProgress(1, AT0), told: ["min-duration", mark] };
    await awaited.turn();
    expect(said()).toEqual(["sombra_decision_due"]);
    state.rollout = rollout({ visit: 2 });
    expect(said()).toEqual([]);
  });

  it("where the newest checkpoint asks for somebody, and that of an earlier stay does not", async () => {
    const { state, awaited, said } = world();
    state.checkpoints = [at(1, { conclusion: "ask-approval" })];
    await awaited.turn();
    expect(said()).toEqual(["sombra_decision_due"]);
    state.rollout = rollout({ enteredAt: new Date(T0 + HOUR).toISOString() });
    expect(said()).toEqual([]);
  });

  it("where it stopped because it could not be judged", async () => {
    const { awaited, said } = world(
      rollout({ status: { name: "error-paused", phase: 0, since: AT0, reason: "the backend does not answer" } }),
    );
    await awaited.turn();
    expect(said()).toEqual(["sombra_decision_due"]);
  });
});
