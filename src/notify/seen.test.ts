import { describe, expect, test } from "vitest";
import { asText } from "../report/index.ts";
import { errorRate, HOUR, plan, phase, result, rollout, statuses, T0 } from "../rollout/controller/sample.ts";
import type { Checkpoint, Progress, Rollout } from "../rollout/index.ts";
import { auditedOf, type AuditLine } from "./audited.ts";
import { emptyCursor, type Cursor } from "./cursor.ts";
import { aCheckpoint, aRollout, auditLine, place, running } from "./sample.ts";
import { startingAt, toldOf, type Seen } from "./seen.ts";

const state = (status: Rollout["status"], changes: Partial<Rollout> = {}) => ({
  ...rollout({ status, ...changes }),
  plan: undefined,
});

describe("a line of the audit", () => {
  const [draft, , ready, inTen, paused, errorPaused, rolledBack, completed, aborted] = statuses;
  const approval = { by: "token:anna", at: "", visit: 1, evidence: "" };
  const said = { gate: "drift", by: "token:anna", at: "", why: "on purpose", until: "2026-03-01T00:00:00.000Z" };
  const shed = { at: "", reason: "legacy suffers" };
  if (!draft || !ready || !inTen || !paused || !errorPaused || !rolledBack || !completed || !aborted)
    throw new Error("statuses");
  test.each<[string, unknown, unknown, string | null]>([
    ["a draft", null, state(draft), null],
    ["a check", state(draft), state(ready), null],
    ["a start", state(ready), state(running(0)), "started info"],
    ["a start anew", state(rolledBack), state(running(0)), "started info"],
    ["a phase", state(running(0)), state(inTen), "phase info"],
    [
      "a leap while it stands",
      state({ name: "paused", phase: 0, since: "", by: "anna", reason: "lunch" }),
      state(inTen),
      "phase info",
    ],
    ["a pause", state(inTen), state(paused), "paused warning"],
    ["what cannot be judged", state(inTen), state(errorPaused), "error-paused critical"],
    ["going on", state(paused), state(inTen), "resumed info"],
    ["a shadow that is shed", state(inTen), state(inTen, { shed }), "shed warning"],
    ["going on comparing", state(inTen, { shed }), state(inTen), "resumed info"],
    ["a rollback", state(inTen), state(rolledBack), "rollback critical"],
    [
      "one further back",
      state({ name: "rolled-back", phase: 1, to: { phase: "ten" }, since: "", by: "anna", reason: "" }),
      state(rolledBack),
      "rollback critical",
    ],
    ["the end", state(running(2)), state(completed), "completed info"],
    ["giving up", state(inTen), state(aborted), "aborted warning"],
    ["an approval", state(inTen), state(inTen, { approvals: [approval] }), "approved info"],
    ["approvals that lapse", state(inTen, { approvals: [approval] }), state(inTen), null],
    ["an acknowledgement", state(inTen), state(inTen, { acknowledged: [said] }), "acknowledged info"],
    ["one that is over", state(inTen, { acknowledged: [said] }), state(inTen), null],
    ["a new stay of the same phase", state(inTen), state(inTen, { visit: 2 }), null],
    ["nonsense", { a: 1 }, { b: 2 }, null],
  ])("of %s", (_what, before, after, told) => {
    const audited = auditedOf(auditLine(before, after));
    expect(audited === null ? null : `${audited.event} ${audited.severity}`).toBe(told);
  });

  const incident = { title: "orders lost, call +4915550100001", severity: "critical", opened_by: "x", closed_at: null };
  test.each<[string, Partial<AuditLine>, unknown, unknown, string | null]>([
    ["an incident", { action: "incident-set" }, null, incident, "incident-opened critical"],
    ["a minor one", { action: "incident-set" }, null, { ...incident, severity: "minor" }, "incident-opened warning"],
    ["its end", { action: "incident-set" }, incident, { ...incident, closed_at: "2026" }, "incident-closed info"],
    ["its name", { action: "incident-set" }, incident, { ...incident, title: "b" }, null],
    ["its removal", { action: "incident-removed" }, incident, null, "incident-closed info"],
    ["a kill", { action: "kill" }, null, {}, "kill critical"],
    ["its undo", { action: "kill-undone" }, {}, null, "kill-undone warning"],
    ["a flag", { action: "flag-set" }, {}, {}, null],
  ])("of %s", (_what, changes, before, after, told) => {
    const audited = auditedOf(auditLine(before, after, changes));
    expect(audited === null ? null : `${audited.event} ${audited.severity}`).toBe(told);
  });

  test("of an incident says what it is, without the number that somebody wrote into it", () => {
    const line = auditLine(null, incident, { action: "incident-set", subject: "2026-02-01-1" });
    const { notices } = toldOf(emptyCursor, seen({ audit: [line] }));
    expect(asText(notices[0]?.document ?? { title: "", blocks: [] })).toContain("orders lost, call (number)");
    expect(JSON.stringify(notices)).not.toContain("4915550100001");
  });
});

