import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { healthy as usual, type Behaviour } from "../../src/simulate/behaviour.ts";
import type { World } from "../../src/simulate/index.ts";
import { readerOf, type Reader } from "./reader.ts";
import { begin, guide, HOUR, orderIn, phaseIn, worldOf } from "./sample.ts";
import { figures } from "./walk.ts";

const plan = guide("recommendations");
const healthy: Behaviour = { ...usual, bothFail: 0, legacyMs: 100, addedMs: 5 };
const outside = {
  "/acceptance": 0.4,
  "/conversion": 0.03,
  "/nps": 45,
  "/requests_per_second": 30,
  "/cpu": 0.4,
  "/memory": 0.5,
  "/database_ms": 12,
};

let person: Reader;
let world: World;
/** The final report after the fault, and at the end. */
let reports: readonly [string, string];

async function bothApproved(): Promise<void> {
  const isAsked = (): boolean => person.messages.at(-1)?.includes("approval wanted") === true;
  await person.hours(5 * 24, isAsked);
  for (const by of ["token:product-lead", "token:data-lead"]) {
    expect(await orderIn(world, plan, { action: "approve" }, by)).toMatch(/^done/);
    await person.hours(0);
  }
}

/** A model that gets slower and slower, until it is off; another one that goes the whole way. */
beforeAll(async () => {
  const first = Array.from({ length: 50 }, (_, index) => `first-${index}`);
  world = worldOf(plan, {
    tickMs: HOUR,
    traffic: { itemsPerHour: 300, shoppers: 1_000, named: { shoppers: first, share: 0.2 } },
    flags: [{ kind: "audience", name: "recommendations-first", members: first }],
  });
  world.knobs.behaviour = healthy;
  world.knobs.measured = figures(outside);
  person = await readerOf(world, plan);
  await begin(world, plan);
  await bothApproved();
  await person.hours(24, () => phaseIn(world, plan) === "quarter");
  await person.hours(3);
  world.knobs.behaviour = { ...healthy, addedMs: 280 };
  await person.hours(12, () => phaseIn(world, plan) === "rolled-back");
  await person.hours(1);
  const faulty = await person.report();
  world.knobs.behaviour = healthy;
  expect(await orderIn(world, plan, { action: "start", breakGlass: null }, "command:anna")).toMatch(/^done/);
  await person.hours(1);
  await bothApproved();
  await person.hours(24, () => phaseIn(world, plan) === "quarter");
  await bothApproved();
  await person.hours(5 * 24, () => person.messages.at(-1)?.includes("somebody has to complete it") === true);
  const lessons = "The small model is enough at the peak.";
  expect(await orderIn(world, plan, { action: "complete", lessons, breakGlass: null })).toMatch(/^done/);
  await person.hours(1);
  reports = [faulty, await person.report()];
}, 120_000);

afterAll(() => person.close());

describe("a person who gets only the notifications and the final report of recommendations", () => {
  test("knows who is asked first, and what every figure is", () => {
    const [started = ""] = person.messages.filter((text) => text.includes("started in five"));
    expect(started).toContain('100 % of shoppers of those in the stored list "recommendations-first" answered by');
    const [wanted = ""] = person.messages.filter((text) => text.includes("approval wanted in five"));
    for (const gate of ["acceptance", "conversion", "nps", "throughput", "cpu", "memory", "database"])
      expect(wanted).toMatch(new RegExp(`• \\*${gate}\\* PASS: [\\d.]+, at (?:least|most) [\\d.]+`));
  });

  test("knows who of the committee said yes, and whom it still waits for", () => {
    const [one = "", two = ""] = person.messages.filter((text) => text.includes("approved in five"));
    expect(one).toContain("*By*: product-lead (token)");
    expect(one).toMatch(/approved on checkpoint .+: 1 of 2 approvals are given/);
    expect(one).toContain("Somebody has to decide: everything else is passed: 1 of 2 approvals are missing.");
    expect(two).toContain("*By*: data-lead (token)");
    expect(two).toMatch(/: 2 of 2 approvals are given/);
    expect(two).toContain("Everything is passed and approved. It then enters quarter");
  });

  test("is told of each answer to trouble: what was adjusted, that the share was lowered, that it went back", () => {
    const adjusted = person.message("settings are adjusted in quarter");
    expect(adjusted).toMatch(
      /\*Why\*\nsettings are adjusted: p95: \d+ of \d+ cells that .+settings\.model none -> "small"/,
    );
    const lowered = person.message("lowered from quarter to five");
    expect(lowered).toMatch(/^\[warning\]/);
    expect(lowered).toMatch(
      /\*Why\*\np95-moderate: \d+ of \d+ cells that the candidate answered after more than 500 ms/,
    );
    expect(lowered).toContain("goes on once somebody resumes it: sombra rollout resume recommendations");
    const back = person.message("rolled back from five to off");
    expect(back).toMatch(/^\[critical\]/);
    expect(back).toMatch(/\*Phase\*: five \(1 of 3\), until then: /);
  });

  test("finds the same in the report: by which gate with which figures, who, what next, and how to go back", () => {
    const back = person.message("rolled back from five to off");
    for (const text of [back, reports[0]]) {
      expect(text).toContain("RECOMMENDATIONS_ENABLED");
      expect(text).toMatch(
        /p95-moderate: \d+ of \d+ cells that the candidate answered after more than 500 ms \(.+?\), budget 15 %/,
      );
      expect(text).toMatch(/Sombra/);
      expect(text).toContain(
        "It never goes on by itself. Legacy answers everybody. Once what was wrong is mended it begins anew, with new " +
          "evidence: sombra rollout start recommendations",
      );
      expect(text).toContain("Legacy answers everybody already. For all flags at once: sombra kill.");
      for (const [component, expected] of [
        ["feature flag", "2 min"],
        ["model service", "5 min"],
        ["feature store", "30 min"],
        ["caches", "5 min"],
      ])
        expect(text).toContain(`${component}, expected to take ${expected}:`);
    }
    expect(reports[0]).toMatch(
      /The way back from quarter\n-+\n\n.+, Sombra: lowered from quarter to five: p95-moderate: [^[\]]+\.\n/,
    );
    expect(reports[0]).toMatch(/rolled it back from five to legacy, for everybody\. Why: p95-moderate: /);
  });

  test("knows how it ended, after which phases, and what was learned", () => {
    const ended = person.message("recommendations: completed in full");
    expect(ended).toContain("*By*: oscar (command)");
    expect(ended).toContain("*Why*\nThe small model is enough at the peak.");
    const [, final] = reports;
    expect(final).toMatch(/oscar \(command\) completed it after full; flags are kept until 2026-03-\d\d /);
    expect(final).toContain("It went through five, quarter, full. It was rolled back once.");
    expect(final).toMatch(/Lessons learned\n-+\n\nThe small model is enough at the peak\./);
    expect(final.match(/Who: data-lead \(token\)\nWhat: approved\n/g)).toHaveLength(3);
  });
});
