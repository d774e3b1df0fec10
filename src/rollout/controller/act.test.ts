import { describe, expect, test } from "vitest";
import type { Rollout } from "../state.ts";
import { act, draft } from "./act.ts";
import type { Answer, Asked } from "./answer.ts";
import type { Order } from "./order.ts";
import { asked, AT0, drift, errorRate, HOUR, judgement, phase, plan, result, rollout, statuses, T0 } from "./sample.ts";
import { successors } from "./statuses.ts";
import { freshProgress } from "./time.ts";

type Taken = Exclude<Order, { action: "create" }>;
type Said = Taken extends infer O ? (O extends Taken ? Omit<O, "rollout" | "by"> : never) : never;

const by = "carl";
const does = (said: Said, changes: Partial<Asked> = {}, who = by): Answer =>
  act({ rollout: "checkout-1", by: who, ...said }, asked(changes));
const next = (answer: Answer): Rollout | null => (answer.kind === "change" ? answer.change.rollout : null);
const why = (answer: Answer): string => (answer.kind === "refused" ? answer.why : answer.what);

const every: readonly Said[] = [
  { action: "check" },
  { action: "start", breakGlass: null },
  { action: "pause", reason: "lunch" },
  { action: "resume" },
  { action: "advance", to: "all", breakGlass: "we must" },
  { action: "approve" },
  { action: "reject", reason: "no" },
  { action: "acknowledge", gate: "drift", why: "by hand", until: new Date(T0 + HOUR).toISOString() },
  { action: "rollback", to: "off", reason: "doubt" },
  { action: "abort", reason: "no more" },
  { action: "complete", lessons: "none", breakGlass: "we must" },
  { action: "tick", precheck: "backup", evidence: "log 7" },
  { action: "note", text: "all is well" },
  { action: "drilled", seconds: 1.2 },
];

describe.each(statuses)("in $name", (status) => {
  test.each(every)("$action leads where it may or is refused in a sentence", (said) => {
    const answer = does(said, { rollout: rollout({ status }) });
    const after = next(answer)?.status.name ?? status.name;
    expect([status.name, ...successors[status.name]]).toContain(after);
    if (answer.kind === "refused") expect(answer.why).toMatch(/^cannot .+: .+/);
  });
});

test("what is asked twice is done once", () => {
  const askingLast: Partial<Asked> = { last: { ...judgement(), conclusion: "ask-approval", why: "" } };
  const approving = plan({
    phases: [phase("shadow", { approval: { count: 2, names: [], notAuthor: false } }), phase("ten"), phase("all")],
  });
  const once = every.filter(({ action }) => action !== "note" && action !== "drilled" && action !== "complete");
  const begun = (action: string): Rollout =>
    action === "start" || action === "tick" || action === "check"
      ? draft("checkout-1", plan(), "hash")
      : action === "resume"
        ? rollout({ status: { name: "paused", phase: 0, since: AT0, by, reason: "lunch" } })
        : rollout({}, approving);
  const answers = once.map((said) => {
    const first = does(said, { ...askingLast, rollout: begun(said.action) });
    return [said.action, first.kind, does(said, { ...askingLast, rollout: next(first) ?? rollout() }).kind];
  });
  expect(answers).toEqual(once.map(({ action }) => [action, "change", "unchanged"]));
});

describe("start", () => {
  const unticked = { name: "backup", green: false, text: "nobody has ticked it" };
  test("is refused until every precheck is green, or the glass is broken with a reason", () => {
    const begin = (breakGlass: string | null): Answer =>
      does({ action: "start", breakGlass }, { rollout: draft("checkout-1", plan(), "hash"), prechecks: [unticked] });
    expect(why(begin(null))).toContain("cannot start: backup: nobody has ticked it");
    expect(why(begin(" "))).toContain("takes a reason");
    expect(next(begin("the night of the launch"))).toMatchObject({
      status: { name: "running", phase: 0 },
      startedBy: by,
    });
    const forced = begin("the night of the launch");
    expect(forced.kind === "change" && forced.change.reason).toContain(
      "glass broken: the night of the launch (backup: ",
    );
  });

  test("begins with the first phase of this place", () => {
    const phases = [phase("dev", { environment: "dev" }), phase("shadow")];
    const planned = draft("checkout-1", plan({ phases }), "hash");
    expect(next(does({ action: "start", breakGlass: null }, { rollout: planned }))?.status).toMatchObject({ phase: 1 });
    const elsewhere = draft("checkout-1", plan({ phases: phases.slice(0, 1) }), "hash");
    expect(why(does({ action: "start", breakGlass: null }, { rollout: elsewhere }))).toContain(
      "no phase takes place in production",
    );
  });

  test("after a rollback begins anew, with new evidence", () => {
    const back = rollout({
      status: { name: "rolled-back", phase: 1, to: "off", since: AT0, by, reason: "" },
      visit: 5,
    });
    expect(next(does({ action: "start", breakGlass: null }, { rollout: back }))).toMatchObject({
      status: { name: "running", phase: 0 },
      visit: 6,
    });
  });

  test("and advance wait for open critical incidents, whatever glass is broken", () => {
    const unstarted = draft("checkout-1", plan(), "hash");
    const incidents = ["17"];
    expect(why(does({ action: "start", breakGlass: "now" }, { rollout: unstarted, incidents }))).toContain(
      "incidents: 17",
    );
    expect(why(does({ action: "advance", to: "ten", breakGlass: "now" }, { incidents }))).toContain("incidents: 17");
  });
});

