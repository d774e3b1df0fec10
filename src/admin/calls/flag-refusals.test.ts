import { describe, expect, it } from "vitest";
import { sampleFlag } from "../../../test/support/admin-flags.ts";
import { startForTest } from "../sample.ts";

const flag = "/api/flags/CANONICAL";

describe("a flag that cannot be written so", () => {
  const percentMust = "a number from 0 to 100 with at most three decimals, or null";

  it.each([
    [{ percent: -1 }, "flags.CANONICAL.percent", "-1", percentMust],
    [{ percent: 100.5 }, "flags.CANONICAL.percent", "100.5", percentMust],
    [{ percent: "5" }, "flags.CANONICAL.percent", '"5"', percentMust],
    [{ percent: 5.12345 }, "flags.CANONICAL.percent", "5.12345", percentMust],
    [{ enabled: true, percentage: 101 }, "flags.CANONICAL.percentage", "101", percentMust],
    [{ percent: 5, percentage: 5 }, "flags.CANONICAL.percentage", "there", "absent, as `percent` says the same"],
    [{ enabled: "yes" }, "flags.CANONICAL.enabled", '"yes"', "true or false, or null"],
    [{ colour: 1 }, 'flags.CANONICAL."colour"', "there", "absent: a flag has no such field"],
    [{ audience: "vips" }, "flags.CANONICAL.audience", '"vips"', "the name of a stored audience, or null"],
    [{ key: "OTHER" }, "flags.CANONICAL.key", '"OTHER"', 'absent, or "CANONICAL"'],
    [[], "flags.CANONICAL", "a list", "a JSON object"],
    ["on", "flags.CANONICAL", '"on"', "a JSON object"],
  ])("is refused with what is wrong and where: %j", async (body, where, is, must) => {
    const { json, flags } = await startForTest();
    const single = await json(flag, { method: "PUT", body });
    expect(single).toMatchObject({ status: 400, headers: { "content-type": "application/problem+json" } });
    expect(single.value).toMatchObject({
      detail: `${where} must be ${must}: it is ${is}`,
      problems: [{ where, is, must }],
    });
    expect(await json("/api/flags", { method: "PATCH", body: { flags: { "business-events": body } } })).toMatchObject({
      status: 400,
      value: { problems: [{ where, is, must }] },
    });
    expect(flags.audit).toEqual([]);
  });

  it.each([
    [{ denylist: ["5511999990000", "5511999990000"] }, "denylist[1]"],
    [{ allowlist: ["ana", " 5511999990000"] }, "allowlist[1]"],
    [{ forceOn: [5_511_999_990_000] }, "forceOn[0]"],
    [{ denylist: "5511999990000" }, "denylist"],
    [{ audience: "5511999990000" }, "audience"],
    [{ "5511999990000": true }, "text that may be personal"],
    [{ salt: "5511999990000 " }, "salt"],
  ])("is refused without showing a shopper: %j", async (body, where) => {
    const { json } = await startForTest();
    for (const asked of [
      ["/api/flags/CANONICAL", body],
      ["/api/flags", { flags: { CANONICAL: body } }],
    ] as const) {
      const { status, value } = await json(asked[0], { method: "PATCH", body: asked[1] });
      expect(status).toBe(400);
      expect(JSON.stringify(value)).toContain(where);
      expect(JSON.stringify(value)).not.toContain("5511999990000");
    }
  });

  it.each(["PUT", "PATCH", "DELETE"])("by its key is refused (%s)", async (method) => {
    const { json } = await startForTest();
    const { status, value } = await json(
      "/api/flags/two%20words",
      method === "DELETE" ? { method } : { method, body: {} },
    );
    expect({ status, value }).toMatchObject({
      status: 400,
      value: { problems: [{ where: "key", is: '"two words"' }] },
    });
  });

  it.each([
    ['{"percent": 5,}', "Body must be JSON: it is not from line 1, column 15 on"],
    ['{\n  "percent": NaN\n}', "Body must be JSON: it is not from line 2, column 14 on"],
    ["", "Body must be JSON: it is empty"],
  ])("because it is not JSON (%j) is refused with the place", async (body, detail) => {
    const { ask } = await startForTest();
    for (const [method, path] of [
      ["PUT", flag],
      ["PATCH", "/api/flags"],
      ["POST", `${flag}/members`],
      ["POST", "/api/internal/flags/update"],
      ["PUT", "/api/audiences/vips"],
      ["POST", "/api/cutover"],
    ] as const) {
      const { status, text } = await ask(path, { method, body });
      expect({ path, status, problem: JSON.parse(text) }).toMatchObject({ path, status: 400, problem: { detail } });
    }
  });

  it("because it is not UTF-8 is refused", async () => {
    const { port } = await startForTest();
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    const answer = await fetch(`http://127.0.0.1:${port}${flag}`, { method: "PUT", body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("not UTF-8") });
  });

  it("because its reason is a book is refused", async () => {
    const { json } = await startForTest();
    const { status, value } = await json(`${flag}?reason=${"x".repeat(1001)}`, { method: "PUT", body: {} });
    expect({ status, value }).toMatchObject({ status: 400, value: { problems: [{ where: "reason" }] } });
  });

  it("because the store does not answer is refused, and nothing is changed", async () => {
    const { json, flags } = await startForTest({}, [sampleFlag({ percent: 5 })]);
    flags.lose("Redis does not answer");
    for (const [method, path, body] of [
      ["PUT", flag, { percent: 10 }],
      ["PATCH", "/api/flags", { flags: { CANONICAL: { percent: 10 } } }],
      ["POST", `${flag}/kill`, {}],
      ["PUT", "/api/audiences/vips", { members: [] }],
      ["POST", "/api/internal/flags/update", { name: "CANONICAL", percent_rollout: 10 }],
    ] as const) {
      const { status, value } = await json(path, { method, body });
      expect({ path, status, value }).toMatchObject({
        path,
        status: 503,
        value: { detail: "Redis does not answer" },
      });
    }
    expect((await json(flag)).value).toMatchObject({ percent: 5, source: "env" });
  });
});

