import { describe, expect, it } from "vitest";
import type { SimulateAnswer, SimulateOrder } from "../rollouts.ts";
import { startForTest } from "../sample.ts";
import { sampleRollouts, simulation } from "./sample.ts";

const path = "/api/rollouts/events/simulate";

async function answering(answer: SimulateAnswer) {
  const orders: SimulateOrder[] = [];
  const { rollouts, orders: acted } = sampleRollouts({
    async simulate(plan, order) {
      orders.push(order);
      expect(plan.name).toBe("events");
      return answer;
    },
  });
  const { json } = await startForTest({ rollouts });
  return { json, orders, acted };
}

describe("a simulation of a rollout's plan", () => {
  it("is told with what it was asked for, and changes nothing", async () => {
    const { json, orders, acted } = await answering({ kind: "done", simulation: { ...simulation, runs: 20 } });
    const body = { traffic: "2000,shape=day", candidate: "errors=1%@2d", runs: 20, seed: 7, approve_after: "2h" };
    expect(await json(path, { body })).toMatchObject({
      status: 200,
      value: { runs: 20, traffic: "2000,shape=day", candidate: "errors=1%@2d" },
    });
    await json(path, { body: { traffic: "9" } });
    expect(orders).toEqual([
      { traffic: "2000,shape=day", candidate: "errors=1%@2d", runs: 20, seed: 7, approveAfter: "2h" },
      { traffic: "9", candidate: "healthy", runs: 100, seed: 1, approveAfter: "1h" },
    ]);
    expect(acted).toEqual([]);
  });

  it("is refused by what is wrong with the body", async () => {
    const problems = [{ where: "candidate", is: '"ill"', must: "healthy" }];
    const { json, orders } = await answering({ kind: "wrong", problems });
    for (const [body, where] of [
      [{}, "traffic"],
      [{ traffic: 5 }, "traffic"],
      [{ traffic: "9", runs: 1_001 }, "runs"],
      [{ traffic: "9", runs: 1.5 }, "runs"],
      [{ traffic: "9", seed: 0 }, "seed"],
      [{ traffic: "9", threads: 2 }, "threads"],
    ] as const) {
      expect(await json(path, { body })).toMatchObject({ status: 400, value: { problems: [{ where }] } });
    }
    expect(orders).toEqual([]);
    expect(await json(path, { body: { traffic: "9" } })).toMatchObject({ status: 400, value: { problems } });
    expect(await json(path.replace("events", "none"), { body: { traffic: "9" } })).toMatchObject({ status: 404 });
  });

  it("is one at a time, and of a plan that can begin", async () => {
    const busy = await answering({ kind: "busy" });
    expect(await busy.json(path, { body: { traffic: "9" } })).toMatchObject({
      status: 429,
      value: { detail: expect.stringContaining("one at a time") },
    });
    const refused = await answering({ kind: "refused", why: "no phase takes place in production" });
    expect(await refused.json(path, { body: { traffic: "9" } })).toMatchObject({
      status: 409,
      value: { detail: "The plan cannot begin: no phase takes place in production" },
    });
  });
});
