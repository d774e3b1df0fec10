import { expect, test } from "vitest";
import { rollout } from "../rollout/controller/sample.ts";
import type { Rollout } from "../rollout/index.ts";
import { auditedOf, type AuditLine } from "./audited.ts";
import { wayBack } from "./words.ts";

const at = "2026-02-01T10:00:00.000Z";
const running = (phase: number) => ({ name: "running", phase, since: at }) as const;
const full = rollout({ status: running(2), visit: 3 });
const lowered = rollout({ status: running(1), visit: 4, lowered: { at, from: "all", reason: "slow: 31 of 90" } });

function line(before: Rollout, after: Rollout): AuditLine {
  const actor = { kind: "automatic", name: "rollout" };
  return {
    seq: 1,
    at,
    actor,
    action: "rollout-set",
    subject: "checkout-1",
    before,
    after,
    reason: "why",
    version: 1,
    hash: "",
  };
}

test("a share that a gate lowers is a warning with why", () => {
  expect(auditedOf(line(full, lowered))).toMatchObject({
    event: "phase",
    severity: "warning",
    what: "lowered from all",
    why: "slow: 31 of 90",
    phase: 1,
    from: 2,
  });
  expect(auditedOf(line(lowered, { ...lowered, lowered: null }))).toMatchObject({ event: "resumed", what: "goes on" });
});

test("settings that a gate adjusts are told", () => {
  const after = { ...full, visit: 4, adjusted: [{ gate: "slow", at }] };
  expect(auditedOf(line(full, after))).toMatchObject({
    severity: "warning",
    what: "settings are adjusted",
    why: "why",
  });
});

test("the way back is the phase's own", () => {
  const phases = full.plan.phases.map((phase) => ({ ...phase, rollbackTo: "previous" as const }));
  const own = { ...full, status: running(1), plan: { ...full.plan, phases } };
  expect([wayBack(full).to, wayBack(own).to]).toEqual(["shadow", "previous"]);
});
