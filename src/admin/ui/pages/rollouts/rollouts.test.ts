import { describe, expect, it } from "vitest";
import type { Checkpoint, GateResult, Order, Rollout } from "../../../../rollout/index.ts";
import type { Report } from "../../../../report/index.ts";
import { readPlan } from "../../../../cli/config/plans.ts";
import { checkpoint, progress, rollout, sampleRollouts, simulation } from "../../../calls/sample.ts";
import type { RolloutsDeps } from "../../../rollouts.ts";
import { sampleNow, sampleToken, startForTest } from "../../../sample.ts";
import { createReader } from "../../sample.ts";

const access = {
  tokens: [sampleToken("eva", ["read"]), sampleToken("ana", ["operate"]), sampleToken("rui", ["approve"])],
  hosts: [],
};

const report: Report = {
  kind: "before",
  rollout: "events",
  phase: null,
  plan: {
    name: "events",
    hash: "0f",
    flag: "CANONICAL",
    mode: "act",
    author: "anna",
    text: [],
    phases: [],
    warnings: [],
    procedures: [],
  },
  status: { name: "running", phase: "list", since: null, by: null, reason: null, to: null, keep_until: null },
  prechecks: [{ name: "load-test", kind: "manual", green: false, text: "nobody has ticked it", by: null, at: null }],
  drill: null,
  initial: null,
  stays: [],
  decisions: [],
  decisions_left_out: 0,
  notes: [],
  lessons: null,
  next: "",
  way_back: "",
  made_at: "",
  environment: "test",
  audit: { seq: 7, hash: "abcd" },
};

/** What may be asked of one that runs by who operates, in the order it is offered. */
const operating = ["checkpoint", "pause", "rollback", "advance", "acknowledge", "drill", "note", "abort"];

/** Asks for an approval. */
const asking: Checkpoint = {
  ...checkpoint,
  gates: [],
  status: "PASS",
  conclusion: "ask-approval",
  why: "everything else",
};

async function world(changes: Partial<RolloutsDeps> = {}, known?: readonly Rollout[]) {
  const sample = sampleRollouts({ report: async () => report, ...changes }, known);
  const admin = await startForTest({ rollouts: sample.rollouts });
  return { ...sample, ...createReader(admin), admin };
}

async function signedIn(name: string, changes: Partial<RolloutsDeps> = {}) {
  const sample = sampleRollouts({ report: async () => report, ...changes });
  const reader = createReader(await startForTest({ rollouts: sample.rollouts, access }));
  await reader.send("/sign-in", { token: name, next: "/rollouts" }, "/sign-in");
  return { ...sample, ...reader };
}

