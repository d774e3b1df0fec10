import { describe, expect, test } from "vitest";
import { bucketOf } from "./bucket.ts";
import type { Reason } from "./decide.ts";
import { explain } from "./explain.ts";
import type { Flag } from "./flag.ts";
import { ROUTE, compiled, routeSnapshot } from "./sample.ts";
import type { SnapshotParts } from "./snapshot.ts";

const KEY = "CHECKOUT_ENABLED";
const BUCKET = bucketOf("murmur3", KEY, "alice");

function explained(flag: Partial<Flag>, shopper: string | null = "alice", parts: Partial<SnapshotParts> = {}) {
  const explanation = explain(
    routeSnapshot({}, { flags: [compiled({ version: 7, ...flag })], ...parts }),
    KEY,
    shopper,
  );
  if (explanation === null) throw new Error("an explanation");
  return explanation;
}

describe("each reason, with the list that decided", () => {
  test.each<[Partial<Flag>, Reason, string | null, string]>([
    [{ enabled: false }, "disabled", null, "Off: the master switch `enabled` is false"],
    [{ denylist: ["alice"] }, "denylist", "denylist", "Off: the shopper is in the denylist"],
    [{ forceOn: ["alice"] }, "force_on", "forceOn", "On: the shopper is in forceOn"],
    [{ audience: "nobody" }, "audience", "audience", "Off: the shopper is not in the audience"],
    [{ allowlist: ["alice"] }, "allowlist", "allowlist", "On: the shopper is in the allowlist"],
    [{ allowlist: [] }, "allowlist", "allowlist", "Off: there is an allowlist and the shopper is not in it"],
    [{ enabled: true }, "enabled", null, "On: `enabled` is true and nothing narrows it"],
    [{}, "default", null, "Off: nothing is said of the flag: its default decides"],
    [{ default: true }, "default", null, "On: nothing is said of the flag: its default decides"],
  ])("%o", (flag, reason, list, sentence) => {
    expect(explained(flag)).toEqual({
      enabled: sentence.startsWith("On"),
      reason,
      bucket: null,
      threshold: null,
      version: 7,
      source: "sqlite",
      list,
      settings: {},
      sentence,
    });
  });

  test("the switches beside the flags", () => {
    const on = { enabled: true };
    expect(explained(on, "alice", { killed: true })).toMatchObject({
      reason: "killed",
      sentence: "Off: the kill switch is thrown",
    });
    expect(explained(on, "alice", { forceOff: [KEY] })).toMatchObject({
      reason: "force_off",
      sentence: "Off: SOMBRA_FORCE_OFF names the flag",
    });
    expect(explained(on, "alice", { held: [KEY] })).toMatchObject({
      reason: "force_off",
      sentence: "Off: this instance holds it off until its rollout has gone back",
    });
  });
});

describe("a percentage", () => {
  test("is told with bucket and threshold, either side of it", () => {
    const below = (BUCKET + 1) / 1000;
    expect(explained({ percent: below })).toMatchObject({
      enabled: true,
      bucket: BUCKET,
      threshold: BUCKET + 1,
      sentence: `On: the shopper's bucket ${BUCKET} is below the threshold ${BUCKET + 1}`,
    });
    expect(explained({ percent: BUCKET / 1000 })).toMatchObject({
      enabled: false,
      bucket: BUCKET,
      threshold: BUCKET,
      sentence: `Off: the shopper's bucket ${BUCKET} is not below the threshold ${BUCKET}`,
    });
  });

  test.each([
    [100, "On"],
    [99.999, "Off"],
  ])("%d without a shopper asks no bucket", (percent, answer) => {
    expect(explained({ percent }, null)).toMatchObject({
      bucket: null,
      threshold: null,
      sentence: `${answer}: no shopper is known, and only 100 % is everybody`,
    });
  });
});

describe("a flag of a route", () => {
  test("is explained by the bucket that the route shares", () => {
    const snapshot = routeSnapshot({ enabled: { salt: "own" }, shadow: { percent: 50 } });
    expect(explain(snapshot, ROUTE.shadow, "alice")?.bucket).toBe(bucketOf("murmur3", "own", "alice"));
  });

  test("is on in doubt where it is a shadow or dual-run flag", () => {
    expect(explain(routeSnapshot({ shadow: {} }), ROUTE.shadow, "alice")).toMatchObject({
      enabled: true,
      reason: "fail_on",
      sentence: "On: no value says off, and in doubt a shadow or dual-run flag is on",
    });
  });

  test("is off by percent 0 where its audience is not stored, whoever asks", () => {
    const snapshot = routeSnapshot({ shadow: { percent: 0, audience: "not-stored" } });
    for (const shopper of ["alice", null]) {
      expect(explain(snapshot, ROUTE.shadow, shopper)?.sentence).toBe("Off: the percentage is 0");
    }
  });
});

test("settings go with the explanation, and nobody is named", () => {
  const explanation = explained({ settings: { timeoutMs: 250 }, percent: 50, denylist: ["bob"] });
  expect(explanation.settings).toEqual({ timeoutMs: 250 });
  expect(JSON.stringify(explanation)).not.toMatch(/alice|bob/);
});

test("a flag that nobody knows has no explanation", () => {
  expect(explain(routeSnapshot({}), "UNKNOWN", "alice")).toBeNull();
});
