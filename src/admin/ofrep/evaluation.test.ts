import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../flags/index.ts";
import { ROUTE, compiled, routeSnapshot } from "../../flags/sample.ts";
import { evaluate, keysOf, type Evaluation } from "./evaluation.ts";

const key = "CHECKOUT_ENABLED";

function snapshotWith(changes: Parameters<typeof compiled>[0], parts: Partial<Snapshot> = {}): Snapshot {
  return { ...routeSnapshot({}), flags: new Map([[key, compiled(changes)]]), ...parts };
}

function asked(snapshot: Snapshot, of = key, shopper: string | null = "alice"): Evaluation {
  return evaluate({ snapshot, shopper, metadata: {} }, of);
}

describe("an evaluation", () => {
  it.each([
    ["killed", "DISABLED", false, asked(snapshotWith({ enabled: true }, { killed: true }))],
    ["force_off", "DISABLED", false, asked(snapshotWith({ enabled: true }, { forceOff: new Set([key]) }))],
    ["disabled", "DISABLED", false, asked(snapshotWith({ enabled: false }))],
    ["denylist", "TARGETING_MATCH", false, asked(snapshotWith({ denylist: ["alice"] }))],
    ["force_on", "TARGETING_MATCH", true, asked(snapshotWith({ forceOn: ["alice"] }))],
    ["audience", "TARGETING_MATCH", false, asked(snapshotWith({ audience: "nobody" }))],
    ["allowlist", "TARGETING_MATCH", true, asked(snapshotWith({ allowlist: ["alice"] }))],
    ["percent", "SPLIT", true, asked(snapshotWith({ percent: 100 }))],
    ["enabled", "STATIC", true, asked(snapshotWith({ enabled: true }))],
    ["default", "STATIC", true, asked(snapshotWith({ default: true }))],
    ["fail_on", "STATIC", true, asked(routeSnapshot({}), ROUTE.shadow)],
  ])("by rule %s has OFREP's reason %s", (rule, reason, value, evaluation) => {
    expect(evaluation).toMatchObject({ value, variant: value ? "on" : "off", reason, metadata: { rule } });
  });

  it("has a threshold where a percentage decides, and a bucket where a shopper is in one", () => {
    const snapshot = snapshotWith({ percent: 12.345 });
    expect(asked(snapshot).metadata).toMatchObject({ threshold: 12_345, bucket: expect.any(Number) });
    const { metadata } = asked(snapshot, key, null);
    expect(metadata).toMatchObject({ threshold: 12_345 });
    expect(metadata).not.toHaveProperty("bucket");
    expect(asked(snapshotWith({ percent: 50, forceOn: ["alice"] })).metadata).not.toHaveProperty("threshold");
  });

  it("has settings as text, and none where there are none", () => {
    const { metadata } = asked(snapshotWith({ settings: { model: "small", limits: { tokens: [1, 2] } } }));
    expect(metadata.settings).toBe('{"model":"small","limits":{"tokens":[1,2]}}');
    expect(asked(snapshotWith({})).metadata).not.toHaveProperty("settings");
  });

  it("says what it was told of the snapshot", () => {
    const told = { version: 7, stale: true };
    expect(evaluate({ snapshot: snapshotWith({ version: 3 }), shopper: null, metadata: told }, key).metadata).toEqual({
      rule: "default",
      flagVersion: 3,
      source: "sqlite",
      ...told,
    });
  });
});

describe("the keys of a snapshot", () => {
  it("are those of its flags and of the flags of routes, each once", () => {
    const roles = Object.values(ROUTE);
    expect(keysOf(snapshotWith({}))).toEqual([key, ...roles]);
    expect(keysOf(routeSnapshot({ reverseShadow: {} }))).toEqual([ROUTE.reverseShadow, ...roles.slice(0, 3)]);
  });
});
