import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { healthy as usual, type Behaviour } from "../../src/simulate/behaviour.ts";
import type { World } from "../../src/simulate/index.ts";
import { readerOf, type Reader } from "./reader.ts";
import { begin, DAY, guide, HOUR, orderIn, phaseIn, worldOf } from "./sample.ts";
import { figures } from "./walk.ts";

const plan = guide("f5tts-engine");
const healthy: Behaviour = { ...usual, bothFail: 0, legacyMs: 2_000, addedMs: 5, spread: 0.3 };
const factor = "sum(rate(tts_compute_seconds[1h])) / sum(rate(tts_speech_seconds[1h]))";

let person: Reader;
let world: World;
/** The final report after the fault, and at the end. */
let reports: readonly [string, string];

async function approved(): Promise<void> {
  await person.hours(5 * 24, () => person.messages.at(-1)?.includes("approval wanted") === true);
  expect(await orderIn(world, plan, { action: "approve" })).toMatch(/^done/);
}

/** An engine that gets slow in beta, is mended, and goes the whole way. */
beforeAll(async () => {
  const traffic = { itemsPerHour: 600, shoppers: 5_000, named: { shoppers: ["tester-01"], share: 0.02 } };
  world = worldOf(plan, { tickMs: HOUR, traffic });
  world.knobs.behaviour = healthy;
  world.knobs.measured = figures({ [factor]: 0.12, "/satisfaction": 94 });
  person = await readerOf(world, plan);
  await begin(world, plan);
  await approved();
  await person.hours(24, () => phaseIn(world, plan) === "beta-25");
  await person.hours(3);
  world.knobs.behaviour = { ...healthy, addedMs: 11_000 };
  await person.hours(DAY / HOUR, () => phaseIn(world, plan) === "rolled-back");
  await person.hours(1);
  const first = await person.report();
  world.knobs.behaviour = healthy;
  world.knobs.itemsPerHour = 200;
  const again = { action: "advance", to: "alpha", breakGlass: "the engine is mended" } as const;
  expect(await orderIn(world, plan, again)).toMatch(/^done/);
  await person.hours(1);
  await approved();
  await person.hours(4 * 24, () => phaseIn(world, plan) === "beta-50");
  await approved();
  await person.hours(10 * 24, () => person.messages.at(-1)?.includes("somebody has to complete it") === true);
  const lessons = "Warm the engine up before beta.";
  expect(await orderIn(world, plan, { action: "complete", lessons, breakGlass: null })).toMatch(/^done/);
  await person.hours(1);
  reports = [first, await person.report()];
}, 120_000);

afterAll(() => person.close());

describe("a person who gets only the notifications and the final report of the speech engine", () => {
  test("knows that it was begun, what for, by whom, and what comes next", () => {
    const started = person.message("f5tts-engine: started in disabled");
    expect(started).toContain("*Phase*: disabled (1 of 6): Legacy alone, recorded");
    expect(started).toContain("*By*: anna (command)");
    expect(started).toMatch(/then enters alpha: the candidate answers 10 %/);
    expect(person.message("disabled -> alpha")).toMatch(/\*Why\*\ndisabled -> alpha: every gate passes after 24 h\n/);
  });

  test("is asked for GO or NO-GO with the evidence, and told who said GO", () => {
    const [wanted = ""] = person.messages.filter((text) => text.includes("approval wanted in alpha"));
    expect(wanted).toMatch(/• \*p95\* PASS: \d+ of [\d,]+ cells that the candidate answered after more than 8 s/);
    expect(wanted).toMatch(
      /Somebody has to decide: .+GO: sombra rollout approve f5tts-engine\. NO-GO: .+reject.+beta-25/,
    );
    const [approval = ""] = person.messages.filter((text) => text.includes("approved in alpha"));
    expect(approval).toContain("*By*: oscar (command)");
    expect(approval).toMatch(/approved on checkpoint .+: 1 of 1 approvals are given \(evidence [0-9a-f]{12}\)\n/);
    expect(approval).toContain("Everything is passed and approved. It then enters beta-25");
  });

  test("knows what happened to it in beta, why, what it is now, and how to go back", () => {
    const told = person.message("rolled back");
    expect(told).toMatch(/^\[critical\] f5tts-engine: rolled back from beta-25 to alpha\n/);
    expect(told).toMatch(/\*Phase\*: beta-25 \(3 of 6\), until then: 25 % of shoppers/);
    const slow = /p95: \d+ of \d+ cells that the candidate answered after more than 6 s \(\d.+?\), budget 5 %/;
    for (const text of [told, reports[0]]) {
      expect(text).toContain("f5tts_engine");
      expect(text).toMatch(slow);
      expect(text).toMatch(/Sombra/);
      expect(text).toMatch(
        /cohorts.+WARN.+\d+ of \d+ \(100 %\) cells that the candidate answered were slow, \d+ of \d+ \(/s,
      );
      expect(text).toContain(
        "It never goes on by itself. The candidate still answers 10 %, as in alpha; to let it run there again: " +
          "sombra rollout advance f5tts-engine --to alpha. Once what was wrong is mended it begins anew",
      );
      expect(text).toContain("f5tts-engine --reason TEXT --to off brings everybody to legacy");
      expect(text).toContain("speech workers, expected to take 10 min:");
      expect(text).toContain("Let the queue of the new engine run empty");
      expect(text).toContain("A cell is what came of one shopper within ten minutes.");
    }
    expect(told).toMatch(/\*Why\*\np95: [^[\]]+\n\n\*Evidence/);
    expect(reports[0]).toMatch(
      /rolled it back from beta-25 to the phase "alpha"\. Why: p95: [^[\]]+\. It went through/,
    );
    expect(reports[0]).toMatch(/\np95 +1\d,\d00 ms \(.+\) +[23],\d+ ms/);
  });

  test("knows that it was begun again, by whom and why, and how it ended", () => {
    const [, again = ""] = person.messages.filter((text) => /f5tts-engine: started in alpha|-> alpha/.test(text));
    expect(again).toMatch(
      /\*By\*: oscar \(command\)[^]+\*Why\*\n.*it runs again where it went back to: the engine is mended\n\n\*What/,
    );
    const ended = person.message("f5tts-engine: completed in ga-100");
    expect(ended).toContain("*Why*\nWarm the engine up before beta.");
    expect(ended).toMatch(/Its flags stay until 2026-03-\d\dT/);
    expect(ended).toContain('--reason TEXT leads within seconds to the phase "beta-50"');
    const [, final] = reports;
    expect(final).toMatch(/oscar \(command\) completed it after ga-100; flags are kept until 2026-03-\d\d /);
    expect(final).toContain(
      "It went through disabled, alpha, beta-25, beta-50, ga-75, ga-100. It was rolled back once.",
    );
    expect(final).toMatch(/Lessons learned\n-+\n\nWarm the engine up before beta\./);
    expect(final.match(/What: approved\n/g)).toHaveLength(3);
    expect(final).not.toContain("checkpoint missed");
  });

  test("reads nothing of flags where it is asked why", () => {
    for (const text of person.messages) expect(text).not.toMatch(/_SHADOW_MODE|_DUAL_RUN/);
    // They are in the log of decisions.
    expect(reports[1]).toMatch(/Why: alpha -> beta-25: every gate passes after 73 h; f5tts_engine percent 10 -> 25/);
  });
});