test("start and advance wait for the end of the kill switch, whatever glass is broken", () => {
  const unstarted = draft("checkout-1", plan(), "hash");
  expect(why(does({ action: "start", breakGlass: "now" }, { rollout: unstarted, killed: true }))).toContain(
    "kill switch",
  );
  expect(why(does({ action: "advance", to: "ten", breakGlass: "now" }, { killed: true }))).toContain("kill switch");
});

test("a phase that is named takes a reason, which the audit has", () => {
  expect(why(does({ action: "advance", to: "ten", breakGlass: null }))).toContain("say why");
  const answer = does({ action: "advance", to: "ten", reason: "before the campaign", breakGlass: null });
  expect(answer.kind === "change" && answer.change.reason).toContain("before the campaign");
});

describe("advance by hand", () => {
  const advance = (to: string | null, breakGlass: string | null, changes: Partial<Asked> = {}): Answer =>
    does({ action: "advance", to, breakGlass }, changes);

  test("goes on where everything is passed", () => {
    expect(next(advance(null, null))?.status).toMatchObject({ name: "running", phase: 1 });
  });

  test.each<[string, Partial<Asked>, string]>([
    ["it has not run for long enough", { progress: freshProgress(1, AT0) }, "2 h more in shadow"],
    ["a gate warns", { last: { ...judgement([result(drift, "WARN")]), conclusion: "hold", why: "" } }, "drift is WARN"],
    ["nobody has looked", { last: null }, "no checkpoint of this phase"],
    ["nobody has looked lately", { nowMs: T0 + 3 * HOUR }, "no checkpoint of this phase"],
    ["the evidence is of another stay", { rollout: rollout({ visit: 2 }) }, "no checkpoint of this phase"],
    ["nobody is compared", { rollout: rollout({ shed: { at: AT0, reason: "" } }) }, "nobody is compared"],
  ])("waits where %s, unless somebody forces it by name and with a reason", (_, changes, said) => {
    expect(why(advance("ten", null, changes))).toContain(said);
    expect(why(advance(null, "we must", changes))).toContain("name the phase");
    const forced = advance("ten", "we must", changes);
    expect(forced.kind === "change" && forced.change.reason).toContain("glass broken: we must (");
  });

  test("leaves no phase out unforced, and goes nowhere behind or elsewhere", () => {
    const phases = [phase("shadow"), phase("ten"), phase("all"), phase("far", { environment: "staging" })];
    const second = rollout({ status: { name: "running", phase: 1, since: AT0 } }, { phases });
    expect(why(advance("all", null))).toContain("`all` is not the next phase");
    expect(why(advance("shadow", "we must", { rollout: second }))).toContain("is behind: roll back");
    expect(why(advance("far", "we must", { rollout: second }))).toContain(
      "takes place in staging, and this is production",
    );
    expect(why(advance("nowhere", "we must"))).toContain("no phase `nowhere`");
  });
});

