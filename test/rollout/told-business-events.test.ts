import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Surroundings } from "../../src/rollout/ports.ts";
import { healthy as usual, type Behaviour } from "../../src/simulate/behaviour.ts";
import type { World } from "../../src/simulate/index.ts";
import { readerOf, type Reader } from "./reader.ts";
import { begin, guide, HOUR, orderIn, phaseIn, worldOf } from "./sample.ts";
import { figures, lastOf } from "./walk.ts";

const plan = guide("business-events-canary");
const healthy: Behaviour = { ...usual, bothFail: 0, legacyMs: 200, addedMs: 0.1 };
const alert = "a test alert seen to arrive";

function declared(n: number): Partial<Surroundings> {
  return { events: { counts: n === 0 ? [] : [{ side: "candidate", type: "business.message", n }], sinceMs: 0 } };
}

let person: Reader;
let world: World;
/** The final report after the fault, and at the end. */
let reports: readonly [string, string];

/** Events that do not arrive; nobody looks for some hours; then the whole way. */
beforeAll(async () => {
  const traffic = { itemsPerHour: 3_000, shoppers: 5_000, named: { shoppers: ["tester-01"], share: 0.005 } };
  world = worldOf(plan, { tickMs: HOUR, traffic });
  world.knobs.behaviour = healthy;
  world.knobs.measured = figures({ "/response_rate": 31 });
  world.knobs.surroundings = declared(2_000);
  person = await readerOf(world, plan);
  await begin(world, plan);
  await person.hours(2);
  // The leader is away.
  world.pass(5 * HOUR);
  await person.hours(1);
  world.knobs.surroundings = declared(0);
  await person.hours(5, () => phaseIn(world, plan) === "rolled-back");
  await person.hours(1);
  const faulty = await person.report();
  world.knobs.surroundings = declared(2_000);
  expect(await orderIn(world, plan, { action: "start", breakGlass: null }, "command:anna")).toMatch(/^done/);
  await person.hours(4 * 24, () => phaseIn(world, plan) === "canary-10");
  world.knobs.itemsPerHour = 300;
  await person.hours(9 * 24, () => phaseIn(world, plan) === "canary-50");
  for (let hour = 0; (await lastOf(world, plan))?.why !== `not ticked yet: ${alert}` && hour < 100; hour += 1)
    await person.hours(1);
  const tick = { action: "tick", precheck: alert, evidence: "pager of 14:02" } as const;
  expect(await orderIn(world, plan, tick)).toMatch(/^done/);
  await person.hours(3 * 24, () => person.messages.at(-1)?.includes("somebody has to complete it") === true);
  const lessons = "Tell the consumers before.";
  expect(await orderIn(world, plan, { action: "complete", lessons, breakGlass: null })).toMatch(/^done/);
  await person.hours(1);
  reports = [faulty, await person.report()];
}, 120_000);

afterAll(() => person.close());

describe("a person who gets only the notifications and the final report of business events", () => {
  test("knows that events did not arrive, by which gate, and that everybody is on legacy since", () => {
    const told = person.message("rolled back");
    expect(told).toMatch(/^\[critical\] business-events-canary: rolled back from canary-2 to off\n/);
    expect(told).toMatch(/\*Phase\*: canary-2 \(1 of 4\), until then: 2 % of shoppers and 2 shoppers by name answered/);
    expect(told).toContain("*Why*\narriving: 0 events of the candidate in the last hour, at least 1\n");
    expect(told).toMatch(/• \*errors\* PASS: 0 of \d+ answers of the candidate/);
    for (const text of [told, reports[0]]) {
      expect(text).toContain("BUSINESS_EVENTS_ENABLED");
      expect(text).toContain("arriving: 0 events of the candidate in the last hour, at least 1");
      expect(text).toMatch(/Sombra/);
      expect(text).toMatch(
        /0 of \d+ \(0 %\) cells that the candidate answered were failing, 0 of [\d,]+ \(0 %\) that legacy/,
      );
      expect(text).toContain("It never goes on by itself. Legacy answers everybody. Once what was wrong is mended");
      expect(text).toContain("sombra rollout start business-events-canary");
      expect(text).toContain("Legacy answers everybody already.");
      expect(text).toContain("event consumers, expected to take 5 min:");
      expect(text).toContain("1. Tell their owners since when events are missing");
    }
    expect(reports[0]).toMatch(/By: value=0, min=1, N=\d+, inARow=1\n/);
  });

  test("knows that nobody had looked for hours", () => {
    const missed =
      /What: checkpoint missed\nPhase: canary-2\nWhy: there was no checkpoint from 2026-02-01 02:00:00 UTC until 2026-02-01 08:00:00 UTC/;
    expect(reports[0]).toMatch(missed);
    expect(reports[1]).toMatch(missed);
    expect(reports[1].match(/What: checkpoint missed/g)).toHaveLength(1);
  });

  test("knows who saw the alert arrive, how far it went, and how it ended", () => {
    const moves = ["canary-2 -> canary-10", "canary-10 -> canary-50", "canary-50 -> full"];
    for (const move of moves)
      expect(person.message(`: ${move}\n`)).toMatch(/\*Why\*\n.+: every gate passes after \d+ h\n/);
    const waiting = person.message(": canary-10 -> canary-50\n");
    expect(waiting).toContain(`somebody has ticked ${alert} (sombra rollout tick business-events-canary)`);
    const ended = person.message("business-events-canary: completed in full");
    expect(ended).toContain("*By*: oscar (command)");
    expect(ended).toContain("*Why*\nTell the consumers before.");
    expect(ended).toContain("--reason TEXT leads within seconds to legacy, for everybody");
    const [, final] = reports;
    expect(final).toMatch(
      /Who: oscar \(command\)\nWhat: precheck ticked\n.+\nWhy: `a test alert seen to arrive` is ticked: pager/,
    );
    expect(final).toMatch(/oscar \(command\) completed it after full; flags are kept until 2026-02-\d\d /);
    expect(final).toContain("It went through canary-2, canary-10, canary-50, full. It was rolled back once.");
  });
});