describe("a shadow or dual-run flag", () => {
  const keys = ["CANONICAL_SHADOW", "CANONICAL_DUAL"];

  it.each(keys)("is never killed, removed, or off by what is not said (%s)", async (key) => {
    const { json, flags } = await startForTest();
    await json(`/api/flags/${key}`, { method: "PUT", body: { enabled: true, percent: 100 } });
    for (const [method, path, body] of [
      ["POST", `/api/flags/${key}/kill`, {}],
      ["DELETE", `/api/flags/${key}`, {}],
      ["PUT", `/api/flags/${key}`, { percentage: 50 }],
      ["PATCH", `/api/flags/${key}`, { percentage: 50, force_on: [] }],
      ["PATCH", "/api/flags", { flags: { CANONICAL: { enabled: true }, [key]: { percentage: 50 } } }],
      ["PUT", `/api/flags/${key}`, { enabled: true, allowlist: [] }],
      ["POST", `/api/flags/${key}/members`, { list: "allowlist", add: ["ana"] }],
      ["POST", "/api/internal/flags/update", { name: key, active: false }],
      ["POST", "/api/internal/flags/update", { name: key, allowlist: [], percent_rollout: null }],
    ] as const) {
      const { status, value } = await json(path, { method, body });
      expect({ method, path, status, value }).toMatchObject({
        method,
        path,
        status: 409,
        value: { title: "Conflict", detail: expect.stringContaining("this would cut over") },
      });
    }
    expect(flags.audit).toHaveLength(1);
  });

  it.each(keys)(
    "may not be killed where no store has it either, and the answer says what to kill (%s)",
    async (key) => {
      const { json } = await startForTest();
      expect((await json(`/api/flags/${key}/kill`, { method: "POST" })).value).toMatchObject({
        detail: expect.stringContaining("kill the `CANONICAL` flag"),
      });
    },
  );

  it("is off where a value says so", async () => {
    const { json } = await startForTest();
    const off = { method: "PATCH", body: { enabled: false } };
    expect(await json("/api/flags/CANONICAL_SHADOW", off)).toMatchObject({ status: 200 });
  });
});