describe("approval", () => {
  const approving = (changes: object): Partial<Asked> => ({
    rollout: rollout(
      {},
      { phases: [phase("shadow", { approval: { count: 1, names: [], notAuthor: true, ...changes } }), phase("ten")] },
    ),
    last: { ...judgement(), name: "T+2h", conclusion: "ask-approval", why: "everything else is passed" },
  });
  const approve = (who: string, changes: Partial<Asked> = approving({})): Answer =>
    does({ action: "approve" }, changes, who);

  test("is of the evidence, by whoever is neither author nor starter", () => {
    expect(next(approve("token:carl"))?.approvals).toEqual([
      { by: "token:carl", at: AT0, visit: 1, evidence: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    for (const who of ["anna", "token:anna", "bert"]) expect(why(approve(who))).toContain("wrote or started the plan");
    expect(why(approve("carl", approving({ names: ["dora"] })))).toContain("it is for dora to approve");
    expect(approve("anna", approving({ notAuthor: false })).kind).toBe("change");
  });

  test("is refused where it is not all that is missing", () => {
    const holding = { ...judgement(), conclusion: "hold", why: "WARN: drift" } as const;
    expect(why(approve("carl", { ...approving({}), last: holding }))).toContain(
      "the last checkpoint says: WARN: drift",
    );
    expect(why(approve("carl", { ...approving({}), last: null }))).toContain("no checkpoint yet");
    expect(why(approve("carl", {}))).toContain("asks for no approval");
  });

  test("that is rejected pauses the rollout", () => {
    expect(next(does({ action: "reject", reason: "too early" }, approving({})))?.status).toMatchObject({
      name: "paused",
      reason: "rejected: too early",
    });
    expect(why(does({ action: "reject", reason: "too early" }))).toContain("nothing waits");
  });
});

describe("rollback", () => {
  const from = (status: Rollout["status"]): Partial<Asked> => ({ rollout: rollout({ status }) });
  test("goes where the plan says, or where it is told, and not forward", () => {
    const ten = from({ name: "running", phase: 1, since: AT0 });
    const to = (target: Extract<Order, { action: "rollback" }>["to"]): Answer =>
      does({ action: "rollback", to: target, reason: "doubt" }, ten);
    expect(next(to(null))?.status).toMatchObject({ name: "rolled-back", to: "shadow", by, reason: "doubt" });
    expect(next(to("previous"))?.status).toMatchObject({ to: "previous" });
    expect(next(to({ phase: "shadow" }))?.status).toMatchObject({ to: { phase: "shadow" } });
    expect(why(to({ phase: "all" }))).toContain("is not before ten");
    expect(why(to({ phase: "nowhere" }))).toContain("no phase `nowhere`");
  });

  test("is there after completion, too", () => {
    const completed = statuses.find(({ name }) => name === "completed");
    const answer = does(
      { action: "rollback", to: "off", reason: "doubt" },
      completed === undefined ? {} : from(completed),
    );
    expect(next(answer)?.status).toMatchObject({ name: "rolled-back", phase: 2, to: "off" });
  });
});

describe("completion", () => {
  const last = rollout({ status: { name: "running", phase: 2, since: AT0 } });
  test("asks for what was learned, and keeps flags from cutover on", () => {
    expect(why(does({ action: "complete", lessons: " ", breakGlass: null }, { rollout: last }))).toContain(
      "what was learned",
    );
    const answer = does(
      { action: "complete", lessons: "Measure first.", breakGlass: null },
      { rollout: last, nowMs: T0 + HOUR },
    );
    expect(next(answer)?.status).toMatchObject({
      name: "completed",
      lessons: "Measure first.",
      keepUntil: new Date(T0 + 720 * HOUR).toISOString(),
    });
  });

  test("is refused before the last phase is passed", () => {
    expect(why(does({ action: "complete", lessons: "x", breakGlass: "now" }))).toContain(
      "shadow is not the last phase",
    );
    const failing = { ...judgement([result(errorRate, "INCONCLUSIVE")]), conclusion: "hold", why: "" } as const;
    const incidents = ["17"];
    expect(why(does({ action: "complete", lessons: "x", breakGlass: null }, { rollout: last, incidents }))).toContain(
      "open critical incidents: 17",
    );
    expect(
      why(does({ action: "complete", lessons: "x", breakGlass: null }, { rollout: last, last: failing })),
    ).toContain("errors is INCONCLUSIVE");
  });
});

test("resume compares again what was shed, as a stay of its own", () => {
  const shed = rollout({ shed: { at: AT0, reason: "legacy" } });
  expect(next(does({ action: "resume" }, { rollout: shed }))).toMatchObject({
    shed: null,
    visit: 2,
    status: { name: "running" },
  });
  expect(does({ action: "resume" }).kind).toBe("unchanged");
});

test.each<[Said, string]>([
  [{ action: "acknowledge", gate: "drift", why: "by hand", until: AT0 }, "a time to come"],
  [{ action: "acknowledge", gate: "drift", why: "by hand", until: "soon" }, "a time to come"],
  [{ action: "acknowledge", gate: "drift", why: "by hand", until: "0h" }, "a time to come"],
  [{ action: "acknowledge", gate: "drift", why: "", until: "2030-01-01" }, "why it is expected"],
  [{ action: "pause", reason: "" }, "say why"],
  [{ action: "abort", reason: "" }, "say why"],
  [{ action: "rollback", to: null, reason: "" }, "say why"],
  [{ action: "note", text: " " }, "no text"],
  [{ action: "drilled", seconds: Number.NaN }, "NaN seconds"],
])("%o is refused", (said, text) => {
  expect(why(does(said))).toContain(text);
});

test("only prechecks of the plan are ticked, with evidence", () => {
  const unstarted = { rollout: draft("checkout-1", plan(), "hash") };
  expect(why(does({ action: "tick", precheck: "load test", evidence: "x" }, unstarted))).toContain("it has `backup`");
  expect(why(does({ action: "tick", precheck: "backup", evidence: "" }, unstarted))).toContain("by what evidence");
});

test("who only observes moves on paper, and no flag with it", () => {
  const answer = does(
    { action: "advance", to: "ten", reason: "on paper", breakGlass: null },
    { rollout: rollout({}, { mode: "observe" }) },
  );
  expect(answer.kind === "change" && [answer.change.rollout.status, answer.change.flags]).toEqual([
    { name: "running", phase: 1, since: AT0 },
    [],
  ]);
});
