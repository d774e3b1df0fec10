import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature, type Client } from "@openfeature/server-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HALF_OFF, HALF_ON, set, startWithFlags, versionOf } from "../../../test/support/ofrep.ts";
import type { SampleAdmin } from "../sample.ts";

describe("an OpenFeature client", () => {
  let admin: SampleAdmin;
  let client: Client;
  beforeAll(async () => {
    admin = await startWithFlags();
    await OpenFeature.setProviderAndWait("sombra", new OFREPProvider({ baseUrl: `http://127.0.0.1:${admin.port}` }));
    client = OpenFeature.getClient("sombra");
  });
  afterAll(async () => {
    await OpenFeature.close();
    await admin.close();
  });

  it.each([
    ["EVERYBODY", "alice", true, "STATIC", "enabled"],
    ["NOBODY", "alice", false, "DISABLED", "disabled"],
    ["LISTED", "alice", true, "TARGETING_MATCH", "allowlist"],
    ["LISTED", "carol", false, "TARGETING_MATCH", "allowlist"],
    ["LISTED", "mallory", false, "TARGETING_MATCH", "denylist"],
    ["LISTED", "bob", true, "TARGETING_MATCH", "force_on"],
    ["MEMBERS", "alice", true, "STATIC", "enabled"],
    ["MEMBERS", "carol", false, "TARGETING_MATCH", "audience"],
    ["HALF", HALF_ON, true, "SPLIT", "percent"],
    ["HALF", HALF_OFF, false, "SPLIT", "percent"],
    ["UNSET", "alice", false, "STATIC", "default"],
    ["CANONICAL_SHADOW", "alice", true, "STATIC", "fail_on"],
  ])("is told of %s for %s: %s", async (key, shopper, value, reason, rule) => {
    const details = await client.getBooleanDetails(key, !value, { targetingKey: shopper });
    expect(details).toMatchObject({ value, reason, variant: value ? "on" : "off", flagMetadata: { rule } });
    expect(details.errorCode).toBeUndefined();
  });

  it("without a shopper is told what holds for everybody", async () => {
    expect(await client.getBooleanValue("WHOLE", false)).toBe(true);
    expect(await client.getBooleanValue("HALF", true)).toBe(false);
    expect(await client.getBooleanValue("LISTED", true)).toBe(false);
  });

  it("falls back on its code for an unknown flag", async () => {
    for (const fallback of [true, false]) {
      const details = await client.getBooleanDetails("NOT_THERE", fallback, { targetingKey: "alice" });
      expect(details).toMatchObject({ value: fallback, errorCode: "FLAG_NOT_FOUND" });
    }
    expect(await client.getBooleanDetails("not/there", true)).toMatchObject({ errorCode: "FLAG_NOT_FOUND" });
  });

  it("follows a change and the kill switch from the next evaluation on", async () => {
    const ask = (): Promise<boolean> => client.getBooleanValue("FOLLOWED", false, { targetingKey: "dora" });
    await set(admin, { kind: "put", key: "FOLLOWED", fields: { allowlist: ["dora"] } });
    expect(await ask()).toBe(true);
    await set(admin, { kind: "members", key: "FOLLOWED", list: "denylist", add: ["dora"], remove: [] });
    expect(await ask()).toBe(false);
    const order = { actor: { kind: "token", name: "test" }, reason: null } as const;
    await admin.flags.deps.kill({ ...order, killed: true });
    const details = await client.getBooleanDetails("EVERYBODY", true, { targetingKey: "alice" });
    expect(details).toMatchObject({ value: false, reason: "DISABLED", flagMetadata: { rule: "killed" } });
    await admin.flags.deps.kill({ ...order, killed: false });
    expect(await client.getBooleanValue("EVERYBODY", false, { targetingKey: "alice" })).toBe(true);
  });

  it("gets bucket, threshold, versions and settings with the decision", async () => {
    const { flagMetadata } = await client.getBooleanDetails("HALF", false, { targetingKey: HALF_ON });
    const { settings, bucket, ...rest } = flagMetadata;
    expect(JSON.parse(String(settings))).toEqual({ model: "small", limits: [1, 2] });
    expect(bucket).toBe(16_575);
    const version = versionOf(admin);
    expect(rest).toEqual({
      rule: "percent",
      threshold: 50_000,
      flagVersion: 1,
      source: "sqlite",
      version,
      stale: false,
    });
  });
});
