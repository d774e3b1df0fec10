import { describe, expect, it } from "vitest";
import type { DeclareAnswer } from "../deps.ts";
import { sampleToken, startForTest } from "../sample.ts";

const effect = { side: "candidate", kind: "canonical_event", name: "order_created", payload: { total: 1 } };

/** An admin port with what was declared there. */
async function start(answer: DeclareAnswer = { kind: "taken" }, tokens: Parameters<typeof sampleToken>[] = []) {
  const declared: { value: unknown; rawHeaders: readonly string[] }[] = [];
  const admin = await startForTest({
    access: { tokens: tokens.map((token) => sampleToken(...token)), hosts: [] },
    async declare(value, rawHeaders) {
      declared.push({ value, rawHeaders });
      return answer;
    },
  });
  return { ...admin, declared };
}

describe("a declared effect", () => {
  it("is handed on with the fields that say whose it is", async () => {
    const { json, declared } = await start();
    const headers = { "x-sombra-exchange": "e1" };
    expect(await json("/api/effects", { body: effect, headers })).toMatchObject({
      status: 202,
      value: { accepted: true },
    });
    expect(declared).toMatchObject([{ value: effect }]);
    const { rawHeaders = [] } = declared[0] ?? {};
    expect(rawHeaders[rawHeaders.indexOf("x-sombra-exchange") + 1]).toBe("e1");
  });

  it.each<[string, DeclareAnswer, number, string]>([
    ["wrong", { kind: "wrong", detail: "It is wrong" }, 400, "It is wrong"],
    ["not taken", { kind: "unanswered" }, 503, "The data plane did not take the effect in time"],
  ])("that is %s is answered with a problem", async (_, answer, status, detail) => {
    const { json } = await start(answer);
    const told = await json("/api/effects", { body: effect });
    expect(told).toMatchObject({ status, value: { status, detail } });
    expect(told.headers["content-type"]).toBe("application/problem+json");
  });

  it("must be JSON, and comes by POST", async () => {
    const { ask, declared } = await start();
    expect((await ask("/api/effects", { method: "POST", body: "{" })).status).toBe(400);
    expect(await ask("/api/effects")).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect(declared).toEqual([]);
  });

  it("needs the role of a change, and is not limited as changes are", async () => {
    const { ask, declared } = await start({ kind: "taken" }, [
      ["reader", ["read"]],
      ["handler", ["operate"]],
    ]);
    const declare = (token: string) =>
      ask("/api/effects", {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(effect),
      });
    expect((await declare("reader")).status).toBe(403);
    for (let i = 0; i < 70; i += 1) expect((await declare("handler")).status).toBe(202);
    expect(declared).toHaveLength(70);
  });
});
