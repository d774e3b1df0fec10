import { beforeAll, describe, expect, test } from "vitest";
import {
  asHtml,
  asMarkdown,
  asText,
  documentOf,
  reportOf,
  type Report,
  type ReportKind,
} from "../../src/report/index.ts";
import { parsePlan } from "../../src/rollout/plan-schema.ts";
import type { Plan } from "../../src/rollout/plan.ts";
import { healthy, type World } from "../../src/simulate/index.ts";
import { begin, HOUR, MINUTE, orderIn, phaseIn, worldOf, type Wanted } from "./sample.ts";
import { auditOf, portsIn } from "./reported.ts";

const shoppers = ["15550100001", "15550100002"];

const plan = planOf({
  plan: "checkout-v2",
  description: "Orders are placed by the new checkout.",
  flag: "CHECKOUT_V2_ENABLED",
  author: "checkout-team",
  prechecks: { automatic: ["store"], manual: ["load test at twice the peak"] },
  phases: [
    { name: "before", kind: "baseline", minDuration: "1h" },
    { name: "quarter", serve: 25, compare: 50, forceOn: shoppers, minDuration: "2h", approval: { count: 1 } },
    { name: "full", serve: 100, compare: 25, minDuration: "2h" },
  ],
  gates: [
    { type: "errorRate", budget: "1%" },
    { type: "alerts" },
    {
      type: "metric",
      name: "orders-per-hour",
      json: { url: "https://metrics.example/orders", pointer: "/n" },
      min: 10,
      onFail: "hold",
    },
  ],
  rollback: {
    to: "shadow",
    procedures: [
      { component: "order book", steps: ["Look for orders that were placed twice", "Tell the shops"], expected: "15m" },
    ],
  },
});

