import { describe, expect, test } from "vitest";
import type { Mode } from "../model/index.ts";
import { decideKey } from "./ask.ts";
import { bucketOf } from "./bucket.ts";
import type { Reason } from "./decide.ts";
import type { Flag } from "./flag.ts";
import { decideMode } from "./mode.ts";
import { ROUTE, compiled, routeSnapshot } from "./sample.ts";

const ON = { enabled: true };
const OFF = { enabled: false };

describe("the mode table", () => {
  test.each<[Partial<Flag>, Partial<Flag>, Partial<Flag>, Mode, Reason]>([
    [OFF, OFF, OFF, "legacy", "disabled"],
    [OFF, OFF, ON, "legacy", "disabled"],
    [OFF, ON, OFF, "legacy", "disabled"],
    [OFF, ON, ON, "legacy", "disabled"],
    [ON, ON, OFF, "shadow", "enabled"],
    [ON, ON, ON, "dual-run", "enabled"],
    [ON, OFF, ON, "dual-run", "enabled"],
    [ON, OFF, OFF, "cutover", "enabled"],
  ])("enabled %o, shadow %o, dual run %o: %s", (enabled, shadow, dualRun, mode, reason) => {
    for (const reverseShadow of [ON, OFF]) {
      const decision = decideMode(routeSnapshot({ enabled, shadow, dualRun, reverseShadow }), ROUTE, "alice");
      expect(decision).toEqual({
        mode,
        reason,
        reverseShadow: mode === "cutover" && reverseShadow === ON,
        decisions: [
          { flag: ROUTE.enabled, value: enabled === ON, reason: expect.any(String) },
          { flag: ROUTE.shadow, value: shadow === ON, reason: expect.any(String) },
          { flag: ROUTE.dualRun, value: dualRun === ON, reason: expect.any(String) },
          { flag: ROUTE.reverseShadow, value: reverseShadow === ON, reason: expect.any(String) },
        ],
      });
    }
  });

  test("the reason is that of the flag that makes the mode", () => {
    const reasons = (flags: Parameters<typeof routeSnapshot>[0]): string => {
      const { mode, reason } = decideMode(routeSnapshot(flags), ROUTE, "alice");
      return `${mode} ${reason}`;
    };
    expect(reasons({ enabled: { denylist: ["alice"] }, shadow: ON, dualRun: ON })).toBe("legacy denylist");
    expect(reasons({ enabled: ON, shadow: { percent: 100 }, dualRun: OFF })).toBe("shadow percent");
    expect(reasons({ enabled: ON, shadow: ON, dualRun: { forceOn: ["alice"] } })).toBe("dual-run force_on");
    expect(reasons({ enabled: { allowlist: ["alice"] }, shadow: OFF, dualRun: OFF })).toBe("cutover allowlist");
  });

  test("with no flag set at all legacy answers", () => {
    expect(decideMode(routeSnapshot({}), ROUTE, "alice")).toMatchObject({ mode: "legacy", reason: "default" });
  });
});

/** What a shadow or dual-run flag may be, and whether it counts as on for alice and without a shopper. */
const FAIL_ON: readonly (readonly [string, Partial<Flag> | null, alice: boolean, nobody: boolean])[] = [
  ["not there, or deleted", null, true, true],
  ["unset", {}, true, true],
  ["unset with default true", { default: true }, true, true],
  ["enabled false", { enabled: false }, false, false],
  ["enabled false with percent 100", { enabled: false, percent: 100 }, false, false],
  ["enabled true", { enabled: true }, true, true],
  ["percent 0", { percent: 0 }, false, false],
  ["enabled true with percent 0", { enabled: true, percent: 0 }, false, false],
  ["percent 0 with an empty allowlist", { percent: 0, allowlist: [] }, false, false],
  ["percent 0 with alice allowed", { percent: 0, allowlist: ["alice"] }, true, false],
  ["percent 0 with alice forced on", { percent: 0, forceOn: ["alice"] }, true, false],
  ["a percentage without alice", { enabled: true, percent: 0.001 }, false, true],
  ["a percentage with alice", { enabled: true, percent: 99.999 }, true, true],
  ["percent 100", { percent: 100 }, true, true],
  ["alice denied", { enabled: true, denylist: ["alice"] }, false, true],
  ["bob denied", { denylist: ["bob"] }, true, true],
  ["alice forced on", { forceOn: ["alice"] }, true, true],
  ["bob forced on", { forceOn: ["bob"] }, true, true],
  ["alice allowed", { allowlist: ["alice"] }, true, true],
  ["bob allowed", { enabled: true, allowlist: ["bob"] }, false, true],
  ["nobody allowed", { enabled: true, allowlist: [] }, false, true],
  ["an audience with alice", { audience: "members" }, true, true],
  ["an audience without alice", { enabled: true, audience: "nobody" }, false, true],
  ["an audience that is not stored", { enabled: true, audience: "not-stored" }, true, true],
  ["an audience that is not stored, percent 0", { percent: 0, audience: "not-stored" }, false, false],
];

