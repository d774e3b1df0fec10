import { describe, expect, it } from "vitest";
import { createSampleFlags, sampleFlag, sampleNow, sampleRoute } from "../../../test/support/admin-flags.ts";
import { startForTest, type SampleAdmin } from "../sample.ts";

const path = "/api/internal/flags/update";

async function update({ json }: SampleAdmin, body: object) {
  const { status, value } = await json(path, { body });
  expect({ status, value }).toMatchObject({ status: 200 });
  return value;
}

const untouched = {
  enabled: null,
  shadow_mode: null,
  allowlist: null,
  denylist: [],
  percent_rollout: null,
  active: false,
};

describe("an update in the guide's form", () => {
  it("keeps what is absent, and shows before and after", async () => {
    const admin = await startForTest();
    const after = { ...untouched, enabled: true, percent_rollout: 5, denylist: ["mallory"], active: true };
    expect(
      await update(admin, { name: "CANONICAL", enabled: true, percent_rollout: 5, denylist: ["mallory"] }),
    ).toEqual({ name: "CANONICAL", version: 1, before: untouched, after, unchanged: false });
    expect(await update(admin, { name: "CANONICAL", percent_rollout: 10 })).toEqual({
      name: "CANONICAL",
      version: 2,
      before: after,
      after: { ...after, percent_rollout: 10 },
      unchanged: false,
    });
    expect(await update(admin, { name: "CANONICAL", percent_rollout: 10 })).toMatchObject({
      version: 2,
      unchanged: true,
    });
  });

  it("sets the shadow flag of the route with `shadow_mode`, in one write", async () => {
    const admin = await startForTest();
    expect(await update(admin, { name: "CANONICAL", enabled: true, shadow_mode: true })).toMatchObject({
      version: 1,
      before: { shadow_mode: null },
      after: { enabled: true, shadow_mode: true },
    });
    expect((await admin.json("/api/flags/CANONICAL_SHADOW")).value).toMatchObject({ enabled: true, version: 1 });
  });

  it("shows the shadow flag of each route that shares the flag", async () => {
    const other = { ...sampleRoute, name: "other", flags: { ...sampleRoute.flags, shadow: "OTHER_SHADOW" } };
    const admin = await startForTest({ routes: () => [sampleRoute, other] });
    expect(await update(admin, { name: "CANONICAL", enabled: true, shadow_mode: true })).toMatchObject({
      before: { shadow_mode: null, shadow_modes: { CANONICAL_SHADOW: null, OTHER_SHADOW: null } },
      after: { shadow_mode: true, shadow_modes: { CANONICAL_SHADOW: true, OTHER_SHADOW: true } },
    });
    await admin.json("/api/flags/CANONICAL_SHADOW", { method: "PATCH", body: { enabled: null, percent: 50 } });
    expect(await update(admin, { name: "CANONICAL", percent_rollout: 5 })).toMatchObject({
      after: { shadow_mode: null, shadow_modes: { CANONICAL_SHADOW: null, OTHER_SHADOW: true } },
    });
  });

  it("takes the record out with `active: false`: the environment decides", async () => {
    const admin = await startForTest({}, [sampleFlag({ percent: 2 })]);
    await update(admin, { name: "CANONICAL", enabled: true, percent_rollout: 50 });
    expect(await update(admin, { name: "CANONICAL", active: false, percent_rollout: 99 })).toMatchObject({
      before: { enabled: true, percent_rollout: 50, active: true },
      after: { enabled: null, percent_rollout: 2, active: false },
    });
  });

  it("takes an alias, and flags of no route", async () => {
    const admin = await startForTest();
    expect(await update(admin, { name: "business-events", enabled: true })).toMatchObject({ name: "CANONICAL" });
    const { after } = { after: {}, ...Object(await update(admin, { name: "f5tts_engine", enabled: true })) };
    expect(after).toEqual({
      enabled: true,
      allowlist: null,
      denylist: [],
      percent_rollout: null,
      active: true,
    });
  });

  it.each([
    [{ enabled: true }, "name"],
    [{ name: "with space" }, "name"],
    [{ name: "CANONICAL", percent_rollout: 100.5 }, "percent_rollout"],
    [{ name: "CANONICAL", percent_rollout: "5" }, "percent_rollout"],
    [{ name: "CANONICAL", active: "no" }, "active"],
    [{ name: "CANONICAL", shadow_mode: 0 }, "shadow_mode"],
    [{ name: "CANONICAL_DUAL", shadow_mode: true }, "shadow_mode"],
    [{ name: "CANONICAL", percent: 5 }, "percent"],
    [[], "body"],
  ])("is refused with what is wrong: %j", async (body, where) => {
    const { json, flags } = await startForTest();
    const { status, value } = await json(path, { body });
    expect({ status, value }).toMatchObject({
      status: 400,
      value: {
        problems: [{ where: expect.stringContaining(where), is: expect.any(String), must: expect.any(String) }],
      },
    });
    expect(flags.audit).toEqual([]);
  });

  it("never takes out a shadow or dual-run flag", async () => {
    const { json } = await startForTest();
    const { status, value } = await json(path, { body: { name: "CANONICAL_SHADOW", active: false } });
    expect(status).toBe(409);
    expect(value).toMatchObject({ detail: expect.stringContaining("this would cut over") });
  });
});

