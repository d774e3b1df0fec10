import { describe, expect, it } from "vitest";
import { sampleToken, startForTest } from "../sample.ts";

const flag = "/api/flags/CANONICAL";

describe("members", () => {
  it("are put on a list and taken off", async () => {
    const { json } = await startForTest();
    await json(flag, { method: "PUT", body: { enabled: true, denylist: ["mallory"] } });
    const body = { list: "denylist", add: ["ana"], remove: ["mallory"] };
    const { headers, value } = await json("/api/flags/business-events/members", { body });
    expect(headers).toMatchObject({ etag: '"2"' });
    expect(value).toMatchObject({ before: { denylist: ["mallory"] }, after: { denylist: ["ana"], enabled: true } });
    expect((await json(`${flag}/members`, { body })).value).toMatchObject({ version: 2, unchanged: true });
  });

  it.each([
    [{ add: ["ana"] }, "list", "missing"],
    [{ list: "whitelist", add: [] }, "list", "text of 9 characters"],
    [{ list: "denylist", add: "ana" }, "add", "text of 3 characters"],
    [{ list: "denylist", add: [5_511_999_990_000] }, "add", "a list"],
    [{ list: "denylist", who: [] }, "who", "there"],
    [{ list: "denylist", add: ["ana", ""] }, "flags.CANONICAL.add[1]", "blank"],
    [
      { list: "denylist", add: ["5511999990000"], remove: ["5511999990000"] },
      "flags.CANONICAL.remove[0]",
      "text of 13",
    ],
    [[], "body", "a list"],
  ])("are not %j", async (body, where, is) => {
    const { json } = await startForTest();
    const { status, value } = await json(`${flag}/members`, { body });
    expect({ status, value }).toMatchObject({
      status: 400,
      value: { problems: [{ where, is: expect.stringContaining(is) }] },
    });
    expect(JSON.stringify(value)).not.toContain("5511999990000");
  });

  it("are of a flag that is known", async () => {
    const { json } = await startForTest();
    const body = { list: "denylist", add: ["ana"] };
    expect(await json("/api/flags/NO_SUCH/members", { body })).toMatchObject({ status: 404 });
  });
});

describe("the kill of a flag", () => {
  it.each([
    ["in the query", "?reason=it+sends+twice", undefined, "it sends twice"],
    ["in the body", "", { reason: "it sends twice" }, "it sends twice"],
    ["not at all", "", undefined, null],
    ["at length", `?reason=${"x".repeat(2000)}`, undefined, "x".repeat(1000)],
  ])("switches it off and keeps the rest, the reason given %s", async (_how, query, body, reason) => {
    const { json, flags } = await startForTest();
    await json(flag, { method: "PUT", body: { enabled: true, percent: 50, forceOn: ["ana"] } });
    const { value } = await json(
      `/api/flags/business-events/kill${query}`,
      body === undefined ? { method: "POST" } : { body },
    );
    expect(value).toMatchObject({
      key: "CANONICAL",
      before: { enabled: true, percent: 50 },
      after: { enabled: false, percent: 50, forceOn: ["ana"] },
    });
    expect(flags.audit[0]).toMatchObject({ action: "flag-killed", reason });
    expect((await json("/feature-flags/CANONICAL?shopper_id=ana")).value).toMatchObject({ reason: "disabled" });
    expect((await json(`${flag}/kill`, { method: "POST" })).value).toMatchObject({ unchanged: true });
  });

  it("bears the name of the token", async () => {
    const { ask, flags } = await startForTest({ access: { tokens: [sampleToken("eva", ["operate"])], hosts: [] } });
    await ask(`${flag}/kill`, { method: "POST", headers: { authorization: "Bearer eva" } });
    expect(flags.audit).toMatchObject([{ actor: { kind: "token", name: "eva" }, after: { updatedBy: "eva" } }]);
  });
});