describe("shadow and dual-run fail on", () => {
  test("alice is neither in the first nor in the last bucket", () => {
    const bucket = bucketOf("murmur3", ROUTE.enabled, "alice");
    expect([bucket > 0, bucket < 99_999]).toEqual([true, true]);
  });

  test.each(FAIL_ON)("%s", (_, change, alice, nobody) => {
    for (const [shopper, on] of [["alice", alice] as const, [null, nobody] as const]) {
      const changes = change === null ? {} : { shadow: change, dualRun: change };
      const [, shadow, dualRun] = decideMode(routeSnapshot({ enabled: ON, ...changes }), ROUTE, shopper).decisions;
      expect([shopper, shadow.value, dualRun.value]).toEqual([shopper, on, on]);
    }
  });

  test("every pair of states gives the mode of the table, and cutover only where both say off", () => {
    let cutovers = 0;
    for (const [, shadow, ...shadowOn] of FAIL_ON) {
      for (const [, dualRun, ...dualRunOn] of FAIL_ON) {
        const snapshot = routeSnapshot({ enabled: ON, ...(shadow && { shadow }), ...(dualRun && { dualRun }) });
        for (const [index, shopper] of ["alice", null].entries()) {
          const compared = dualRunOn[index] ? "dual-run" : shadowOn[index] ? "shadow" : "cutover";
          expect(decideMode(snapshot, ROUTE, shopper).mode).toBe(compared);
          cutovers += Number(compared === "cutover");
        }
      }
    }
    expect(cutovers).toBeGreaterThan(0);
  });

  test("where no value says off the reason is fail_on", () => {
    const { decisions } = decideMode(routeSnapshot({ enabled: ON, dualRun: { percent: 5 } }), ROUTE, null);
    expect(decisions.map(({ reason }) => reason)).toEqual(["enabled", "fail_on", "fail_on", "default"]);
  });

  test("reverse shadow and enabled fail off", () => {
    const cutover = { enabled: ON, shadow: OFF, dualRun: OFF };
    expect(decideMode(routeSnapshot(cutover), ROUTE, null).reverseShadow).toBe(false);
    expect(decideMode(routeSnapshot({ ...cutover, enabled: { default: false } }), ROUTE, null).mode).toBe("legacy");
  });
});

describe("switches beside the flags", () => {
  test("killed is legacy, and every decision is off", () => {
    const { mode, reason, decisions } = decideMode(
      routeSnapshot({ enabled: ON, shadow: OFF, dualRun: OFF }, { killed: true }),
      ROUTE,
      "alice",
    );
    expect([mode, reason]).toEqual(["legacy", "killed"]);
    expect(decisions.map((one) => `${one.value} ${one.reason}`)).toEqual(
      Array.from({ length: 4 }, () => "false killed"),
    );
  });

  test("a forced off `enabled` is legacy, whatever its record says", () => {
    const flags = { enabled: { enabled: true, forceOn: ["alice"] }, shadow: OFF, dualRun: OFF };
    const decision = decideMode(routeSnapshot(flags, { forceOff: [ROUTE.enabled] }), ROUTE, "alice");
    expect(decision).toMatchObject({ mode: "legacy", reason: "force_off" });
  });

  test("forcing shadow and dual-run off has no effect", () => {
    const forceOff = [ROUTE.shadow, ROUTE.dualRun];
    const snapshot = routeSnapshot({ enabled: ON, shadow: ON, dualRun: ON }, { forceOff });
    expect(decideMode(snapshot, ROUTE, "alice").mode).toBe("dual-run");
    expect(decideKey(snapshot, ROUTE.shadow, "alice").value).toBe(true);
  });
});

const SHOPPERS = Array.from({ length: 300 }, (_, index) => `55119${index * 7919}`);

describe("the shared bucket", () => {
  test.each<Partial<Flag>>([{}, { salt: "own" }, { bucketing: "md5" }])(
    "with %o on `enabled`, the other three follow it",
    (change) => {
      const half = { percent: 50 };
      const flags = { enabled: { ...half, ...change }, shadow: half, dualRun: half, reverseShadow: half };
      const snapshot = routeSnapshot(flags);
      const values = SHOPPERS.map((shopper) =>
        decideMode(snapshot, ROUTE, shopper).decisions.map(({ value }) => value),
      );
      expect(values.filter((four) => new Set(four).size > 1)).toEqual([]);
      expect(new Set(values.flat())).toEqual(new Set([true, false]));
    },
  );

  test.each<Partial<Flag>>([{ salt: "own" }, { bucketing: "md5" }])("a flag with %o stands alone", (change) => {
    const snapshot = routeSnapshot({ enabled: { percent: 50 }, shadow: { percent: 50, ...change } });
    const own = compiled({ key: ROUTE.shadow, ...change });
    for (const shopper of SHOPPERS) {
      const [, shadow] = decideMode(snapshot, ROUTE, shopper).decisions;
      expect(shadow.value).toBe(bucketOf(own.bucketing, own.salt, shopper) < 50_000);
    }
  });

  test("without an `enabled` record its key is the salt", () => {
    const snapshot = routeSnapshot({ shadow: { percent: 50 } });
    for (const shopper of SHOPPERS) {
      const [, shadow] = decideMode(snapshot, ROUTE, shopper).decisions;
      expect(shadow.value).toBe(bucketOf("murmur3", ROUTE.enabled, shopper) < 50_000);
    }
  });
});

test("a flag of no route is decided by its own rules, and an unknown one is off", () => {
  const snapshot = routeSnapshot({}, { flags: [compiled({ key: "WHATSAPP_ROUTING_ENABLED", percent: 100 })] });
  const bucket = bucketOf("murmur3", "WHATSAPP_ROUTING_ENABLED", "alice");
  expect(decideKey(snapshot, "WHATSAPP_ROUTING_ENABLED", "alice")).toEqual({ value: true, reason: "percent", bucket });
  expect(decideKey(snapshot, "UNKNOWN", "alice")).toEqual({ value: false, reason: "default", bucket: null });
});
