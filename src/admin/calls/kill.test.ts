import { describe, expect, it } from "vitest";
import { startForTest } from "../sample.ts";
import { createReader } from "../ui/sample.ts";

describe("the kill switch", () => {
  it("is thrown and undone, saying what was and whether all instances know", async () => {
    const { json, kills } = await startForTest();
    const post = { method: "POST" };
    expect((await json("/api/kill", post)).value).toEqual({ killed: true, was: false, shared: true });
    expect((await json("/api/kill", post)).value).toEqual({ killed: true, was: true, shared: true });
    expect((await json("/api/kill", { method: "DELETE" })).value).toEqual({ killed: false, was: true, shared: true });
    expect(kills.map(({ killed }) => killed)).toEqual([true, true, false]);
  });

  it.each([
    ["in the query", "?reason=+it+burns+", "", "it burns"],
    ["in the body", "", '{"reason": "it burns"}', "it burns"],
    ["nowhere", "", "", null],
    ["empty", "?reason=", '{"reason": ""}', null],
    ["in a body that cannot be read", "", "it burns", null],
    ["in a body of another shape", "", '["it burns"]', null],
    ["as no text", "", '{"reason": 1}', null],
    ["as a book", `?reason=${"x".repeat(5_000)}`, "", "x".repeat(1_000)],
  ])("is thrown with its reason %s", async (_where, query, body, reason) => {
    const { ask, kills } = await startForTest();
    expect(await ask(`/api/kill${query}`, { method: "POST", body })).toMatchObject({ status: 200 });
    expect(kills).toMatchObject([{ killed: true, reason }]);
  });

  it("is undone with its reason in the body", async () => {
    const { json, kills } = await startForTest();
    await json("/api/kill", { method: "DELETE", body: { reason: "it was the network" } });
    expect(kills).toMatchObject([{ killed: false, reason: "it was the network" }]);
  });

  it("works with the store dead, and says that the others do not know", async () => {
    const { json, flags } = await startForTest();
    flags.lose("Redis does not answer");
    const { status, value } = await json("/api/kill", { method: "POST" });
    expect({ status, value }).toEqual({
      status: 200,
      value: { killed: true, was: false, shared: false, why: "The store does not answer" },
    });
  });

  it("says what keeps it on", async () => {
    const why = "SOMBRA_FORCE_LEGACY keeps everything on legacy";
    const answer = { killed: true, was: true, shared: true, why };
    const { ask, json } = await startForTest({ kill: async () => answer });
    expect(await json("/api/kill", { method: "DELETE" })).toMatchObject({ status: 200, value: answer });
    expect(await createReader({ ask }).send("/kill/undo", {})).toMatchObject({
      status: 503,
      text: expect.stringContaining(why),
    });
  });

  it.each([
    ["POST", null, "SIGUSR2"],
    ["POST", "the data plane did not answer in time", "did not answer in time"],
    ["DELETE", null, "SIGUSR2"],
  ])("never claims what the data plane has not done (%s, why: %s)", async (method, why, told) => {
    const killed = method === "DELETE";
    const { ask } = await startForTest({ kill: async () => ({ killed, was: killed, shared: false, why }) });
    const page = killed ? "/kill/undo" : "/kill";
    for (const asked of [ask("/api/kill", { method }), createReader({ ask }).send(page, {})]) {
      expect(await asked).toMatchObject({ status: 503, text: expect.stringContaining(told) });
    }
  });
});