function seen(changes: Partial<Seen>): Seen {
  return { ...place, nowMs: T0 + HOUR, audit: [], rollouts: [], looked: [], ...changes };
}

const back: Rollout["status"] = {
  name: "rolled-back",
  phase: 1,
  to: "shadow",
  since: "2026-02-01T12:00:00.000Z",
  by: "rollout",
  reason: "errors: 3.1 % of cells fail [K=31, N=1000, lnE=12.4]",
};

test("of a rollback it is told flag, phase, verdict, evidence, what happens next, and how to go back by the plan's procedures", () => {
  const known = aRollout(back, { id: "checkout" });
  const failing = result(errorRate, "FAIL", {
    text: "3.1 % of cells fail, the budget is 1 %",
    figures: { K: 31, N: 1000 },
  });
  const checkpoint = aCheckpoint({
    phase: "ten",
    status: "FAIL",
    at: "2026-02-01T12:00:00.000Z",
    gates: [result(errorRate, "PASS"), failing],
    conclusion: "roll-back",
  });
  const line = auditLine(state(running()), state(back), { actor: { kind: "automatic", name: "rollout" } });
  const look = { rollout: known, checkpoints: [checkpoint], progress: null };
  const { notices, cursor } = toldOf(emptyCursor, seen({ audit: [line], rollouts: [known], looked: [look] }));
  expect(notices.map(({ event }) => event)).toEqual(["rollback"]);
  const [notice] = notices;
  if (notice === undefined) throw new Error("nothing is told");
  const said = asText(notice.document);
  for (const part of [
    "checkout: rolled back from ten to shadow",
    "CHECKOUT_ENABLED",
    "ten (2 of 3), until then: 10 % of shoppers answered by the candidate, everybody else is compared",
    "FAIL",
    "errors: 3.1 % of cells fail\n",
    "3.1 % of cells fail, the budget is 1 %",
    "It never goes on by itself. Legacy answers everybody. Once what was wrong is mended it begins anew",
    "sombra rollout rollback checkout --reason TEXT --to off",
    "sombra kill",
    "worker <pool>, expected to take 5 min",
    "scale the old pool to 4",
    "kubectl rollout undo deploy/worker & wait",
    "https://sombra.example/rollouts/checkout",
  ])
    expect(said).toContain(part);
  expect(notice).toMatchObject({
    rollout: "checkout",
    flag: "CHECKOUT_ENABLED",
    phase: "ten",
    verdict: "FAIL",
    severity: "critical",
    facts: {
      why: "errors: 3.1 % of cells fail [K=31, N=1000, lnE=12.4]",
      evidence: [{ gate: "errors", verdict: "FAIL", figures: { K: 31, N: 1000 } }, { verdict: "PASS" }],
      back: { procedures: [{ component: "worker <pool>", expected_seconds: 300 }] },
    },
  });
  expect(cursor.seq).toBe(line.seq);
  // The same by the same id, from whomever, as long as the cursor has not moved.
  const again = toldOf(emptyCursor, seen({ audit: [line], rollouts: [known], looked: [look], nowMs: T0 + 2 * HOUR }));
  expect(again.notices).toEqual(notices);
});

