import { describe, expect, test } from "vitest";
import { failuresAfter, judge } from "../judge.ts";
import type { Steady } from "../state.ts";
import { sampleEvidence, sampleGates, sampleJudged } from "./sample.ts";
import { steadyAfter } from "./steady.ts";
import type { Measured } from "../ports.ts";

const HOUR = 3_600_000;
const gate = { ...sampleGates.metric, withinMs: 24 * HOUR };
const errors = { ...sampleGates.serverErrors, withinMs: HOUR };

/** A checkpoint an hour, of what was measured in each: null is nothing. */
function hours(values: readonly (number | null)[]) {
  let [steady, failures]: [Readonly<Record<string, Steady>>, Readonly<Record<string, number>>] = [{}, {}];
  return values.map((value, hour) => {
    const found: Measured = value === null ? { kind: "none", why: "nothing" } : { kind: "value", value };
    const runningMs = (hour + 1) * HOUR;
    const [result] = judge(
      sampleJudged([gate], { measured: new Map([[gate.name, found]]), runningMs, steady, failuresInARow: failures }),
    ).gates;
    if (result === undefined) throw new Error("No result");
    [steady, failures] = [steadyAfter(steady, [result], runningMs), failuresAfter(failures, [result])];
    return { ...result, failures };
  });
}

const good = (count: number): readonly number[] => Array.from({ length: count }, () => 0.5);
const verdicts = (values: readonly (number | null)[]): readonly string[] => hours(values).map(({ verdict }) => verdict);

describe("a gate that has to pass for 24 hours without a break", () => {
  test("passes after them, and says how many there are", () => {
    const said = hours(good(26));
    expect(said.map(({ verdict }) => verdict)).toEqual([
      ...Array.from({ length: 24 }, () => "INCONCLUSIVE"),
      "PASS",
      "PASS",
    ]);
    expect(said[9]).toMatchObject({
      figures: { steadyMs: 9 * HOUR },
      text: "0.5, at least 0.4: for 9 h of 24 h without a break",
    });
  });

  test("begins anew with what is out of its bounds", () => {
    expect(verdicts([...good(20), 0.3, ...good(25)]).slice(20)).toEqual([
      "WARN",
      ...Array.from({ length: 24 }, () => "INCONCLUSIVE"),
      "PASS",
    ]);
  });

  test("neither counts nor breaks where nothing is known", () => {
    const said = hours([...good(10), null, null, ...good(3)]);
    expect(said.slice(10).map(({ figures }) => figures["steadyMs"])).toEqual([
      undefined,
      undefined,
      9 * HOUR,
      10 * HOUR,
      11 * HOUR,
    ]);
  });

  test("counts no failures in a row over a good hour between", () => {
    expect(verdicts([0.3, 0.5, 0.3, 0.5, 0.3, 0.3])).toEqual([
      "WARN",
      "INCONCLUSIVE",
      "WARN",
      "INCONCLUSIVE",
      "WARN",
      "FAIL",
    ]);
  });

  test("is not broken by what is too few to count", () => {
    const steady = { [errors.name]: { ms: 2 * HOUR, seenMs: HOUR } };
    const evidence = [sampleEvidence({ population: "served-candidate" }, { item: 20, failed: 1 })];
    const { gates } = judge(sampleJudged([errors], { evidence, steady, runningMs: 3 * HOUR }));
    expect(gates).toMatchObject([{ verdict: "WARN" }]);
    expect(steadyAfter(steady, gates, 3 * HOUR)).toEqual({ [errors.name]: { ms: 2 * HOUR, seenMs: null } });
  });
});

test("a test that fails begins its hours anew as well", () => {
  const latency = { ...sampleGates.latency, withinMs: HOUR };
  const steady = { latency: { ms: 5 * HOUR, seenMs: HOUR } };
  const of = (over: number) =>
    judge(
      sampleJudged([latency], {
        evidence: [sampleEvidence({ population: "served-candidate" }, { item: 2_000, over })],
        steady,
        runningMs: 2 * HOUR,
      }),
    ).gates;
  expect(of(2)).toMatchObject([{ verdict: "PASS", figures: { steadyMs: 6 * HOUR } }]);
  expect(of(400)).toMatchObject([{ verdict: "FAIL", figures: { steadyMs: 0 } }]);
  expect(steadyAfter(steady, of(400), 2 * HOUR)).toEqual({ latency: { ms: 0, seenMs: null } });
});
