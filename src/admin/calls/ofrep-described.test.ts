import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { one, post, sampleFlags, startWithFlags } from "../../../test/support/ofrep.ts";
import { descriptionPresent, readDescription, type OfrepDescription } from "../ofrep/sample.ts";
import { sampleToken, startAdmin, type SampleAdmin } from "../sample.ts";

describe.skipIf(!descriptionPresent)("what OFREP describes", () => {
  const path = { one: `${one}/{key}`, all: one };
  const bearer = { authorization: "Bearer reader" };
  const access = { tokens: [sampleToken("reader", ["read"]), sampleToken("idle", [])], hosts: [] };
  const alice = { targetingKey: "alice" };
  let admin: SampleAdmin;
  let described: OfrepDescription;
  beforeAll(async () => {
    admin = await startWithFlags({ access });
    described = readDescription();
  });
  afterAll(() => admin.close());

  it.each([
    ...Object.keys(sampleFlags).map((key) => ["one", 200, `${one}/${key}`, post(alice, bearer)] as const),
    ...Object.keys(sampleFlags).map((key) => ["one", 200, `${one}/${key}`, post({}, bearer)] as const),
    ["one", 200, `${one}/HALF`, post({ ...alice, "sombra.snapshot": 1 }, bearer)],
    ["one", 400, `${one}/HALF`, { method: "POST", headers: bearer, body: "{" }],
    ["one", 400, `${one}/HALF`, post([], bearer)],
    ["one", 404, `${one}/NOT_THERE`, post(alice, bearer)],
    ["one", 401, `${one}/HALF`, post(alice)],
    ["one", 403, `${one}/HALF`, post(alice, { "x-api-key": "idle" })],
    ["all", 200, one, post(alice, { "x-api-key": "reader" })],
    ["all", 200, one, post({}, bearer)],
    ["all", 304, one, post(alice, { ...bearer, "if-none-match": "*" })],
    ["all", 400, one, { method: "POST", headers: bearer, body: "{" }],
    ["all", 400, one, post(null, bearer)],
    ["all", 401, one, post(alice)],
    ["all", 403, one, post(alice, { "x-api-key": "idle" })],
  ] as const)("is what is answered: %s, %d, %s", async (call, status, asked, request) => {
    const answer = await admin.ask(asked, request);
    expect(answer.status).toBe(status);
    expect(described.answerFaults(path[call], answer)).toEqual([]);
  });

  it.each(["one", "all"] as const)("is what is answered where Sombra is at fault: %s", async (call) => {
    const faulty = await startAdmin({ flags: () => null });
    const answer = await faulty.ask(call === "one" ? `${one}/HALF` : one, post(alice));
    await faulty.close();
    expect(answer.status).toBe(500);
    expect(described.answerFaults(path[call], answer)).toEqual([]);
  });

  it("is really looked at", () => {
    const { faults, answerFaults } = described;
    const flag = { key: "A", value: true, reason: "STATIC", variant: "on", metadata: { bucket: 1 } };
    expect(faults("evaluationSuccess", flag)).toEqual([]);
    expect(faults("evaluationSuccess", { ...flag, reason: "DEFAULT" })).not.toEqual([]);
    expect(faults("evaluationSuccess", { ...flag, metadata: { settings: {} } })).not.toEqual([]);
    expect(faults("bulkEvaluationSuccess", { flags: [flag] })).toEqual([]);
    expect(faults("bulkEvaluationSuccess", { flags: [{ ...flag, key: 1 }] })).not.toEqual([]);
    expect(answerFaults(path.one, { status: 404, text: '{"key":"A","errorCode":"GENERAL"}' })).not.toEqual([]);
    expect(() => answerFaults(path.one, { status: 418, text: "{}" })).toThrow("describes no 418");
  });
});
