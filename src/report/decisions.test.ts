import { describe, expect, it } from "vitest";
import { checkpoint, rollout } from "../admin/calls/sample.ts";
import type { Json } from "../flags/index.ts";
import type { Checkpoint, Rollout } from "../rollout/index.ts";
import { decisionsOf } from "./decisions.ts";
import { sampleEntry } from "./sample.ts";
import { staysOf } from "./stays.ts";

const since = "2026-01-02T00:00:00.000Z";
const running = (phase: number) => ({ name: "running", phase, since }) as const;

const parse: (text: string) => Json = JSON.parse;
const plain = (of: Partial<Rollout> | null): Json => of && parse(JSON.stringify({ ...rollout(of), plan: undefined }));

let seq = 0;
/** A write that made `after` of `before`. */
const wrote = (before: Partial<Rollout> | null, after: Partial<Rollout>, reason = "why") => {
  seq += 1;
  const at = new Date(Date.parse(since) + seq * 60_000).toISOString();
  const state = { before: plain(before), after: plain(after) };
  return sampleEntry({ seq, version: seq, at, action: "rollout-set", subject: "events", reason, ...state });
};

const decided = (audit: ReturnType<typeof wrote>[], checkpoints: readonly Checkpoint[] = []) =>
  decisionsOf({ rollout: rollout(), audit, checkpoints, completeSince: "", stays: [], nowMs: Date.parse(since) });

describe("a decision", () => {
  const given = { by: "token:bob", at: since, visit: 3, evidence: "x" };
  it.each<[string, Partial<Rollout> | null, Partial<Rollout>]>([
    ["created", null, { status: { name: "draft" } }],
    ["checked", { status: { name: "draft" } }, { status: { name: "pending" } }],
    ["started", { status: { name: "ready" } }, { status: running(0) }],
    [
      "started",
      { status: { name: "rolled-back", phase: 1, to: "shadow", since, by: "rollout", reason: "bad" } },
      { status: running(0) },
    ],
    ["phase", { status: running(0) }, { status: running(1), visit: 4 }],
    ["evidence-anew", {}, { visit: 4 }],
    ["approved", { approvals: [] }, { approvals: [given] }],
    ["approvals-lapsed", { approvals: [given] }, { approvals: [] }],
    ["paused", {}, { status: { name: "paused", phase: 0, since, by: "token:eve", reason: "lunch" } }],
    ["rejected", {}, { status: { name: "paused", phase: 0, since, by: "token:eve", reason: "rejected: not yet" } }],
    ["resumed", { status: { name: "paused", phase: 0, since, by: "token:eve", reason: "lunch" } }, {}],
    ["error-paused", {}, { status: { name: "error-paused", phase: 0, since, reason: "4 in a row" } }],
    ["shed", {}, { shed: { at: since, reason: "legacy suffers" }, visit: 4 }],
    ["resumed", { shed: { at: since, reason: "legacy suffers" } }, { visit: 5 }],
    ["acknowledged", {}, { acknowledged: [{ gate: "drift", by: "token:eve", at: since, why: "meant", until: since }] }],
    ["ticked", {}, { ticked: [{ name: "load-test", by: "token:eve", at: since, evidence: "run 5" }] }],
    ["note", {}, { notes: [{ by: "token:eve", at: since, text: "quiet" }] }],
    ["drilled", {}, { drill: { at: since, by: "token:eve", seconds: 0.4 } }],
    ["rollback", {}, { status: { name: "rolled-back", phase: 0, to: "off", since, by: "rollout", reason: "bad" } }],
    [
      "rollback",
      { status: { name: "rolled-back", phase: 1, to: "previous", since, by: "rollout", reason: "bad" } },
      { status: { name: "rolled-back", phase: 1, to: "shadow", since, by: "rollout", reason: "worse" }, visit: 4 },
    ],
    [
      "completed",
      {},
      { status: { name: "completed", phase: 1, since, keepUntil: since, by: "token:eve", lessons: "pairs help" } },
    ],
    ["aborted", {}, { status: { name: "aborted", since, by: "token:eve", reason: "another plan" } }],
    ["changed", {}, { planHash: "ff" }],
  ])("is %s", (what, before, after) => {
    expect(decided([wrote(before, after)])).toMatchObject([{ what, by: "token:eve", why: "why", break_glass: false }]);
  });

  it("that somebody took against what was missing is told as such", () => {
    const audit = [wrote({}, { status: running(1), visit: 4 }, "list -> five: glass broken: it is late (1 h more)")];
    expect(decided(audit)).toMatchObject([{ what: "phase", phase: "five", break_glass: true }]);
  });

  it("of others counts where it bears on the rollout; members of lists are counted", () => {
    const own = wrote({}, { status: running(1), visit: 4 });
    const hashes = { count: 2, hashes: ["aa", "bb"] };
    const audit = [
      own,
      sampleEntry({ seq: 90, version: own.version, subject: "CANONICAL" }),
      sampleEntry({
        seq: 91,
        version: 91,
        at: "2026-01-03T00:00:00.000Z",
        subject: "CANONICAL",
        before: { enabled: true, percent: 5, removed: { "allowlist:CANONICAL": { count: 1 } } },
        after: { enabled: false, percent: 5, added: { "denylist:CANONICAL": hashes } },
        reason: "Break-glass: a shop complains",
      }),
      sampleEntry({
        seq: 92,
        version: 92,
        at: "2026-01-04T00:00:00.000Z",
        action: "kill",
        subject: "",
        reason: "fire",
      }),
      sampleEntry({
        seq: 93,
        version: 93,
        at: "2026-01-05T00:00:00.000Z",
        action: "incident-set",
        subject: "2026-01-05-1",
        after: { title: "orders are lost", severity: "critical", closed_at: null },
      }),
      sampleEntry({ seq: 94, version: 94, at: "2026-01-06T00:00:00.000Z", action: "audience-set" }),
    ];
    expect(decided(audit).slice(1)).toMatchObject([
      {
        what: "flag",
        why: "CANONICAL set enabled true -> false denylist +2 allowlist -1: Break-glass: a shop complains",
        break_glass: true,
      },
      { what: "killed", why: "fire", break_glass: false },
      { what: "incident", why: 'open, critical, 2026-01-05-1, "orders are lost"' },
    ]);
  });
});

