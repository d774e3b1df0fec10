import { expect, test } from "vitest";
import { explainPlan } from "./explain.ts";
import type { PlanExplanation } from "./explain.ts";
import { parsePlan } from "./plan-schema.ts";

const gates = [{ type: "errorRate", budget: "0.1%" }];

function explained(written: object, itemsPerHour: number | null = null): PlanExplanation {
  const parsed = parsePlan({ plan: "p", flag: "F", gates, author: "team", rollback: { to: "shadow" }, ...written });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return explainPlan(parsed.plan, { itemsPerHour, unsaid: parsed.unsaid });
}

const phases = (...list: readonly object[]): object => ({
  phases: list.map((phase, index) => ({ name: `p${index}`, ...phase })),
});

const kept = phases({ compare: 50, approval: {} });

test.each<[object, number]>([
  [{ type: "errorRate", budget: "1%" }, 376],
  [{ type: "errorRate", budget: "0.1%" }, 3_778],
  [{ type: "divergence", budget: "0.01%" }, 37_791],
  [{ type: "addedLatency", max: "100ms" }, 74],
])("of %j it is known how many cells without a bad one it takes", (gate, needs) => {
  const [phase] = explained({ ...kept, gates: [gate] }).phases;
  expect(phase?.gates[0]?.needs).toBe(needs);
  expect(phase?.needs).toBe(needs);
});

test("how long that takes follows from the rate and from whom the phase compares", () => {
  const hours = (changes: object, rate: number): readonly (number | null)[] =>
    explained(changes, rate).phases.map(({ gates: [gate] }) =>
      gate?.takesMs === null || gate === undefined ? null : Math.round(gate.takesMs / 36_000) / 100,
    );
  // 3,778 cells at 1,000 an hour: all of them, half; a quarter is served, of which half is compared; all served.
  const shares = phases({ compare: 100 }, { compare: 50 }, { serve: 25, compare: 50 }, { serve: 100, compare: 20 });
  expect(hours(shares, 1_000)).toEqual([3.78, 7.56, 4.32, 18.89]);
  expect(hours(phases({ allowlist: ["ana"] }, { compare: 1, audience: "few" }), 1_000)).toEqual([null, null]);
});

test("a phase takes its time, or that of its slowest gate", () => {
  const [slow, long] = explained(
    phases({ compare: 5, minDuration: "24h" }, { compare: 100, minDuration: "24h" }),
    1_000,
  ).phases;
  expect(Math.round((slow?.soonestMs ?? 0) / 3_600_000)).toBe(76);
  expect(long?.soonestMs).toBe(86_400_000);
  expect(explained(kept).phases[0]?.soonestMs).toBeNull();
});

test("phases are told in plain sentences, and shoppers as numbers", () => {
  const told = explained(
    phases(
      { kind: "baseline", environment: "production" },
      {
        allowlist: ["ana", "bea"],
        environment: "production",
        maxDuration: "48h",
        approval: { count: 2, names: ["x", "y"] },
      },
      { compare: 5, environment: "production" },
      { serve: 10, compare: 50, environment: "production" },
      { serve: 100, compare: 0, environment: "production", allowDecrease: true },
    ),
  ).phases.map(({ text }) => text);
  expect(told).toEqual([
    [
      "Legacy alone, recorded: what it is like before anything begins. In production only.",
      "At least 24 h of running time.",
    ],
    [
      "2 shoppers on a closed list compared, legacy answers everybody. In production only.",
      "At least 24 h of running time; after 2 days a decision is due, and nothing else happens.",
      "2 approvals of x, y, not the author, are needed before it is left.",
    ],
    [
      "5 % of shoppers and 2 shoppers by name compared, legacy answers everybody. In production only.",
      "At least 24 h of running time.",
    ],
    [
      "10 % of shoppers answered by the candidate, everybody else is compared; 50 % of those served are compared with legacy afterwards. In production only.",
      "At least 24 h of running time.",
    ],
    [
      "100 % of shoppers answered by the candidate; nobody is compared with legacy afterwards. In production only.",
      "At least 24 h of running time.",
      "Whoever is served may stop being served by it.",
    ],
  ]);
  expect(JSON.stringify(told)).not.toMatch(/ana|bea/);
});

test("without shadow nobody is compared, and whoever is named is served", () => {
  const plan = { shadow: false, rollback: { to: "off" }, ...phases({ serve: 1, forceOn: ["ana"] }) };
  const {
    text,
    phases: [phase],
  } = explained(plan);
  expect(phase?.text[0]).toBe("1 % of shoppers and 1 shopper by name answered by the candidate, nobody is compared.");
  expect(text).toContain("A rollback leads to legacy, for everybody.");
});

