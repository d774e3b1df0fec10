import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { showProblem } from "./errors.ts";
import { plansFolder, readPlan, readPlans, sentPlanText } from "./plans.ts";

const SOUND = `plan: a
flag: F
phases:
  - name: one
    compare: 5
gates:
  - {type: errorRate, budget: 1%}
`;

function wrong(yaml: string): readonly string[] {
  const read = readPlan("a.yaml", Buffer.from(yaml));
  return read.ok ? [] : read.problems.map(showProblem);
}

test("a plan is read from YAML, and from JSON, which is YAML", () => {
  const read = readPlan("a.yaml", Buffer.from(SOUND));
  expect(read).toMatchObject({ ok: true, plan: { name: "a", phases: [{ name: "one", compare: 5 }] } });
  const json = {
    plan: "a",
    flag: "F",
    phases: [{ name: "one", compare: 5 }],
    gates: [{ type: "errorRate", budget: "1%" }],
  };
  expect(readPlan("a.json", Buffer.from(JSON.stringify(json)))).toEqual(read);
  expect(sentPlanText(JSON.stringify(json, null, 2))).toEqual(read);
  expect(sentPlanText(SOUND)).toEqual(read);
});

test.each([
  [
    "a value",
    SOUND.replace("compare: 5", "compare: 500"),
    "line 5, column 14: phases[0].compare is 500, must be a number",
  ],
  [
    "an unknown key",
    SOUND.replace("compare:", "compere:"),
    "line 5, column 5: phases[0].compere is unknown, must be one of",
  ],
  [
    "an unknown field of a template",
    `${SOUND}audiences:\n  - {channel: team, frequency: end, owner: anna, template: {title: t, text: "{flag} {flagg}"}}\n`,
    'line 9, column 77: audiences[0].template.text is "{flag} {flagg}", must be text without {flagg}: the fields are {rollout}, ',
  ],
  [
    "an unknown template",
    `${SOUND}audiences:\n  - {channel: team, frequency: end, owner: anna, template: digst}\n`,
    'line 9, column 60: audiences[0].template is "digst", must be "digest", "product", "executive" or "release-notes"',
  ],
  ["what is missing", SOUND.replace("flag: F\n", ""), "line 1, column 1: flag is missing, must be 1 to 128"],
  ["what two phases have", SOUND.replace("gates", "  - {name: one}\ngates"), "line 6, column 12: phases[1].name is"],
  ["a key given twice", SOUND.replace("flag: F", "plan: b"), "line 2, column 1: is an option given before"],
  ["what is no map", "- a\n", "line 1, column 1: the plan is a list, must be a map of plan, "],
])("%s is told by line and column", (_what, yaml, text) => {
  expect(wrong(yaml)).toEqual([expect.stringContaining(`a.yaml ${text}`)]);
});

test("several are told from top to bottom, through an alias where it is written", () => {
  const yaml = `${SOUND.replace("compare: 5", "compare: 5\n    gates: &g [{type: nothing}]")}keepFlags: 30\n`;
  const twice = yaml.replace("gates:\n", "  - {name: two, gates: *g}\ngates:\n");
  expect(wrong(twice).map((line) => /line \d+, column \d+: [\w.[\]]+/.exec(line)?.[0])).toEqual([
    "line 6, column 23: phases[0].gates[0].type",
    "line 6, column 23: phases[1].gates[0].type",
    "line 10, column 12: keepFlags",
  ]);
});

test("what was sent is told by its path, and by line and column", () => {
  const json = { plan: "a", flag: "F", phases: [{ name: "one", serve: -1 }], gates: [{ type: "alerts" }] };
  expect(sentPlanText(JSON.stringify(json, null, 2))).toEqual({
    ok: false,
    problems: [
      {
        where: "line 7, column 16: phases[0].serve",
        is: "-1",
        must: expect.stringContaining("a number from 0 to 100"),
      },
    ],
  });
  expect(sentPlanText("3")).toMatchObject({ ok: false, problems: [{ where: "line 1, column 1", is: "3" }] });
  expect(sentPlanText(SOUND.replace("F", "'?'"))).toMatchObject({
    ok: false,
    problems: [{ where: "line 2, column 7: flag", is: '"?"' }],
  });
  expect(sentPlanText("a:\n\tb: 1\n")).toEqual({
    ok: false,
    problems: [{ where: "line 2, column 1", is: "indented by a tab", must: "indented by spaces" }],
  });
});

const ROOT = resolve(import.meta.dirname, "../../..");
const folder = resolve(ROOT, "config/plans");
const readFile = (path: string): Uint8Array => readFileSync(path);