describe("GET /rollout", () => {
  const uncounted = { events_last_hour: -1, events_by_type: {} };

  it.each([
    [{ enabled: true, percent: 0 }, false, 0, "disabled"],
    [{ enabled: true, percent: 2 }, true, 2, "canary_2pct"],
    [{ enabled: true, percent: 5 }, true, 5, "canary_2pct"],
    [{ enabled: true, percent: 5.001 }, true, 5.001, "canary_10pct"],
    [{ percent: 15 }, true, 15, "canary_10pct"],
    [{ enabled: true, percent: 60 }, true, 60, "canary_50pct"],
    [{ enabled: true, percent: 15.001 }, true, 15.001, "canary_50pct"],
    [{ enabled: true, percent: 60.001 }, true, 60.001, "full_rollout"],
    [{ enabled: true, percent: 100 }, true, 100, "full_rollout"],
    [{ enabled: true }, true, 100, "full_rollout"],
    [{ enabled: false, percent: 60 }, false, 0, "disabled"],
    [{ enabled: true, allowlist: ["ana"], percent: 60 }, true, 0, "disabled"],
    [{}, false, 0, "disabled"],
  ])("tells of %j", async (fields, enabled, percentage, phase) => {
    const { json } = await startForTest({}, [sampleFlag(fields)]);
    for (const name of ["CANONICAL", "business-events"]) {
      expect((await json(`/rollout/${name}`)).value).toEqual({
        enabled,
        percentage,
        force_on_count: 0,
        phase,
        ...uncounted,
      });
    }
  });

  it("counts who is forced on", async () => {
    const { json } = await startForTest({}, [sampleFlag({ percent: 2, forceOn: ["ana", "eva"] })]);
    expect((await json("/rollout/CANONICAL")).value).toMatchObject({ enabled: true, force_on_count: 2 });
  });

  it("says nowhere while the kill switch or SOMBRA_FORCE_OFF is in force", async () => {
    const environment = [sampleFlag({ enabled: true, percent: 50, forceOn: ["ana"] })];
    const nowhere = { enabled: false, percentage: 0, force_on_count: 1, phase: "disabled" };
    const { json, ask } = await startForTest({}, environment);
    await ask("/api/kill", { method: "POST" });
    expect((await json("/rollout/CANONICAL")).value).toMatchObject(nowhere);
    const { deps } = createSampleFlags(environment, ["CANONICAL"]);
    const forced = await startForTest(deps);
    expect((await forced.json("/rollout/CANONICAL")).value).toMatchObject(nowhere);
  });

  it("says that a shadow flag of which nobody says anything is on", async () => {
    const { json } = await startForTest();
    expect((await json("/rollout/CANONICAL_SHADOW")).value).toMatchObject({ enabled: true, percentage: 100 });
  });

  it("counts the events of the last hour that the sides declared, and tells the sides apart", async () => {
    let now = sampleNow;
    const { json, tally, record } = await startForTest({ now: () => now });
    const publish = (side: string, type: string, n: number): void =>
      tally.counter("canonical_events_published_count", { side, event_type: type }).add(n);
    publish("legacy", "order_created", 2);
    publish("candidate", "order_created", 1);
    publish("candidate", "order_paid", 4);
    record(now);
    expect((await json("/rollout/CANONICAL")).value).toMatchObject({
      events_last_hour: 7,
      events_by_type: { order_created: 3, order_paid: 4 },
      events_by_side: { legacy: { order_created: 2 }, candidate: { order_created: 1, order_paid: 4 } },
      events_since: "2026-01-02T03:04:05.000Z",
    });
    now += 3_600_000;
    record(now);
    expect((await json("/rollout/business-events")).value).toMatchObject({ events_last_hour: 0, events_by_type: {} });
  });
});
