import { describe, expect, it } from "vitest";
import { sampleRoute } from "../../../test/support/admin-flags.ts";
import type { Check } from "../check.ts";
import { startForTest, type SampleAdmin } from "../sample.ts";

const path = "/api/cutover";
const { shadow, dualRun } = sampleRoute.flags;
const route = "default";

const passed: Check = { name: "candidate", status: "ok", text: "it accepts connections" };
const probed: Check = { name: "default: probe", status: "ok", text: "all held" };
const failed: Check = { name: "candidate", status: "fail", text: "the candidate cannot be reached" };

async function cutover({ json }: SampleAdmin, fields: object = {}) {
  const { status, value } = await json(path, { body: { route, ...fields } });
  expect({ status, value }).toMatchObject({ status: 200 });
  return value;
}

describe("a cutover", () => {
  it("switches shadow and dual-run off in one write, and shows before and after", async () => {
    const admin = await startForTest({ checks: async () => [passed] });
    expect(await cutover(admin, { reason: "all green" })).toMatchObject({
      route,
      version: 1,
      before: { shadow: { enabled: null }, dualRun: { enabled: null } },
      after: { shadow: { key: shadow, enabled: false, version: 1 }, dualRun: { key: dualRun, enabled: false } },
      unchanged: false,
      checks: [passed, probed],
    });
    expect(admin.flags.audit).toMatchObject([{ reason: "all green" }, { reason: "all green" }]);
    expect(await cutover(admin)).toMatchObject({ version: 1, unchanged: true });
  });

  it.each([
    [0, 100],
    [0.1, 99.9],
    [10, 90],
    [99.999, 0.001],
  ])("of %d percent leaves %d to both flags, with their lists", async (percent, left) => {
    const admin = await startForTest();
    await admin.json(`/api/flags/${shadow}`, { method: "PATCH", body: { forceOn: ["ana"] } });
    const both = { enabled: true, percent: left };
    expect(await cutover(admin, { percent })).toMatchObject({
      after: { shadow: { ...both, forceOn: ["ana"] }, dualRun: both },
    });
  });

  it("goes back to shadow for everybody, whatever lists there were", async () => {
    const admin = await startForTest();
    await admin.json("/api/audiences/vips", { method: "PUT", body: { members: ["ana"] } });
    const body = { enabled: true, audience: "vips", allowlist: ["ana"], denylist: ["eva"] };
    expect(await admin.json(`/api/flags/${shadow}`, { method: "PUT", body })).toMatchObject({ status: 200 });
    expect(await cutover(admin, { to_shadow: true })).toMatchObject({
      after: {
        shadow: { enabled: true, percent: 100, audience: null, allowlist: null, denylist: [] },
        dualRun: { enabled: false },
      },
    });
  });

  it.each([{}, { percent: 20 }, { break_glass: false }])("is refused while checks fail (%j)", async (fields) => {
    let checks: readonly Check[] = [passed];
    const admin = await startForTest({ checks: async () => checks });
    await cutover(admin, { percent: 10 });
    checks = [passed, failed];
    const { status, value } = await admin.json(path, { body: { route, ...fields } });
    expect(status).toBe(409);
    expect(value).toMatchObject({ checks: [failed], detail: expect.stringContaining("cannot be reached") });
    expect((await admin.json("/api/flags")).value).toMatchObject({ version: 1 });
  });

  it.each([{ to_shadow: true }, { percent: 0 }, { percent: 9 }])("back is never refused (%j)", async (fields) => {
    let checks: readonly Check[] = [passed];
    const admin = await startForTest({ checks: async () => checks });
    await cutover(admin, { percent: 10 });
    checks = [failed];
    expect(await cutover(admin, fields)).toMatchObject({ version: 2, checks: [failed] });
  });

  it("is refused where the candidate's probe fails, and a probe that cannot be is told of", async () => {
    let probe: Check = { ...probed, status: "fail", text: "what it sends REACHES CUSTOMERS" };
    const asked: unknown[] = [];
    const admin = await startForTest({
      checks: async () => [passed],
      probe: async (...args) => {
        asked.push(args);
        return [probe];
      },
    });
    const { status, value } = await admin.json(path, { body: { route, percent: 10 } });
    expect([status, value]).toMatchObject([409, { checks: [probe], detail: expect.stringContaining("REACHES") }]);
    expect((await admin.json("/api/flags")).value).toMatchObject({ version: 0 });
    probe = { ...probed, status: "warn", text: "not probed" };
    expect(await cutover(admin, { percent: 10 })).toMatchObject({ checks: [passed, probe] });
    expect(asked).toEqual([[route], [route]]);
  });

  it.each<readonly [string, object, readonly Check[]]>([
    ["back", { to_shadow: true }, [passed]],
    ["of fewer", { percent: 0 }, [passed]],
    ["by breaking the glass", { break_glass: true, reason: "legacy is down" }, [passed]],
    ["that is refused anyway", { percent: 10 }, [failed]],
  ])("%s asks for no probe", async (_, fields, checks) => {
    const probe = (): never => {
      throw new Error("The candidate is probed");
    };
    const admin = await startForTest({ checks: async () => checks, probe });
    const { status } = await admin.json(path, { body: { route, ...fields } });
    expect(status).toBe(checks.some(({ status: each }) => each === "fail") ? 409 : 200);
  });

  it("is done all the same by breaking the glass, with a reason that the audit keeps", async () => {
    const admin = await startForTest({ checks: async () => [failed] });
    for (const without of [{}, { reason: " " }]) {
      const { status, value } = await admin.json(path, { body: { route, break_glass: true, ...without } });
      expect({ status, value }).toMatchObject({ status: 400, value: { problems: [{ where: "reason" }] } });
    }
    await cutover(admin, { break_glass: true, reason: "legacy is on fire" });
    expect(admin.flags.audit).toMatchObject([
      { reason: "Break-glass: legacy is on fire" },
      { reason: "Break-glass: legacy is on fire" },
    ]);
  });

  it("by percent is refused where both flags are on for closed lists only", async () => {
    const admin = await startForTest();
    const flags = { [shadow]: { enabled: true, allowlist: ["ana"] }, [dualRun]: { enabled: true, allowlist: ["ana"] } };
    expect(await admin.json("/api/flags", { method: "PATCH", body: { flags } })).toMatchObject({ status: 200 });
    const { status, value } = await admin.json(path, { body: { route, percent: 10 } });
    expect(status).toBe(409);
    expect(value).toMatchObject({ detail: expect.stringContaining("closed list") });
  });

  it.each([
    [{}, "route"],
    [{ route: 1 }, "route"],
    [{ route, percent: 100.5 }, "percent"],
    [{ route, percent: 5.1234 }, "percent"],
    [{ route, percent: "5" }, "percent"],
    [{ route, percent: 5, to_shadow: true }, "percent"],
    [{ route, breakGlass: true }, "breakGlass"],
    [{ route, reason: "x".repeat(1_001) }, "reason"],
    [[], "body"],
  ])("cannot be %j", async (body, where) => {
    const { json, flags } = await startForTest();
    const { status, value } = await json(path, { body });
    expect({ status, value }).toMatchObject({ status: 400, value: { problems: [{ where }] } });
    expect(flags.audit).toEqual([]);
  });

  it("is of a route that there is", async () => {
    const { json } = await startForTest();
    expect(await json(path, { body: { route: "nowhere" } })).toMatchObject({ status: 404 });
  });
});
