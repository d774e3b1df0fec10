import { expect, test } from "vitest";
import type { Checkpoint } from "../../../rollout/index.ts";
import { rollout } from "../../../rollout/controller/sample.ts";
import { checkpointCheck } from "./checkpoint-check.ts";

const flag = "CANARY_ENABLED";
const route = {
  name: "orders",
  flags: {
    enabled: flag,
    shadow: `${flag}_SHADOW_MODE`,
    dualRun: `${flag}_DUAL_RUN`,
    reverseShadow: `${flag}_REVERSE`,
  },
};

function checkpoint(rolloutId: string, at: string, status: Checkpoint["status"]): Checkpoint {
  return {
    name: "c",
    at,
    rollout: rolloutId,
    flag,
    phase: "p",
    scope: `${rolloutId}.1`,
    config: { enabled: true, rollout: 1, allowlist_count: 0 },
    metrics: {},
    determinism: "PASS",
    status,
    alerts: [],
    gates: [],
    conclusion: "hold",
    why: "errors: 3 of 100",
  };
}

/** Each rollout with its checkpoints, newest first, of this flag or another. */
function check(kept: Readonly<Record<string, readonly Checkpoint[]>>, planned = flag) {
  const known = Object.keys(kept).map((id) => ({
    rollout: rollout({ id }, { flag: planned }),
    version: 1,
    updatedAt: "2026-02-01T10:00:00.000Z",
    updatedBy: "ana",
  }));
  return checkpointCheck(route, {
    known: () => known,
    checkpoints: async (id, limit) => (kept[id] ?? []).slice(0, limit),
  });
}

const early = "2026-02-01T10:00:00.000Z";
const late = "2026-02-01T11:00:00.000Z";

test("of all rollouts of the flag the newest checkpoint counts", async () => {
  const passed = {
    a: [checkpoint("a", early, "FAIL")],
    b: [checkpoint("b", late, "PASS"), checkpoint("b", early, "FAIL")],
  };
  expect(await check(passed)).toMatchObject({
    name: "orders: checkpoint",
    status: "ok",
    text: `the last checkpoint is PASS (rollout b, ${late})`,
  });
});

test.each(["WARN", "FAIL", "INCONCLUSIVE", "ERROR"] as const)(
  "%s speaks against a cutover and says why",
  async (status) => {
    expect(await check({ a: [checkpoint("a", late, status), checkpoint("a", early, "PASS")] })).toMatchObject({
      status: "fail",
      text: `the last checkpoint is ${status} (rollout a, ${late}): errors: 3 of 100`,
    });
  },
);

test("without a checkpoint, or with those of another flag, nothing speaks against it", async () => {
  expect(await check({})).toMatchObject({ status: "warn" });
  expect(await check({ a: [] })).toMatchObject({
    status: "warn",
    text: expect.stringContaining("no rollout has made"),
  });
  expect(await check({ a: [checkpoint("a", late, "FAIL")] }, "OTHER")).toMatchObject({ status: "warn" });
});

test("a checkpoint that cannot be read speaks against it", async () => {
  const one = { rollout: rollout({}, { flag }), version: 1, updatedAt: early, updatedBy: "ana" };
  const away = { known: () => [one], checkpoints: () => Promise.reject(new Error("away")) };
  expect(await checkpointCheck(route, away)).toMatchObject({
    status: "fail",
    text: expect.stringContaining("cannot be read"),
  });
});