test("the plans of config/plans are sound, bear the names of their files, and name no real shopper", () => {
  const plans = readPlans({ readFile, readFolder: (path) => readdirSync(path), folder });
  expect(plans.map(({ file }) => file)).toEqual([
    "business-events-canary.yaml",
    "f5tts-engine.yaml",
    "passenger-favorites-matching.yaml",
    "recommendations.yaml",
    "whatsapp-canonical-events.yaml",
  ]);
  const seen: string[] = [];
  for (const { read } of plans) {
    if (!read.ok) throw new Error(read.problems.map(showProblem).join("\n"));
    const named = read.plan.phases.flatMap(({ allowlist, forceOn }) => [...(allowlist ?? []), ...forceOn]);
    seen.push(...named);
    for (const shopper of named) expect(shopper).toMatch(/^(?:tester|canary-shopper|test-shopper)-[a-z\d-]+$/);
  }
  expect(seen.length).toBeGreaterThan(10);
});

test("whatsapp-canonical-events has the guide's phases and limits", () => {
  const read = readPlan("x", readFileSync(resolve(folder, "whatsapp-canonical-events.yaml")));
  if (!read.ok) throw new Error("is wrong");
  const { phases, gates, keepFlagsMs } = read.plan;
  const hours = (ms: number | null): number | null => ms && ms / 3_600_000;
  const told = phases.map(({ name, environment, serve, compare, allowlist, minMs, maxMs }) => {
    return [name, environment, serve, allowlist?.length ?? compare, hours(minMs), hours(maxMs)];
  });
  expect(told).toEqual([
    ["dev", "development", 0, 100, 1, null],
    ["staging", "staging", 0, 1, 24, null],
    ["canary", "production", 0, 3, 24, 48],
    ["shadow-5", "production", 0, 5, 24, null],
    ["shadow-10", "production", 0, 10, 24, null],
    ["shadow-25", "production", 0, 25, 48, null],
    ["shadow-50", "production", 0, 50, 48, null],
    ["shadow-100", "production", 0, 100, 168, null],
    ["cutover", "production", 100, 0, 24, null],
  ]);
  expect(keepFlagsMs).toBe(30 * 86_400_000);
  expect(gates).toContainEqual(expect.objectContaining({ type: "divergenceCount", severity: "critical", max: 0 }));
  for (const phase of phases.filter(({ name }) => name.startsWith("shadow-"))) {
    expect(phase.gates).toMatchObject([
      { type: "errorRate", budget: 0.001, onFail: "rollback" },
      { type: "addedLatency", maxMs: 100, onFail: "rollback" },
    ]);
  }
});

test("passenger-favorites-matching has the guide's phases and limits", () => {
  const read = readPlan("x", readFileSync(resolve(folder, "passenger-favorites-matching.yaml")));
  if (!read.ok) throw new Error("is wrong");
  const { phases, gates, checkpoints, shadow, prechecks } = read.plan;
  const hours = (ms: number | null): number | null => ms && ms / 3_600_000;
  expect(phases.map(({ serve, forceOn, minMs, maxMs }) => [serve, forceOn.length, hours(minMs), hours(maxMs)])).toEqual(
    [
      [0, 12, 2, null],
      [1, 0, 2, 4],
      [5, 0, 4, 6],
      [10, 0, 4, 6],
    ],
  );
  expect([shadow, checkpoints.everyMs]).toEqual([false, 3_600_000]);
  expect(prechecks.automatic).toContainEqual({ name: "list-size", atLeast: 10 });
  expect(gates).toMatchObject([
    { type: "serverErrors", max: 0.01, consecutive: 2, onFail: "rollback" },
    { name: "determinism", type: "bucketDeterminism", onFail: "rollback" },
    { type: "configDrift", onFail: "warn" },
    { type: "alerts", onFail: "rollback" },
  ]);
});

test("plans are beside the file that SOMBRA_CONFIG names", () => {
  expect(plansFolder("/app", undefined)).toBe("/app/config/plans");
  expect(plansFolder("/app", "/etc/sombra/sombra.yaml")).toBe("/etc/sombra/plans");
});

test("a folder that is not there has no plans; one that is has those that are wrong, too", () => {
  const absent = (): never => {
    throw new Error("ENOENT");
  };
  expect(readPlans({ readFile, readFolder: absent, folder: "/nowhere" })).toEqual([]);
  const files: Readonly<Record<string, string>> = { "/p/b.yaml": SOUND, "/p/a.yml": SOUND };
  const given = (path: string): Uint8Array => Buffer.from(files[path] ?? absent());
  const plans = readPlans({
    readFile: given,
    readFolder: () => ["b.yaml", "a.yml", "c.yaml", "README.md"],
    folder: "/p",
  });
  expect(plans.map(({ file, read }) => [file, read.ok])).toEqual([
    ["a.yml", true],
    ["b.yaml", false],
    ["c.yaml", false],
  ]);
  expect(plans.flatMap(({ read }) => (read.ok ? [] : read.problems.map(showProblem)))).toEqual([
    'b.yaml line 1, column 1: plan is "a", must be "b" as its file is',
    "c.yaml line 1, column 1: cannot be read (unreadable), must be a readable file",
  ]);
});
