import { describe, expect, it } from "vitest";
import { createSampleFlags, sampleFlag, sampleNow } from "../../../test/support/admin-flags.ts";
import { startForTest, type SampleAdmin } from "../sample.ts";

// Of `CANONICAL:<shopper>` ana has bucket 57062, eva 31785.
const environment = [sampleFlag({ description: "New pipeline", enabled: true, percent: 50, settings: { speed: 2 } })];

const stored = {
  key: "CANONICAL",
  description: "",
  enabled: true,
  percent: 5,
  allowlist: null,
  denylist: ["mallory"],
  forceOn: [],
  audience: null,
  default: false,
  salt: null,
  bucketing: "murmur3",
  settings: {},
  version: 1,
  updatedAt: new Date(sampleNow).toISOString(),
  updatedBy: "loopback",
};

async function put({ json }: SampleAdmin, key: string, fields: object): Promise<void> {
  const { status } = await json(`/api/flags/${key}`, { method: "PUT", body: fields });
  expect(status).toBe(200);
}

describe("flags", () => {
  it("are listed as they are in force, whole, with their source and what they override", async () => {
    const admin = await startForTest({}, environment);
    const inEnvironment = await admin.json("/feature-flags");
    expect(inEnvironment.value).toEqual({
      flags: [
        { ...environment[0], source: "env", overridden: [] },
        ...["CANONICAL_SHADOW", "CANONICAL_DUAL", "CANONICAL_BACK"].map((key) =>
          expect.objectContaining({ key, enabled: null, version: 0, source: "code" }),
        ),
      ],
    });
    await put(admin, "CANONICAL", { enabled: true, percent: 5, denylist: ["mallory"] });
    const { value } = await admin.json("/feature-flags");
    expect(value).toMatchObject({ flags: [{ ...stored, source: "sqlite", overridden: ["env"] }, {}, {}, {}] });
  });

  it("are told with the store and the audiences, under the version of everything", async () => {
    const { json } = await startForTest();
    expect(await json("/api/flags")).toMatchObject({ headers: { etag: '"0"' }, value: { version: 0, audiences: [] } });
    await json("/api/audiences/vips", { method: "PUT", body: { members: ["ana", "eva"] } });
    const { headers, value } = await json("/api/flags");
    expect(headers).toMatchObject({ etag: '"1"' });
    expect(value).toMatchObject({
      version: 1,
      store: { kind: "sqlite", up: true, confirmedAt: sampleNow, writable: true, problem: null, unreadable: [] },
      flags: [{ key: "CANONICAL", source: "code" }, {}, {}, {}],
      audiences: [{ name: "vips", count: 2 }],
    });
  });

  it.each(["CANONICAL", "business-events"])("are told one by one, by key or alias (%s)", async (name) => {
    const admin = await startForTest({}, environment);
    expect(await admin.json(`/api/flags/${name}`)).toMatchObject({
      headers: { etag: '"0"' },
      value: { key: "CANONICAL", percent: 50, version: 0, source: "env" },
    });
    await put(admin, name, { enabled: true, percent: 5, denylist: ["mallory"] });
    const { headers, value } = await admin.json(`/api/flags/${name}`);
    expect(headers).toMatchObject({ etag: '"1"' });
    expect(value).toEqual({ ...stored, source: "sqlite", overridden: ["env"] });
  });

  it.each(["/feature-flags/NO_SUCH", "/api/flags/NO_SUCH", "/api/flags/NO_SUCH/explain", "/rollout/NO_SUCH"])(
    "that nobody knows are not found (%s)",
    async (path) => {
      const { json } = await startForTest();
      const { status, headers, value } = await json(path);
      expect({ status, type: headers["content-type"] }).toEqual({ status: 404, type: "application/problem+json" });
      expect(value).toMatchObject({ detail: expect.stringContaining("GET /feature-flags lists them") });
    },
  );
});

describe("a decision", () => {
  it.each([
    ["shopper_id", "?shopper_id=eva", true, 31_785],
    ["user_id", "?user_id=eva", true, 31_785],
    ["both, of which shopper_id counts", "?user_id=ana&shopper_id=eva", true, 31_785],
    ["another", "?shopper_id=ana", false, 57_062],
    ["nobody", "", false, null],
    ["an empty name", "?shopper_id=", false, null],
    ["an empty shopper_id beside a user_id", "?shopper_id=&user_id=eva", true, 31_785],
  ])("is made for %s", async (_whom, query, enabled, bucket) => {
    const { json } = await startForTest({}, environment);
    const expected = { enabled, reason: "percent", bucket, version: 0, source: "env", settings: { speed: 2 } };
    for (const name of ["CANONICAL", "business-events"]) {
      expect((await json(`/feature-flags/${name}${query}`)).value).toEqual({ key: "CANONICAL", ...expected });
    }
  });

  it("is explained", async () => {
    const admin = await startForTest();
    await put(admin, "CANONICAL", { enabled: true, percent: 50, forceOn: ["joe"], settings: { speed: 2 } });
    const common = { key: "CANONICAL", version: 1, source: "sqlite", settings: { speed: 2 } };
    const explained = async (shopper: string) =>
      (await admin.json(`/api/flags/business-events/explain?shopper_id=${shopper}`)).value;
    expect(await explained("eva")).toEqual({
      ...common,
      enabled: true,
      reason: "percent",
      bucket: 31_785,
      threshold: 50_000,
      list: null,
      sentence: "On: the shopper's bucket 31785 is below the threshold 50000",
    });
    expect(await explained("joe")).toMatchObject({ enabled: true, reason: "force_on", list: "forceOn", bucket: null });
    await admin.ask("/api/kill", { method: "POST" });
    expect(await explained("joe")).toMatchObject({ enabled: false, reason: "killed", list: null });
  });

  it("says that SOMBRA_FORCE_OFF made it", async () => {
    const { json } = await startForTest(createSampleFlags(environment, ["CANONICAL"]).deps);
    const { value } = await json("/feature-flags/CANONICAL?shopper_id=eva");
    expect(value).toMatchObject({ enabled: false, reason: "force_off" });
  });
});
