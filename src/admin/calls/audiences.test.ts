import { describe, expect, it } from "vitest";
import { startForTest } from "../sample.ts";

const vips = "/api/audiences/vips";

describe("audiences", () => {
  it("are set, changed and removed, telling how many there were and are", async () => {
    const { json, flags } = await startForTest();
    const told = async (method: string, body?: object) => (await json(vips, { method, body })).value;
    const name = "vips";
    expect(await told("PUT", { members: ["ana", "eva"] })).toEqual({
      name,
      version: 1,
      before: null,
      after: 2,
      unchanged: false,
    });
    expect(await told("PATCH", { add: ["bia", "eva"], remove: ["ana", "nobody"] })).toMatchObject({
      version: 2,
      before: 2,
      after: 2,
      unchanged: false,
    });
    expect(await told("GET")).toEqual({ name, members: ["eva", "bia"] });
    expect((await json("/api/audiences")).value).toEqual({ audiences: [{ name, count: 2 }] });
    expect(await told("PATCH", {})).toMatchObject({ version: 2, before: 2, after: 2, unchanged: true });
    expect(await told("DELETE")).toEqual({ name, version: 3, before: 2, after: null, unchanged: false });
    expect((await json("/api/audiences")).value).toEqual({ audiences: [] });
    expect(flags.audit.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      "audience-removed vips",
      "audience-set vips",
      "audience-set vips",
    ]);
  });

  it("are in force for the flags that name them at once", async () => {
    const { json } = await startForTest();
    await json(vips, { method: "PUT", body: { members: ["ana"] } });
    await json("/api/flags/CANONICAL", { method: "PUT", body: { enabled: true, audience: "vips" } });
    const decided = async (shopper: string) => (await json(`/feature-flags/CANONICAL?shopper_id=${shopper}`)).value;
    expect(await decided("ana")).toMatchObject({ enabled: true, reason: "enabled" });
    expect(await decided("eva")).toMatchObject({ enabled: false, reason: "audience" });
    await json(vips, { method: "PATCH", body: { add: ["eva"] } });
    expect(await decided("eva")).toMatchObject({ enabled: true });
    const { status, value } = await json(vips, { method: "DELETE" });
    expect(status).toBe(409);
    expect(value).toMatchObject({ detail: expect.stringContaining("`CANONICAL`") });
  });

  it.each(["GET", "PATCH", "DELETE"])("that are not stored are not found (%s)", async (method) => {
    const { json } = await startForTest();
    const body = method === "PATCH" ? { add: ["ana"] } : undefined;
    expect(await json(vips, { method, body })).toMatchObject({ status: 404 });
  });

  it.each([
    ["PUT", vips, {}, "members", "missing"],
    ["PUT", vips, { members: "5511999990000" }, "members", "text of 13 characters"],
    ["PUT", vips, { members: ["ana", 5511999990000] }, "members", "a list"],
    ["PUT", vips, { members: ["ana", " "] }, "audiences.vips.members[1]", "blank"],
    ["PUT", "/api/audiences/very%20important", { members: [] }, "name", expect.any(String)],
    ["PUT", vips, { members: [], add: [] }, "add", "there"],
    ["PATCH", vips, { members: [] }, "members", "there"],
    ["PATCH", vips, { add: null }, "add", "null"],
  ])("cannot be so: %s %s %j", async (method, path, body, where, is) => {
    const { json, flags } = await startForTest();
    await flags.deps.write({
      edits: [{ kind: "audience", name: "vips", members: [] }],
      actor: { kind: "automatic", name: "test" },
      reason: null,
      expect: {},
    });
    const { status, value, headers } = await json(path, { method, body });
    expect(status).toBe(400);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(value).toMatchObject({ problems: [{ where, is, must: expect.any(String) }] });
    expect(JSON.stringify(value)).not.toContain("5511999990000");
    expect(flags.audit).toHaveLength(1);
  });

  it("of a million shoppers are taken whole", async () => {
    const { json } = await startForTest();
    const members = Array.from({ length: 1_000_000 }, (_, index) => `${551_100_000_000 + index}`);
    expect(await json(vips, { method: "PUT", body: { members } })).toMatchObject({ value: { after: 1_000_000 } });
    expect((await json(vips, { method: "PATCH", body: { add: ["ana"] } })).status).toBe(400);
  });
});