describe("checkpoints", () => {
  const [gate] = checkpoint.gates;
  const at = (hour: number, changes: Partial<Checkpoint>): Checkpoint => {
    return { ...checkpoint, at: new Date(Date.parse(since) + hour * 3_600_000).toISOString(), ...changes };
  };
  const bad = (verdict: "FAIL" | "WARN", expected = false) =>
    gate === undefined ? [] : [{ ...gate, verdict, expected }];

  it("that hold for the same reason are told once, with how often and until when", () => {
    const told = decided(
      [],
      [
        at(1, { gates: bad("FAIL"), why: "first" }),
        at(2, { gates: bad("FAIL"), why: "second" }),
        at(3, { gates: bad("WARN"), why: "third" }),
        at(4, {}),
        at(5, { gates: bad("WARN"), why: "fifth" }),
      ],
    );
    expect(told.map(({ what, why, times, until }) => [what, why, times, until])).toEqual([
      ["held", "errors: too few; second", 2, "2026-01-02T02:00:00.000Z"],
      ["held", "errors: too few; third", 1, null],
      ["held", "errors: too few; fifth", 1, null],
    ]);
  });

  it("at which a decision was due tell so once, beside whatever else there is", () => {
    const due = [{ mark: "max-duration", why: "it has run for longer than 6 days: somebody has to decide" }];
    const told = decided([], [at(1, {}), at(2, { due }), at(3, { due, gates: bad("WARN"), why: "w" }), at(4, {})]);
    expect(told.map(({ what, why, times, until }) => [what, why, times, until])).toEqual([
      ["decision-due", due[0]?.why, 2, "2026-01-02T03:00:00.000Z"],
      ["held", "errors: too few; w", 1, null],
    ]);
  });

  it("that only wait for more, go on, or warn of what is expected, are nothing to tell of", () => {
    const none = [at(1, {}), at(2, { conclusion: "advance", gates: bad("WARN") }), at(3, { gates: bad("WARN", true) })];
    expect(decided([], none)).toEqual([]);
    expect(decided([], [at(1, { conclusion: "ask-approval", why: "1 of 2" })])).toMatchObject([
      { what: "approval-wanted", why: "1 of 2", by: "automatic:rollout" },
    ]);
  });
});

describe("stays", () => {
  const stays = (audit: ReturnType<typeof wrote>[], now = rollout()) =>
    staysOf(now, audit).map(({ index, scopes, left }) => [index, scopes.join(), left?.how ?? "still"]);

  it("begin with a phase and end with the next, whatever begins anew in between", () => {
    const audit = [
      wrote(null, { status: { name: "draft" }, visit: 0 }),
      wrote({ status: { name: "draft" }, visit: 0 }, { status: running(0), visit: 1 }),
      wrote({ visit: 1 }, { visit: 2 }),
      wrote({ status: running(0), visit: 2 }, { status: running(1), visit: 3 }),
      wrote({ status: running(1), visit: 3 }, { status: running(0), visit: 4 }),
      wrote(
        { status: running(0), visit: 4 },
        { status: { name: "rolled-back", phase: 0, to: "off", since, by: "rollout", reason: "bad" }, visit: 5 },
      ),
    ];
    expect(stays(audit)).toEqual([
      [0, "events.1,events.2", "advance"],
      [1, "events.3", "lowered"],
      [0, "events.4", "rollback"],
    ]);
  });

  it("are known by the rollout itself where the audit began later", () => {
    expect(stays([])).toEqual([[0, "events.3", "still"]]);
    expect(stays([wrote({ visit: 3 }, { visit: 3, drill: { at: since, by: "x", seconds: 1 } })])).toEqual([
      [0, "events.3", "still"],
    ]);
    expect(stays([], rollout({ status: { name: "draft" } }))).toEqual([]);
  });
});