describe("checkpoints", () => {
  const known = (changes: Partial<Rollout> = {}): Rollout => rollout({ id: "c", status: running(0), ...changes });
  const at = (hour: number, changes: Partial<Checkpoint> = {}): Checkpoint => {
    const when = new Date(T0 + hour * HOUR).toISOString();
    return aCheckpoint({ name: `T+${hour}h`, at: when, scope: "c.1", ...changes });
  };
  const progress = (told: readonly string[]): Progress => ({
    visit: 1,
    runningMs: 0,
    at: "",
    checkpointAt: null,
    sinceCheckpointMs: 0,
    failures: {},
    errors: 0,
    sinceFailureMs: {},
    withoutDataMs: 0,
    told,
  });
  const tell = (
    cursor: Cursor,
    checkpoints: readonly Checkpoint[],
    more: { rollout?: Rollout; progress?: Progress; nowMs?: number } = {},
  ) => {
    const one = more.rollout ?? known();
    const looked = [{ rollout: one, checkpoints: checkpoints.toReversed(), progress: more.progress ?? null }];
    const { notices, cursor: next } = toldOf(cursor, seen({ rollouts: [one], looked, nowMs: more.nowMs ?? T0 + HOUR }));
    return { said: notices.map(({ event, severity, document }) => `${event} ${severity} ${document.title}`), next };
  };

  test("are told where the verdict is another one, and not each hour", () => {
    const first = tell(emptyCursor, [at(1, { status: "INCONCLUSIVE" }), at(2), at(3), at(4, { status: "WARN" })]);
    expect(first.said).toEqual([
      "verdict info c: INCONCLUSIVE -> PASS in shadow",
      "verdict warning c: PASS -> WARN in shadow",
    ]);
    expect(tell(first.next, [at(3), at(4, { status: "WARN" })]).said).toEqual([]);
    const later = tell(first.next, [at(4, { status: "WARN" }), at(5)]);
    expect(later.said).toEqual(["verdict info c: WARN -> PASS in shadow"]);
    // A new stay begins without evidence.
    expect(tell(later.next, [at(6, { scope: "c.2", status: "INCONCLUSIVE" })]).said).toEqual([]);
  });

  test("that move it are told as that", () => {
    expect(
      tell(emptyCursor, [at(1, { conclusion: "advance" }), at(2, { status: "FAIL", conclusion: "roll-back" })]).said,
    ).toEqual([]);
  });

  test("that ask are told once a stay: for an approval, or for the end", () => {
    const withApproval = known();
    const asking = {
      ...withApproval,
      plan: plan({
        phases: [phase("shadow", { approval: { count: 1, names: [], notAuthor: true } }), phase("ten", { serve: 10 })],
      }),
    };
    const first = tell(emptyCursor, [at(1, { conclusion: "ask-approval" }), at(2, { conclusion: "ask-approval" })], {
      rollout: asking,
    });
    expect(first.said).toEqual(["approval-wanted warning c: approval wanted in shadow"]);
    const end = tell(emptyCursor, [at(1, { conclusion: "ask-approval", why: "this is the last phase: complete it" })]);
    expect(end.said).toEqual(["decision-due warning c: everything is passed, somebody has to complete it in shadow"]);
  });

  test("that were missed are told once", () => {
    const late = { nowMs: T0 + 3.2 * HOUR };
    const first = tell(emptyCursor, [at(1)], late);
    expect(first.said.filter((one) => one.startsWith("checkpoint-missed"))).toEqual([
      "checkpoint-missed warning c: a checkpoint was missed in shadow",
    ]);
    expect(tell(first.next, [at(1)], late).said).toEqual([]);
    expect(tell(emptyCursor, [at(1)], { nowMs: T0 + 2.9 * HOUR }).said.join()).not.toContain("missed");
    expect(tell(emptyCursor, [at(1)], { ...late, rollout: known({ status: back }) }).said.join()).not.toContain(
      "missed",
    );
  });

  test("what is due is told once a stay", () => {
    const due = tell(emptyCursor, [], { progress: progress(["max-duration", "no-data", "approvals"]) });
    expect(due.said).toEqual([
      "decision-due warning c: it has run for longer than the plan allows: somebody has to decide in shadow",
      "decision-due warning c: nothing to judge by in shadow",
    ]);
    expect(tell(due.next, [], { progress: progress(["max-duration", "no-data"]) }).said).toEqual([]);
  });

  test("from before anybody told anything are not told", () => {
    const look = { rollout: known(), checkpoints: [at(2, { status: "FAIL" })], progress: progress(["no-data"]) };
    const cursor = startingAt(emptyCursor, 12, [look]);
    expect(cursor.seq).toBe(12);
    expect(tell(cursor, [at(2, { status: "FAIL" })], { progress: progress(["no-data"]) }).said).toEqual([]);
  });
});
