import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { rule } from "../../../compare/self-test/sample.ts";
import { text } from "../../../compare/effects/sample.ts";
import { answered } from "../../../compare/sample.ts";
import type { Rule } from "../../../model/index.ts";
import { createSelfTest } from "./self-test.ts";

const everyMs = 2_000;

function world(rules: readonly Rule[] = []) {
  let nowMs = 10_000;
  let draws = 0;
  const alarms: string[] = [];
  const faults: unknown[] = [];
  const selfTest = createSelfTest({
    routes: ["default", "quiet"],
    clock: () => nowMs,
    now: () => nowMs,
    random: () => {
      draws += 1;
      // Another kind each time, and never the same place.
      return (draws * 0.381966) % 1;
    },
    alarm: (alarm, message) => alarms.push(`${alarm}: ${message}`),
    alarmOver: (alarm, message) => alarms.push(`${alarm} over: ${message}`),
    fault: (_operation, error) => faults.push(error),
  });
  selfTest.setRules(rules);
  const pair = (body: string | Buffer, headers: readonly string[] = [], route = "default") => ({
    route,
    itemKind: "message.text",
    legacy: answered(body, { headers }),
    candidate: answered(body, { headers }),
    rules: { headers: [] },
    scope: "whole" as const,
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return {
    selfTest,
    alarms,
    faults,
    /** One that matches, and time until the next one is looked at. */
    match: async (body = '{"id":7,"status":"sent","items":[1,2]}'): Promise<void> => {
      selfTest.answersMatched(pair(body), "match");
      nowMs += everyMs;
      await turn();
    },
    matchEffects: async (): Promise<void> => {
      const sends = [text("a"), text("b")];
      selfTest.effectsMatched({ route: "default", itemKind: "message.text", legacy: sends, candidate: sends }, "match");
      nowMs += everyMs;
      await turn();
    },
    pack: async (): Promise<void> => {
      selfTest.answersMatched(pair(gzipSync("{}"), ["content-encoding", "gzip"]), "match");
      await turn();
    },
    /** One of two routes, `ms` before the next. */
    matchOf: async (route: string, ms: number): Promise<void> => {
      selfTest.answersMatched(pair('{"id":7}', [], route), "match");
      nowMs += ms;
      await turn();
    },
    matchAtOnce: () => selfTest.answersMatched(pair("{}"), "match"),
    /** The sides differ in what rules hide. */
    noise: async (): Promise<void> => {
      const { legacy, ...rest } = pair('{"id":7,"hidden":1,"order":{"total":5}}');
      selfTest.answersMatched({ ...rest, legacy, candidate: answered('{"id":7,"order":{"total":5}}') }, "noise");
      const [sends, others] = [[text("a")], [text("a"), text("b")]];
      selfTest.effectsMatched(
        { route: "default", itemKind: "message.text", legacy: sends, candidate: others },
        "noise",
      );
      nowMs += everyMs;
      await turn();
    },
  };
}

const gauge = (route: string, value: number) => ({ name: "sombra_comparison_sensitivity", labels: { route }, value });

test("a quiet route has its turn beside a busy one, and what is kept of it stays", async () => {
  const { selfTest, matchOf } = world();
  // The busy one is there whenever one is due.
  for (let i = 0; i < 500; i += 1) {
    await matchOf("default", 0);
    if (i % 10 === 5) await matchOf("quiet", 0);
    await matchOf("default", everyMs / 10);
  }
  expect(selfTest.gauges()).toEqual([gauge("default", 1), gauge("quiet", 1)]);
  const [busy, quiet] = selfTest.report().routes.map(({ tried }) => tried);
  // Not every mutation counts: a number near another one may be noise.
  expect(busy).toBeGreaterThan(20);
  expect(quiet).toBeGreaterThan(0);
  expect(quiet).toBeLessThan(6);
  const ofQuiet = async () => (await selfTest.full())?.routes.find(({ route }) => route === "quiet")?.tried;
  const before = await ofQuiet();
  for (let i = 0; i < 40; i += 1) await matchOf("default", everyMs);
  expect(selfTest.report().pairs.kept).toBe(32);
  expect(await ofQuiet()).toBe(before);
});

test("what matched is tried now and then, answers and effects, and everything is found", async () => {
  const { selfTest, match, matchEffects, alarms, faults } = world();
  for (let i = 0; i < 30; i += 1) {
    await match();
    await matchEffects();
  }
  const report = selfTest.report();
  expect(report.routes).toEqual([{ route: "default", tried: 60, found: 60, sensitivity: 1 }]);
  expect(report.mutations.length).toBeGreaterThanOrEqual(8);
  expect(report.hidden).toEqual([]);
  // Of a route on which nothing was tried nothing is said.
  expect(selfTest.gauges()).toEqual([gauge("default", 1)]);
  expect([alarms, faults]).toEqual([[], []]);
});

test("where rules hide something in every pair, what they hide besides is found all the same", async () => {
  const { selfTest, noise, alarms } = world([rule("known", "/body/hidden"), rule("blind", "/body/order/**")]);
  for (let i = 0; i < 40; i += 1) await noise();
  const { routes, hidden } = selfTest.report();
  expect(routes[0]?.tried).toBeGreaterThan(60);
  expect(hidden).toEqual([expect.objectContaining({ by: "rule", name: "blind" })]);
  expect(selfTest.gauges()[0]?.value).toBeLessThan(1);
  expect(alarms).toEqual([expect.stringContaining("rule blind hides a planted difference")]);
});

test("what was not tried is not told as seen", () => {
  const { selfTest } = world();
  expect(selfTest.gauges()).toEqual([]);
  expect(selfTest.report()).toMatchObject({ sensitivity: null, routes: [] });
});

test("no more than one mutation is planted in its time, however much matches", async () => {
  const { selfTest, match, matchAtOnce } = world();
  for (let i = 0; i < 1000; i += 1) matchAtOnce();
  await match();
  expect(selfTest.report().routes).toEqual([expect.objectContaining({ tried: 1 })]);
  expect(selfTest.report().pairs.kept).toBe(1);
});

test("what is large or packed is not tried on the thread of the traffic, equal as it may be", async () => {
  const { selfTest, match, pack } = world();
  await match(JSON.stringify("x".repeat(20_000)));
  await pack();
  expect(selfTest.report().pairs.kept).toBe(0);
  await match();
  expect(selfTest.report().pairs.kept).toBe(1);
});

test("so many pairs are kept, and no more", async () => {
  const { selfTest, match, matchEffects } = world();
  for (let i = 0; i < 50; i += 1) {
    await match();
    await matchEffects();
  }
  expect(selfTest.report().pairs.kept).toBe(64);
});

test("a rule that hides more than it names lowers the share, is named in an alarm once, and forgotten when it is gone", async () => {
  const { selfTest, match, alarms } = world([rule("all", "/**")]);
  for (let i = 0; i < 20; i += 1) await match();
  expect(selfTest.gauges()[0]).toEqual(gauge("default", 0));
  expect(alarms).toEqual([
    expect.stringMatching(/^comparison-blind: Route default: rule all hides a planted difference/),
  ]);
  expect(selfTest.report().hidden).toEqual([expect.objectContaining({ by: "rule", name: "all", count: 20 })]);

  selfTest.setRules([]);
  await match();
  expect(selfTest.gauges()[0]).toEqual(gauge("default", 1));
  expect(alarms[1]).toBe("comparison-blind over: Route default: the comparison finds what is planted again");
});

test("a rule that has expired blinds no longer", async () => {
  const { selfTest, match } = world([rule("all", "/**", undefined, { expiresAt: 9_000 })]);
  for (let i = 0; i < 5; i += 1) await match();
  expect(selfTest.gauges()[0]).toEqual(gauge("default", 1));
});

test("a full test tries everything at every place, of what was kept and what is made up, and asks one at a time", async () => {
  const { selfTest, match, matchEffects } = world();
  await match();
  await matchEffects();
  const [report, same] = await Promise.all([selfTest.full(), selfTest.full()]);
  expect(same).toBe(report);
  expect(report).toMatchObject({ sensitivity: 1, hidden: [], pairs: { kept: 2, made_up: 14 } });
  expect(report?.mutations).toHaveLength(11);
  expect(report?.routes.map(({ route }) => route)).toEqual(["default", "quiet"]);
});

test("a full test finds, without any traffic, what a rule of one kind of item of one route hides", async () => {
  const { selfTest } = world([rule("status", "/**", undefined, { route: "quiet", itemKind: "status.*" })]);
  const report = await selfTest.full();
  if (report === null) throw new Error("It can be run");
  const { routes, hidden } = report;
  expect(routes[0]).toMatchObject({ route: "default", sensitivity: 1 });
  expect(routes[1]?.sensitivity).toBeLessThan(1);
  expect(new Set(hidden.map(({ route, name }) => `${route} ${name}`))).toEqual(new Set(["quiet status"]));
});

test("pairs of traffic are let go of when somebody is erased", async () => {
  const { selfTest, match, matchEffects } = world();
  await match();
  await matchEffects();
  expect((await selfTest.full())?.pairs.kept).toBe(2);
  selfTest.forget();
  expect((await selfTest.full())?.pairs.kept).toBe(0);
});
