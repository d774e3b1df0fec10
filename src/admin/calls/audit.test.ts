import { describe, expect, it } from "vitest";
import { sampleToken, startForTest, type SampleAdmin } from "../sample.ts";

const tokens = ["ana", "eva"].map((name) => sampleToken(name, ["operate"]));

/** Five changes, a second apart, by ana and eva in turn. */
async function startWithChanges(): Promise<SampleAdmin> {
  const admin = await startForTest({ access: { tokens, hosts: [] } });
  for (let index = 1; index <= 5; index += 1) {
    const headers = { authorization: `Bearer ${index % 2 === 0 ? "eva" : "ana"}` };
    const key = index > 3 ? "OTHER" : "CANONICAL";
    const asked = { method: "PATCH", body: { percent: index }, headers };
    expect(await admin.json(`/api/flags/${key}?reason=step+${index}`, asked)).toMatchObject({ status: 200 });
  }
  return admin;
}

function audit({ json }: SampleAdmin, query: string) {
  return json(`/api/audit${query}`, { headers: { authorization: "Bearer ana" } });
}

describe("the audit", () => {
  it("says who changed what, when and why, newest first", async () => {
    const { value } = await audit(await startWithChanges(), "");
    expect(value).toMatchObject({
      next: null,
      entries: [
        { seq: 5, subject: "OTHER", actor: { kind: "token", name: "ana" } },
        { seq: 4, subject: "OTHER", before: null, after: { percent: 4 }, actor: { kind: "token", name: "eva" } },
        { seq: 3, subject: "CANONICAL", before: { percent: 2 }, after: { percent: 3 }, reason: "step 3", version: 3 },
        { seq: 2, action: "flag-set", at: "2026-01-02T03:04:06.000Z" },
        { seq: 1, previous: "" },
      ],
    });
  });

  it.each([
    ["?subject=OTHER", [5, 4]],
    ["?flag=OTHER", [5, 4]],
    ["?actor=eva", [4, 2]],
    ["?actor=eva&subject=OTHER", [4]],
    ["?action=flag-removed", []],
    ["?action=flag-set&limit=1", [5]],
    ["?before_seq=3", [2, 1]],
    ["?from=2026-01-02T03:04:08Z", [5, 4]],
    ["?to=2026-01-02T03:04:06Z", [2, 1]],
    ["?from=2026-01-02T04:04:06%2B01:00&to=2026-01-02T03:04:07.000Z", [3, 2]],
    ["?from=2026-01-02T04:04:09+01:00", [5]],
    ["?from=2026-01-02&to=2026-01-02", [5, 4, 3, 2, 1]],
    ["?from=2026-01-03", []],
    ["?to=2026-01-01", []],
    ["?subject=&limit=", [5, 4, 3, 2, 1]],
  ])("is asked for in parts: %s", async (query, expected) => {
    const { status, value } = await audit(await startWithChanges(), query);
    expect(status).toBe(200);
    expect(value).toMatchObject({ entries: expected.map((seq) => ({ seq })) });
  });

  it("is turned page by page", async () => {
    const admin = await startWithChanges();
    expect((await audit(admin, "?limit=2")).value).toMatchObject({ entries: [{ seq: 5 }, { seq: 4 }], next: 4 });
    expect((await audit(admin, "?limit=2&before_seq=4")).value).toMatchObject({ next: 2 });
    expect((await audit(admin, "?limit=2&before_seq=2")).value).toMatchObject({ entries: [{ seq: 1 }], next: null });
    expect((await audit(admin, "?limit=1&before_seq=2")).value).toMatchObject({ entries: [{ seq: 1 }], next: null });
  });

  it.each([
    ["?limit=0", "limit"],
    ["?limit=1001", "limit"],
    ["?limit=ten", "limit"],
    ["?before_seq=-1", "before_seq"],
    ["?from=yesterday", "from"],
    ["?from=2026-01-02T03:04:05", "from"],
    ["?to=2026-13-01", "to"],
  ])("cannot be asked for with %s", async (query, where) => {
    const { json } = await startForTest();
    const { status, value } = await json(`/api/audit${query}`);
    expect({ status, value }).toMatchObject({ status: 400, value: { problems: [{ where }] } });
  });

  it("is checked", async () => {
    const { json } = await startForTest({ checkAudit: async () => ({ entries: 7, brokenAt: 3 }) });
    expect((await json("/api/audit/check")).value).toEqual({ entries: 7, broken_at: 3 });
  });

  it.each(["/api/audit", "/api/audit/check"])("is not there without the store (%s)", async (path) => {
    const { json, flags } = await startForTest();
    flags.lose("Redis does not answer");
    const { status, value } = await json(path);
    expect(status).toBe(503);
    expect(value).toMatchObject({ detail: expect.stringContaining("Redis does not answer") });
  });
});

describe("the doctor", () => {
  it("tells what was looked at", async () => {
    const checks = [{ name: "store", status: "warn", text: "it is slow" }] as const;
    const { json } = await startForTest({ checks: async () => checks });
    expect((await json("/api/doctor")).value).toEqual({ checks });
  });

  it("probes where it is told to, by nothing that a link could do", async () => {
    const { json } = await startForTest({});
    const checks = [{ name: "default: probe", status: "ok", text: "all held" }];
    expect((await json("/api/doctor/probe", { method: "POST" })).value).toEqual({ checks });
    expect((await json("/api/doctor/probe")).status).toBe(405);
  });
});
