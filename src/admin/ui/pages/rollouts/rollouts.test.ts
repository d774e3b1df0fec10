import { describe, expect, it } from "vitest";
import type { GateResult } from "../../../../rollout/index.ts";
import { checkpoint, progress, rollout } from "../../../calls/sample.ts";
import { report, world } from "./sample.ts";

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
    // Before the first cell there is nothing to draw.
    const figures = { K: 0, N: 0, budget: 0.001, b: 0, c: 0, effect: 0, minEffect: 0.0002 };
    const nothing: GateResult = { ...result, verdict: "INCONCLUSIVE", figures };
    const bare = await world({ checkpoints: async () => [{ ...checkpoint, gates: [nothing] }] }, [
      { ...one, plan: { ...one.plan, gates } },
    ]);
    const before = await bare.open("/rollouts/events");
    expect(before.text).toContain("verdict-inconclusive");
    expect(before.text).not.toContain('aria-label="Value');
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