test("every type of gate has a sentence of its own", () => {
  const all = [
    ...["errorRate", "divergence"].map((type) => ({ type, budget: "1%" })),
    ...["divergenceCount", "candidateLatency", "determinism", "bucketDeterminism", "configDrift", "coverage"].map(
      (type) => ({ type }),
    ),
    ...["sensitivity", "observerEffect", "baseline", "alerts"].map((type) => ({ type })),
    { type: "addedLatency", max: "40ms" },
    { type: "serverErrors", max: "1%", consecutive: 3 },
    { type: "metric", name: "rtf", max: 1, prometheus: { url: "http://127.0.0.1:9090", query: "max(rtf)" } },
    { type: "metric", name: "rate", min: 0.5, max: 0.9, json: { url: "http://127.0.0.1/", pointer: "/rate" } },
  ];
  const [phase] = explained({ ...kept, gates: all }).phases;
  const texts = phase?.gates.map(({ text }) => text) ?? [];
  expect(new Set(texts).size).toBe(all.length);
  expect(texts.at(-1)).toBe(
    "/rate of http://127.0.0.1/ is from 0.5 to 0.9 (2 checkpoints in a row have to fail): else it rolls back",
  );
  expect(texts.at(-3)).toBe(
    "at most 1 % of answers are 500 or above, or none (3 checkpoints in a row have to fail): else it rolls back",
  );
});

test("what a gate of a phase that serves asks and does is told in plain sentences", () => {
  const all = [
    { type: "latency", max: "8s", onFail: "lower", within: "24h" },
    { type: "events", min: 1, consecutive: 1, onFail: "lower", to: { phase: "p0" } },
    { type: "serverErrors", max: 0, side: "candidate", consecutive: 1, onFail: "rollback", to: "previous" },
    { type: "alerts", onFail: "adjust", settings: { model: "small", suggestions: 3 } },
  ];
  const two = phases(
    { serve: 10 },
    { serve: 20, minDuration: "2h", rollbackTo: { phase: "p0" }, manual: ["an alert"] },
  );
  const [first, last] = explained({ shadow: false, gates: all, ...two }, 1_000).phases;
  expect(last?.gates.map(({ text }) => text)).toEqual([
    "the candidate answers within 8 s in 95 % of cells, for 24 h without a break: else it is lowered to the phase before, and holds until somebody resumes it",
    'the candidate declares events, at least 1 in the last hour: else it is lowered to "p0", and holds until somebody resumes it',
    "not one of the candidate's answers is 500 or above, or none: else it rolls back to the phase before",
    "no alarm of Sombra's is on that nobody expects: else `model`, `suggestions` of the flag's settings are written, once, and it holds",
  ]);
  expect(first?.gates[0]?.text).toMatch(/: else it rolls back$/);
  expect(last?.text).toContain('A rollback from it leads to "p0".');
  expect(last?.text).toContain("Ticked in it before it is left: an alert.");
  // Of all items a fifth is the candidate's.
  expect([last?.gates[0]?.needs, Math.round((last?.gates[0]?.takesMs ?? 0) / 60_000)]).toEqual([74, 22]);
  expect(last?.soonestMs).toBe(86_400_000);
});

const warnings = (written: object, rate: number | null = null): readonly string[] =>
  explained(written, rate).warnings.map(({ text }) => text);

test("a plan that keeps the standing rules is not warned of", () => {
  expect(warnings(kept)).toEqual([]);
});

test.each<[string, object, RegExp]>([
  [
    "somebody is served before anybody was compared",
    { ...phases({ serve: 1, compare: 0, approval: {} }), gates: [{ type: "alerts" }] },
    /"p0", the first of production, is no dual-run/,
  ],
  [
    "the first phase of production compares nobody",
    { ...phases({ compare: 0, approval: {} }), gates: [{ type: "alerts" }] },
    /is no dual-run/,
  ],
  [
    "who is served is compared",
    phases({ compare: 5, approval: {} }, { serve: 5 }),
    /^Phase "p1" serve and compare .* seen tied/,
  ],
  [
    "a percent step takes hours",
    phases({ compare: 5, minDuration: "4h", approval: {} }),
    /"p0" takes 4 h: a share wants at least 24 h/,
  ],
  ["no rollback target is said", { ...kept, rollback: {} }, /No rollback target is said/],
  ["nobody approves", phases({ compare: 5 }), /No phase of production needs an approval/],
  ["flags are kept for days", { ...kept, keepFlags: "7d" }, /Flags are kept for 7 days after the last phase: 30 days/],
  [
    "a budget is large",
    { ...kept, gates: [{ type: "errorRate", budget: 0.1 }] },
    /"errorRate" puts up with 10 %: is a "%" missing/,
  ],
  [
    "a baseline is asked for and none recorded",
    { ...kept, gates: [...gates, { type: "baseline" }] },
    /no phase records one/,
  ],
  ["nobody answers for it", { ...kept, author: undefined }, /No `author` is said/],
  [
    "no gate has an answer",
    { shadow: false, ...phases({ compare: 5, approval: {} }, { serve: 5 }) },
    /"p1" has no gate that could be answered/,
  ],
])("it is warned of where %s", (_what, written, wanted) => {
  expect(warnings(written)).toEqual([expect.stringMatching(wanted)]);
});

test("a phase that is due before its gates can pass is warned of, at that rate", () => {
  const short = phases({ compare: 1, maxDuration: "48h", approval: {} });
  expect(warnings(short, 1_000)).toEqual([
    expect.stringMatching(/"p0" is due after 2 days, and its gates need 15\.7 days/),
  ]);
  expect(warnings(short, 100_000)).toEqual([]);
});

test("phases of other environments are no first phase of production", () => {
  const staged = phases(
    { environment: "staging", compare: 100 },
    { environment: "staging", serve: 100, compare: 0, gates: [{ type: "alerts" }] },
    { environment: "production", compare: 5, approval: {} },
  );
  expect(warnings(staged)).toEqual([]);
});