describe("the page of a rollout", () => {
  it("says where it stands, how long still, and what it waits for", async () => {
    const { words } = await world();
    const page = await words("/rollouts/events");
    expect(page).toContain("list now 1 shopper by name: serves 0 % · compares 100 %");
    expect(page).toMatch(/Time left in this phase 50 min/);
    expect(page).toMatch(/Cells missing 3,770 about \d+ d/);
    expect(page).toMatch(/Decision due in 1 h 50 min/);
    expect(page).toMatch(/Approvals 1 of 2 of bob, eve; not anna/);
    expect(page).toMatch(
      /It waits for 50 min more of running time in this phase gate errors: inconclusive, 3,770 more/,
    );
    expect(page).toContain("1 approval");
  });

  it("marks the present phase, and only it", async () => {
    const { open } = await world();
    const { text } = await open("/rollouts/events");
    expect(text.match(/aria-current="step"/g)).toHaveLength(1);
    expect(text).toMatch(/step-now" aria-current="step"[\s\S]*?<strong>list<\/strong>/);
  });

  it("says that a decision is due once it has run for longer than planned", async () => {
    const { words } = await world({ progress: async () => ({ ...progress, runningMs: 7_200_001 }) });
    const page = await words("/rollouts/events");
    expect(page).toContain("A decision is due: it has been in this phase for longer than 2 h");
    expect(page).toContain("Decision due now");
  });

  it("draws a gate with its estimate, its interval and its budget, and says them", async () => {
    const result: GateResult = {
      gate: "errors",
      type: "errorRate",
      verdict: "FAIL",
      text: "4 of 1,000",
      figures: { K: 4, N: 1_000, estimate: 0.004, from: 0.0016, to: 0.0102, budget: 0.001, minEffect: 0.0002 },
      missing: null,
      expected: false,
    };
    const gates = [
      { name: "errors", type: "errorRate", budget: 0.001, minEffect: 0.0002, onFail: "rollback" },
    ] as const;
    const one = rollout();
    const { open } = await world({ checkpoints: async () => [{ ...checkpoint, gates: [result] }] }, [
      { ...one, plan: { ...one.plan, gates } },
    ]);
    const { text } = await open("/rollouts/events");
    expect(text).toContain('aria-label="Estimate 0.40 %, interval 0.16 % to 1.02 %, budget 0.1 %"');
    // The limit of four times the budget ends the line: the band goes on past it.
    expect(text).toMatch(/class="limit" x="22\.32%"/);
    expect(text).toMatch(/class="estimate" cx="89\.29%"/);
    expect(text).toContain("verdict-fail");
  });

  it("says why it was rolled back, and by whom", async () => {
    const status = {
      name: "rolled-back",
      phase: 1,
      to: "shadow",
      since: progress.at,
      by: "token:ana",
      reason: "bad orders",
    } as const;
    const { words } = await world({}, [rollout({ status })]);
    const page = await words("/rollouts/events");
    expect(page).toContain("Rolled back to shadow: legacy answers everybody");
    expect(page).toContain("bad orders");
    expect(page).toContain("ana");
  });

  it("tells what the store does not say now, and everything else", async () => {
    const away = async (): Promise<never> => {
      throw new Error("no answer in time");
    };
    const { words } = await world({ progress: away, checkpoints: away, groups: away, report: away });
    const page = await words("/rollouts/events");
    expect(page).toContain("What the store keeps of it cannot be read now: no answer in time");
    expect(page).toContain("The decision log cannot be read now");
    expect(page).toContain("Rollback procedures");
  });

  it("is the same in Portuguese", async () => {
    const { open } = await world();
    const { text } = await open("/rollouts/events", { "accept-language": "pt-BR" });
    for (const word of ["Onde está", "Tempo restante nesta fase", "Espera por", "Registro de decisões", "Reverter"]) {
      expect(text).toContain(word);
    }
    expect(text).not.toMatch(/Where it stands|It waits for|Roll back|Decision log|serves 0 %/);
  });

  it("is nobody's where there is none, and says so", async () => {
    const { open } = await world({ unreadable: () => ["old"] });
    expect(await open("/rollouts/none")).toMatchObject({ status: 404 });
    expect((await open("/rollouts")).text).toContain("another version of Sombra may have written them: old");
  });

  it("shows whatever people and traffic wrote as text", async () => {
    const attack = `x"'><img src=x onerror=alert(1)>&`;
    const one = rollout({
      notes: [{ by: attack, at: progress.at, text: attack }],
      acknowledged: [{ gate: attack, by: attack, at: progress.at, why: attack, until: progress.at }],
      startedBy: attack,
    });
    const gate = {
      gate: attack,
      type: "metric",
      verdict: "WARN",
      text: attack,
      figures: { [attack]: 1 },
      missing: null,
      expected: true,
    } as const;
    const decision = {
      at: progress.at,
      until: null,
      times: 1,
      seq: 1,
      by: attack,
      what: "note",
      phase: attack,
      why: attack,
      break_glass: false,
    } as const;
    const { open } = await world(
      {
        checkpoints: async () => [
          {
            ...checkpoint,
            name: attack,
            why: attack,
            gates: [gate],
            alerts: [{ type: attack, severity: "WARN", message: attack, expected: false }],
          },
        ],
        report: async () => ({ ...report, decisions: [decision] }),
        leader: () => attack,
        parse: async () => ({ ok: false, problems: [{ where: attack, is: attack, must: attack }] }),
      },
      [{ ...one, plan: { ...one.plan, description: attack, author: attack } }],
    );
    for (const path of [
      "/rollouts",
      "/rollouts/events",
      "/rollouts/events/checkpoints",
      "/rollouts/events/acknowledge",
    ]) {
      const { text } = await open(path);
      expect(text, path).not.toContain("<img");
      expect(text, path).not.toContain(`"'>`);
    }
  });
});

describe("an order on the page", () => {
  it("is carried out once for each form, however often it is sent", async () => {
    const { send, orders } = await world();
    const fields = { once: "one", text: "looks good" };
    const first = await send("/rollouts/events/note", fields);
    expect(first).toMatchObject({ status: 303, headers: { location: "/rollouts/events" } });
    expect(await send("/rollouts/events/note", fields)).toMatchObject({ status: 303 });
    expect(orders).toEqual([{ action: "note", rollout: "events", by: "dashboard:loopback", text: "looks good" }]);
    expect(await send("/rollouts/events/note", { ...fields, text: "another" })).toMatchObject({ status: 409 });
    expect(orders).toHaveLength(1);
  });

  it.each<readonly [string, Record<string, string>, Partial<Order>]>([
    ["pause", { reason: "lunch" }, { action: "pause", reason: "lunch" }],
    ["rollback", { reason: "bad", to: "off" }, { action: "rollback", to: "off", reason: "bad" }],
    ["rollback", { reason: "bad", to: "" }, { action: "rollback", to: null }],
    [
      "acknowledge",
      { gate: "errors", reason: "known", until: "24h" },
      { action: "acknowledge", gate: "errors", why: "known", until: "24h" },
    ],
    [
      "tick",
      { precheck: "load-test", evidence: "run 4" },
      { action: "tick", precheck: "load-test", evidence: "run 4" },
    ],
    ["resume", { reason: "seen" }, { action: "resume", reason: "seen" }],
    ["abort", { reason: "no" }, { action: "abort", reason: "no" }],
    ["start", { sure: "yes", reason: "all green" }, { action: "start", breakGlass: null }],
    ["start", { sure: "yes", reason: "we know", break_glass: "yes" }, { action: "start", breakGlass: "we know" }],
    [
      "advance",
      { sure: "yes", to: "five", reason: "we know", break_glass: "yes" },
      { action: "advance", to: "five", breakGlass: "we know" },
    ],
    ["complete", { lessons: "test more" }, { action: "complete", lessons: "test more", breakGlass: null }],
  ])("asks for %s with %j", async (ask, fields, order) => {
    const { send, orders } = await world();
    expect(await send(`/rollouts/events/${ask}`, { once: "x", ...fields })).toMatchObject({ status: 303 });
    expect(orders).toMatchObject([order]);
  });

  it("that changes who is served is asked as such", async () => {
    const { open, send, orders } = await world();
    const { text } = await open("/rollouts/events/advance");
    expect(text).toContain("phase list: legacy answers everybody");
    expect(text).toContain("phase five: the candidate answers 5 % of shoppers");
    const { status, text: again } = await send("/rollouts/events/advance", { reason: "because" });
    expect([status, orders]).toEqual([400, []]);
    expect(again).toContain("Tick the box: this changes who is served");
    expect(again).toContain('value="because"');
  });

  it("breaks the glass only where that is ticked, with a reason", async () => {
    const { send, orders } = await world();
    const { status, text } = await send("/rollouts/events/start", { sure: "yes", break_glass: "yes" });
    expect([status, orders]).toEqual([400, []]);
    expect(text).toContain("given with break_glass: the audit keeps it");
  });

  it("that is refused says why, and keeps what was typed", async () => {
    const { send } = await world({ act: async () => ({ kind: "refused", why: "cannot pause: it is night" }) });
    const { status, text } = await send("/rollouts/events/pause", { reason: "typed before" });
    expect(status).toBe(409);
    expect(text).toContain("Cannot pause: it is night");
    expect(text).toContain("typed before");
  });

  it("may be a look now, under a name", async () => {
    const names: unknown[] = [];
    const { send } = await world({
      async checkpoint(_, name) {
        names.push(name);
        return checkpoint;
      },
    });
    expect(await send("/rollouts/events/checkpoint", { name: "T+2h" })).toMatchObject({ status: 303 });
    expect(await send("/rollouts/events/checkpoint", { name: "" })).toMatchObject({ status: 303 });
    expect(await send("/rollouts/events/checkpoint", { name: "<b>" })).toMatchObject({ status: 400 });
    expect(names).toEqual(["T+2h", undefined]);
  });

  it("may be a drill, which says how long it took", async () => {
    const { send, words } = await world({ drill: async () => ({ kind: "done", seconds: 0.4, instances: 3 }) });
    expect(await send("/rollouts/events/drill", { sure: "yes" })).toMatchObject({ status: 303 });
    expect(await words("/rollouts/events")).toContain("Everybody was on legacy after 0.4 s, on 3 instances");
  });

  it("is offered to whom it is for, and refused to others", async () => {
    const asks = { checkpoints: async () => [asking] };
    const offered = async (name: string): Promise<readonly string[]> => {
      const { open } = await signedIn(name, asks);
      const { text } = await open("/rollouts/events");
      return [...text.matchAll(/href="\/rollouts\/events\/(\w+)" data-ask/g)].map(([, ask = ""]) => ask);
    };
    expect(await offered("eva")).toEqual([]);
    expect(await offered("rui")).toEqual(["approve", "reject"]);
    expect(await offered("ana")).toEqual(operating);
    const [reader, operator, approver] = [
      await signedIn("eva"),
      await signedIn("ana", asks),
      await signedIn("rui", asks),
    ];
    expect(await reader.send("/rollouts/events/pause", { reason: "x" })).toMatchObject({ status: 403 });
    expect(await reader.open("/rollouts/events/pause")).toMatchObject({ status: 403 });
    expect(await operator.send("/rollouts/events/approve", {})).toMatchObject({ status: 403 });
    expect(await approver.send("/rollouts/events/rollback", { reason: "x" })).toMatchObject({ status: 403 });
    expect(await approver.send("/rollouts/events/approve", {})).toMatchObject({ status: 303 });
    expect([reader.orders, operator.orders, approver.orders.map(({ action, by }) => [action, by])]).toEqual([
      [],
      [],
      [["approve", "dashboard:rui"]],
    ]);
  });
});

describe("a plan that is pasted", () => {
  it("may begin with an example, which is sound", async () => {
    const { open, words } = await world();
    expect(await words("/rollouts/_new")).toContain("Begin with an example.");
    const { text } = await open("/rollouts/_new?example=1");
    const [, plan = ""] = /<textarea[^>]*>([^<]*)<\/textarea>/.exec(text) ?? [];
    expect(readPlan("example", Buffer.from(plan))).toMatchObject({ ok: true, plan: { name: "first-rollout" } });
  });

  it("is told what is wrong with it, at its place, and is not lost", async () => {
    const { send } = await world();
    const { status, text } = await send("/rollouts/_new", { plan: "a: 1\nb: 2\ncd:  <x>", do: "look" });
    expect(status).toBe(400);
    expect(text).toContain("line 3, column 5 is unknown, must be one of name, flag");
    expect(text).toMatch(/3 │ <\/span>cd: {2}&lt;x&gt;\n.*\^/);
    expect(text).toContain("a: 1\nb: 2\ncd:  &lt;x&gt;</textarea");
  });

  it("is told in sentences before it is saved, and saved once", async () => {
    const { send, orders } = await world({}, []);
    const { status, text } = await send("/rollouts/_new", { plan: "name: events", rate: "2000", do: "look" });
    expect([status, orders]).toEqual([200, []]);
    expect(text).toContain("It moves CANONICAL in 2 phases.");
    expect(text).toContain("1 shopper by name: serves 0 %");
    const save = { plan: "name: events", do: "save", once: "1" };
    expect(await send("/rollouts/_new", save)).toMatchObject({
      status: 303,
      headers: { location: "/rollouts/events" },
    });
    expect(await send("/rollouts/_new", save)).toMatchObject({ status: 303 });
    expect(orders.map(({ action }) => action)).toEqual(["create", "check"]);
  });
});

describe("a simulation", () => {
  it("shows what the plan would do, and what was asked", async () => {
    const asked: unknown[] = [];
    const { send } = await world({
      async simulate(_, given) {
        asked.push(given);
        return { kind: "done", simulation };
      },
    });
    const fields = { traffic: "2000", candidate: "errors=1%@1h", runs: "100", approve_after: "2h" };
    const { status, text } = await send("/rollouts/events/simulate", fields);
    expect(status).toBe(200);
    expect(asked).toEqual([{ traffic: "2000", candidate: "errors=1%@1h", runs: 100, seed: 1, approveAfter: "2h" }]);
    const words = text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    expect(words).toMatch(/Time to notice 30 min 10 min to 50 min in eight of ten; noticed in 96 of 99 runs/);
    expect(words).toMatch(/Bad answers served 12/);
    expect(words).toMatch(/False alarms 1 of 100 runs; at most 5\.45 %/);
    expect(text).toContain('aria-label="list: from 0 s to 1 h after the start"');
    expect(text).toMatch(/class="back" x="75\.00%"/);
  });

  it.each([
    [{ kind: "busy" } as const, "one at a time"],
    [{ kind: "refused", why: "no phase takes place here" } as const, "no phase takes place here"],
    [
      { kind: "wrong", problems: [{ where: "candidate", is: "ill", must: "healthy" }] } as const,
      "candidate must be healthy",
    ],
  ])("says why there is none (%j)", async (answer, said) => {
    const { send } = await world({ simulate: async () => answer });
    const fields = { traffic: "1", candidate: "kept as typed", runs: "5", approve_after: "1h" };
    const { status, text } = await send("/rollouts/events/simulate", fields);
    expect(status).toBe(409);
    expect(text).toContain(said);
    expect(text).toContain("kept as typed");
  });
});

it("shows twelve decisions a page at most, the newest first, and those before on the next", async () => {
  const decision = { at: progress.at, until: null, times: 1, by: "token:anna", what: "note", phase: null } as const;
  const decisions = Array.from({ length: 30 }, (_, n) => ({
    ...decision,
    seq: n,
    why: `note ${n}.`,
    break_glass: false,
  }));
  const { open } = await world({ report: async () => ({ ...report, decisions }) });
  const shown = async (page: string): Promise<readonly string[]> =>
    [...(await open(`/rollouts/events${page}`)).text.matchAll(/note (\d+)\./g)].map(([, n = ""]) => n);
  expect(await shown("")).toEqual(Array.from({ length: 12 }, (_, n) => String(29 - n)));
  expect((await open("/rollouts/events")).text).toContain('href="/rollouts/events?log=2#log"');
  expect(await shown("?log=3")).toEqual(["5", "4", "3", "2", "1", "0"]);
});

it("shows ten rollouts a page at most, and twenty checkpoints", async () => {
  const many = Array.from({ length: 25 }, (_, n) => rollout({ id: `events-${n}` }));
  const checkpoints = Array.from({ length: 45 }, (_, n) => ({
    ...checkpoint,
    at: new Date(sampleNow - n * 1_000).toISOString(),
  }));
  const { open } = await world({ checkpoints: async (_, limit) => checkpoints.slice(0, limit) }, many);
  const list = async (path: string, what: RegExp): Promise<number> => (await open(path)).text.match(what)?.length ?? 0;
  expect(await list("/rollouts", /class="track"/g)).toBe(10);
  expect(await list("/rollouts?page=3", /class="track"/g)).toBe(5);
  expect(await list("/rollouts?page=99", /class="track"/g)).toBe(5);
  expect(await list("/rollouts/events-1/checkpoints?page=3", /id="checkpoint-/g)).toBe(5);
  expect(await list("/rollouts/events-1", /id="checkpoint-/g)).toBe(8);
});
