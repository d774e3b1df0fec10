import { expect, test } from "vitest";
import { HOUR, phase, plan as sample } from "../../../rollout/controller/sample.ts";
import { createSimulating } from "./simulating.ts";

const plan = sample({
  phases: [phase("shadow", { minMs: 2 * HOUR })],
  gates: [{ type: "alerts", name: "alerts", onFail: "hold" }],
});
const order = { traffic: "100", candidate: "healthy", runs: 2, seed: 1, approveAfter: "1h" };

test("a plan is simulated on a thread of its own, one at a time", { timeout: 60_000 }, async () => {
  const simulate = createSimulating("production");
  const first = simulate(plan, order);
  expect(await simulate(plan, order)).toEqual({ kind: "busy" });
  expect(await first).toMatchObject({ kind: "done", simulation: { runs: 2, complete: true, ends: { completed: 2 } } });

  // It is free again after whatever came of it.
  const wrong = await simulate(plan, { ...order, candidate: "ill" });
  expect(wrong).toMatchObject({ kind: "wrong", problems: [{ where: "candidate", is: '"ill"' }] });
  expect(await simulate(plan, { ...order, approveAfter: "x" })).toMatchObject({
    problems: [{ where: "approve_after" }],
  });
  const elsewhere = sample({ phases: [phase("shadow", { environment: "staging" })] });
  expect(await simulate(elsewhere, order)).toMatchObject({ kind: "refused", why: expect.stringContaining("no phase") });

  const short = createSimulating("production", 1);
  expect(await short(plan, order)).toMatchObject({ kind: "done", simulation: { complete: false, runs: 0 } });
});
