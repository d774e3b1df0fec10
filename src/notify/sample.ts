/** Notices for tests, as they are told of a plan of three phases. */
import { judgement, plan, rollout } from "../rollout/controller/sample.ts";
import type { Checkpoint, Procedure, Rollout } from "../rollout/index.ts";
import type { AuditLine } from "./audited.ts";
import type { Notice } from "./notice.ts";

export const place = { environment: "production", publicUrl: "https://sombra.example" };

const procedure: Procedure = {
  component: "worker <pool>",
  steps: ["scale the old pool to 4", "kubectl rollout undo deploy/worker & wait"],
  expectedMs: 300_000,
  webhook: null,
};

export function aRollout(status: Rollout["status"], changes: Partial<Rollout> = {}): Rollout {
  return rollout({ plan: plan({ rollback: { to: "shadow", procedures: [procedure] } }), status, ...changes });
}

export const running = (phase = 1): Rollout["status"] => ({
  name: "running",
  phase,
  since: "2026-02-01T10:00:00.000Z",
});

export function aCheckpoint(changes: Partial<Checkpoint> = {}): Checkpoint {
  return { ...judgement(), conclusion: "hold", why: "1 h more of at least 2 h in this phase", ...changes };
}

let seq = 0;

export function auditLine(before: unknown, after: unknown, changes: Partial<AuditLine> = {}): AuditLine {
  seq += 1;
  return {
    seq,
    at: "2026-02-01T12:00:00.000Z",
    actor: { kind: "token", name: "anna" },
    action: "rollout-set",
    subject: "checkout",
    before,
    after,
    reason: "because",
    version: 1,
    hash: "00c0ffee00c0ffee",
    ...changes,
  };
}

export function aNotice(changes: Partial<Notice> = {}): Notice {
  return {
    id: "audit-7-00c0ffee",
    event: "rollback",
    severity: "critical",
    at: new Date().toISOString(),
    environment: "production",
    rollout: "checkout",
    flag: "CHECKOUT_ENABLED",
    phase: "ten",
    verdict: "FAIL",
    link: null,
    document: { title: "checkout: rolled back to shadow", blocks: [{ kind: "text", text: "why" }] },
    facts: { why: "errors" },
    ...changes,
  };
}