function planOf(value: object): Plan {
  const parsed = parsePlan(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

/**
 * What happens to many a rollout: an alarm that holds, a step by somebody who could not wait, a candidate that fails and is gone within
 * the hour, and once it is mended the whole way.
 */
async function story(): Promise<{ readonly world: World; readonly midway: Report }> {
  const world = worldOf(plan, { tickMs: 5 * MINUTE });
  world.knobs.measured = { kind: "value", value: 40 };
  const orders = async (order: Wanted, by?: string): Promise<void> => {
    expect(await orderIn(world, plan, order, by)).toMatch(/^done/);
  };
  await begin(world, plan);
  world.knobs.surroundings = { alarms: ["coverage-low"] };
  await world.run(2 * HOUR);
  expect(phaseIn(world, plan)).toBe("before");
  await orders({ action: "note", text: "The alarm is the | load test's; <b>not</b> ours" }, "token:eve");
  const until = "2026-02-03T00:00:00.000Z";
  await orders({ action: "acknowledge", gate: "coverage-low", why: "a load test runs", until }, "token:eve");
  expect(await world.run(2 * HOUR, () => phaseIn(world, plan) === "quarter")).toBe(true);
  world.knobs.surroundings = {};
  await world.run(HOUR);
  const byHand = { kind: "patch", key: "CHECKOUT_V2_ENABLED_SHADOW_MODE", fields: { percent: 75 } } as const;
  world.registry.edit([{ ...byHand, fields: { percent: 70 } }], "token:eve", "Break-glass: a shop asks");
  world.registry.edit([byHand], "token:eve", "Break-glass: as it was");
  await orders({ action: "advance", to: "full", breakGlass: "the campaign begins tonight" });
  await world.run(HOUR);
  world.knobs.behaviour = { ...healthy, candidateFails: 0.04 };
  expect(await world.run(6 * HOUR, () => phaseIn(world, plan) === "rolled-back")).toBe(true);
  const midway = await final(world);
  world.knobs.behaviour = healthy;
  await world.run(HOUR);
  await orders({ action: "start", breakGlass: null }, "command:anna");
  await world.run(12 * HOUR, () => phaseIn(world, plan) === "quarter");
  await world.run(8 * HOUR, () => isAsking(world, "quarter"));
  await orders({ action: "approve" }, "token:eve");
  await world.run(2 * HOUR, () => phaseIn(world, plan) === "full");
  await world.run(8 * HOUR, () => isAsking(world, "full"));
  await orders(
    { action: "complete", lessons: "Time out sooner.\nMend before the campaign.", breakGlass: null },
    "command:anna",
  );
  await world.run(2 * HOUR);
  return { world, midway };
}

function isAsking({ events }: World, phase: string): boolean {
  const last = events.findLast((event) => event.event === "checkpoint");
  return last?.checkpoint.conclusion === "ask-approval" && last.checkpoint.phase === phase;
}

const reportIn = (world: World, kind: ReportKind, phase: string | null = null): Promise<Report> =>
  reportOf(world.rollout(plan.name), { kind, phase }, portsIn(world));
const final = (world: World): Promise<Report> => reportIn(world, "final");
const markdown = (report: Report): string => asMarkdown(documentOf(report));

/** The rows of the table that follows a heading. */
function rowsAfter(text: string, heading: string): readonly string[] {
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return own.split("\n").filter((line) => line.startsWith("| "));
}

describe("a person who reads only the final report", { timeout: 60_000 }, () => {
  let told: Awaited<ReturnType<typeof story>>;
  beforeAll(async () => {
    told = await story();
  }, 60_000);

  test("knows after a rollback from where, why, by which figures, and what now", () => {
    const text = markdown(told.midway);
    const [, summary = ""] = text.split("\n\n");
    expect(summary).toMatch(/^checkout-v2 moves CHECKOUT_V2_ENABLED to the candidate in 3 phases\./);
    expect(summary).toMatch(/Sombra rolled it back from full to shadow: legacy answers everybody/);
    expect(summary).toMatch(/Why: (errorRate|fast lane): \d+ of [\d,]+ (cells|items) [^[\]]+: ln E [\d.]+/);
    expect(rowsAfter(text, "What happened").slice(2)).toEqual([
      expect.stringMatching(/^\| before \| .+ \| advance, .+, Sombra \| before -&gt; quarter: every gate passes/),
      expect.stringMatching(
        /^\| quarter \| serve 25 %, compare 50 % \| .+ \| advance, .+, oscar \(command\) \| .*glass broken/,
      ),
      expect.stringMatching(/^\| full \| serve 100 %, compare 25 % \| .+ \| rollback, .+, Sombra \| .+ln E/),
    ]);
    expect(text).toContain("## The way back from full\n");
    expect(rowsAfter(text, "Gates in full").some((row) => row.startsWith("| errorRate | "))).toBe(true);
    expect(text).toMatch(/## What happens next\n\nIt never goes on by itself\..+sombra rollout start checkout-v2/);
    expect(text).toContain(
      "order book, expected to take 15 min:\n\n1. Look for orders that were placed twice\n2. Tell the shops",
    );
    expect(text).toContain("- **Status:** rolled-back\n");
  });

  test("knows who decided what, by which evidence, in its order", async () => {
    const rows = rowsAfter(markdown(await final(told.world)), "Decisions").slice(2);
    const decided = rows.map((row) => row.split(" | ").slice(1, 4).join(", "));
    expect(decided.filter((row) => !row.includes("evidence anew"))).toEqual([
      "anna (command), written, -",
      "anna (command), precheck ticked, -",
      "anna (command), start, before",
      "Sombra, held, before",
      "eve (token), note, before",
      "eve (token), expected, before",
      "Sombra, phase, quarter",
      "eve (token), flag changed by hand, glass broken, -",
      "eve (token), flag changed by hand, glass broken, -",
      "oscar (command), phase, glass broken, full",
      "Sombra, rollback, full",
      "anna (command), start, before",
      "Sombra, phase, quarter",
      "Sombra, asked for a decision, quarter",
      "eve (token), approved, quarter",
      "Sombra, phase, full",
      "Sombra, asked for a decision, full",
      "anna (command), completed, full",
    ]);
    expect(rows.join("\n")).toMatch(/glass broken: the campaign begins tonight \(/);
    expect(rows.join("\n")).toMatch(/start -&gt; before: green: store: it is so/);
    expect(rows.join("\n")).toMatch(/held \| before \| .*coverage-low/);
    expect(rows.join("\n")).toMatch(/approved on checkpoint .+ \(evidence [0-9a-f]{12}\)/);
  });

  test("has the figures of both sides with their intervals, the notes, and what was learned", async () => {
    const report = await final(told.world);
    const text = markdown(report);
    expect(rowsAfter(text, "Figures by phase")).toHaveLength(2 + 6);
    expect(text).toMatch(/\| Cells in which it alone failed \| 0 \(0 %; 0 % to 0\.\d+ %\) \| 0 \(/);
    expect(text).toMatch(/\| p95 \| [\d.]+ ms \([\d.]+ to [\d.]+\) \| [\d.]+ ms \(/);
    expect(text).toMatch(/- \*\*orders-per-hour \(from outside\):\*\* 40\n/);
    expect(text).toMatch(/Of the baseline, legacy alone, from .+\n\n- \*\*Items:\*\* [\d,]+, 0\.[89]\d* a second\n/);
    expect(text).toMatch(/eve \(token\): The alarm is the \\\| load test's; &lt;b&gt;not&lt;\/b&gt; ours\n/);
    expect(text).toContain("## Lessons learned\n\nTime out sooner.<br>Mend before the campaign.\n");
    expect(text).toMatch(/Its flags stay until 2026-03-\d\d/);
  });

  test("finds no shopper in it, in whatever form", async () => {
    for (const kind of ["before", "initial", "comparison", "phase", "final"] as const) {
      const report = await reportIn(told.world, kind);
      for (const text of [
        JSON.stringify(report),
        markdown(report),
        asHtml(documentOf(report)),
        asText(documentOf(report)),
      ]) {
        expect(shoppers.filter((shopper) => text.includes(shopper))).toEqual([]);
      }
    }
    expect(markdown(await final(told.world))).toContain("forceOn 0 -&gt; 2 shoppers");
  });

  test("can check it against the audit by the hash that it ends with", async () => {
    const newest = auditOf(told.world.registry.audit).at(-1);
    expect(markdown(await final(told.world))).toMatch(
      new RegExp(`- \\*\\*Audit:\\*\\* ${newest?.seq}:${newest?.hash} \\(sombra audit check`),
    );
    for (const kind of ["before", "initial", "comparison", "phase"] as const) {
      const lines = asText(documentOf(await reportIn(told.world, kind)))
        .trimEnd()
        .split("\n")
        .slice(-6);
      expect(lines.map((line) => line.split(":")[0])).toEqual([
        "Time",
        "Phase",
        "Status",
        "Environment",
        "Plan",
        "Audit",
      ]);
    }
  });

  test("of a phase has each stay in it, and compares both sides in the last", async () => {
    const phase = await reportIn(told.world, "phase", "full");
    expect(phase.stays.map(({ left }) => left)).toEqual(["rollback", "completed"]);
    expect(new Set(phase.decisions.map((one) => one.phase))).toEqual(new Set(["full"]));
    const { decisions } = await reportIn(told.world, "phase", "quarter");
    expect(decisions.filter((one) => one.phase !== "quarter").map(({ why }) => why)).toEqual([
      "CHECKOUT_V2_ENABLED_SHADOW_MODE set percent 75 -> 70: Break-glass: a shop asks",
      "CHECKOUT_V2_ENABLED_SHADOW_MODE set percent 70 -> 75: Break-glass: as it was",
    ]);
    const { stays } = await reportIn(told.world, "comparison", "full");
    expect(stays).toHaveLength(1);
    expect(stays[0]?.compared).toMatchObject({ phase: "full", pairs: { candidate_failed: { count: 0 } } });
    expect(stays[0]?.compared?.candidate.items).toBeGreaterThan(3_000);
    const quarter = markdown(await reportIn(told.world, "comparison", "quarter"));
    expect(quarter).toMatch(/\| Shoppers \| [\d,]+ \| [\d,]+ \|/);
  });

  test("sees it as the docs show it", async () => {
    await expect(markdown(await final(told.world))).toMatchFileSnapshot("../../docs/report-example.md");
  });
});
