import { expect, test } from "vitest";
import { createTally } from "../../../account/index.ts";
import { compileRules, createTwinNoise } from "../../../compare/index.ts";
import { ignore, rule } from "../../../compare/rules/sample.ts";
import { answered, sampleDeps } from "../../../compare/sample.ts";
import { compareOutcomes } from "../../../compare/verdict.ts";
import { createDrift, type Settled } from "../../../mirror/index.ts";
import { divergencesOf } from "./closing.ts";
import { createConcluding } from "./concluding.ts";

function concluding() {
  const tally = createTally(() => 0);
  const drift = createDrift({ pauseMs: 1_000, max: 100 }, () => 0);
  const expected = new Set<string>();
  const conclude = createConcluding({ tally, drift, twinNoise: createTwinNoise(tally.twinned), expected });
  const drain = () => tally.drain(0, { pending: {}, gauges: [] });
  const hidden = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      drain()
        .counts.filter(({ name }) => name === "sombra_rule_hidden_total")
        .map(({ labels, delta }) => [labels["rule"], delta]),
    );
  return { conclude, drain, hidden, expected };
}

/** `status`: the candidate's. */
function item(legacy: string, candidate: string, status = 200): Settled {
  const rules = compileRules([rule("/body/id", ignore, { id: "ids" }), rule("/body/at", ignore, { id: "times" })]).at(
    0,
  );
  const verdict = compareOutcomes(
    {
      route: "default",
      itemKind: "message.text",
      rules: { headers: [] },
      scope: "whole",
      legacy: answered(legacy),
      candidate: answered(candidate, { status }),
    },
    { ...sampleDeps, rules },
  );
  if (verdict.kind === "not-comparable") throw new Error(verdict.why);
  return { state: { state: "compared", substate: verdict.kind }, verdict, compareMs: 1 };
}

const divergent = item('{"id":1,"a":1}', '{"id":2,"a":2}');
const refused = item('{"id":1,"a":1}', '{"id":2,"a":1}', 500);
const noise = item('{"id":1,"at":1}', '{"id":2,"at":2}');
const match = item("{}", "{}");
const of = (...shoppers: (string | null)[]) => ({
  route: "default",
  shopperOf: (i: number) => shoppers[i] ?? null,
  kindOf: () => "message.text",
  twin: [],
});

const downstreamOf = (settled: readonly Settled[]): readonly (readonly boolean[])[] =>
  settled.map(({ verdict }) =>
    verdict !== null && "divergences" in verdict ? verdict.divergences.map(({ downstream }) => downstream) : [],
  );

test("what each rule hid is counted, of items that diverged as well", () => {
  const { conclude, hidden } = concluding();
  conclude(of("ana", "ana", "ana"), [divergent, noise, match]);
  expect(hidden()).toEqual({ ids: 2, times: 1 });
});

test("what may make the sides drift apart is the headline, what follows is downstream", () => {
  const { conclude } = concluding();
  const settled = [refused, divergent, divergent, refused, refused];
  expect(downstreamOf(conclude(of("ana", "ana", "bia", null, null), settled))).toEqual([
    [false, false],
    [true, false],
    [false, false],
    [false, false],
    [false, false],
  ]);
  expect(downstreamOf(conclude({ ...of("ana"), route: "other" }, [divergent]))).toEqual([[false, false]]);
});

test("a body that says something else is nothing to follow from: what is grave after it is the headline", () => {
  const { conclude } = concluding();
  expect(downstreamOf(conclude(of("ana", "ana", "ana"), [divergent, refused, divergent]))).toEqual([
    [false, false],
    [false, false],
    [true, false],
  ]);
});

test("noise is nothing to follow from, whoever says that it is noise", () => {
  const ofRules = concluding();
  expect(downstreamOf(ofRules.conclude(of("ana", "ana"), [noise, divergent])).at(-1)).toEqual([false, false]);
  const { conclude } = concluding();
  const twin = [divergencesOf(refused.verdict), null];
  const settled = conclude({ ...of("ana", "ana"), twin }, [refused, item('{"b":1}', '{"b":2}')]);
  expect(settled.map(({ state }) => state.substate)).toEqual(["noise", "divergent"]);
  expect(downstreamOf(settled).at(-1)).toEqual([false]);
});

test("what the twin shows of a compared item goes with it: who differed, before the twin explained anything", () => {
  const { conclude } = concluding();
  const found = divergencesOf(divergent.verdict);
  const failed: Settled = { ...divergent, state: { state: "failed", substate: "timeout" } };
  const twin = [found, [], found, divergencesOf(noise.verdict), null, found];
  const settled = conclude({ ...of("ana", "bia", "cid", "dan", "eva", "fay"), twin }, [
    divergent,
    divergent,
    noise,
    match,
    match,
    failed,
  ]);
  expect(settled.map(({ differed }) => differed)).toEqual([
    { candidate: true, twin: true },
    { candidate: true, twin: false },
    { candidate: false, twin: true },
    { candidate: false, twin: false },
    undefined,
    undefined,
  ]);
});

test("who differed is told of what counts: not of what is marked as expected", () => {
  const { conclude, expected } = concluding();
  const found = divergencesOf(divergent.verdict);
  for (const { signature } of found) expected.add(signature);
  const [settled] = conclude({ ...of("ana"), twin: [found] }, [divergent]);
  expect(settled?.differed).toEqual({ candidate: false, twin: false });
});

test("what the twin shows is counted, of items that were compared, and of what nothing else explains", () => {
  const { conclude, drain } = concluding();
  const found = divergencesOf(divergent.verdict);
  const [counting] = found.filter(({ severity }) => severity !== "noise");
  const failed: Settled = { ...divergent, state: { state: "failed", substate: "timeout" } };
  conclude({ ...of("ana", "bia", "cid", "dan"), twin: [found, [], null, found] }, [
    divergent,
    divergent,
    divergent,
    failed,
  ]);
  const { twin, counts } = drain();
  expect(twin).toEqual([{ signature: counting?.signature, both: 1, candidateOnly: 1, twinOnly: 0 }]);
  expect(counts).toContainEqual({
    name: "sombra_items_twinned_total",
    labels: { route: "default", item_kind: "message.text" },
    delta: 2,
  });
});

test("nothing follows from what is marked as expected, and it is told apart", () => {
  const { conclude, expected } = concluding();
  const status = divergencesOf(refused.verdict).find(({ path }) => path === "/status");
  expected.add(status?.signature ?? "");
  const ended = conclude(of("ana", "ana", "ana"), [refused, refused, item("{}", "{}", 201)]);
  expect(downstreamOf(ended).flat()).not.toContain(true);
  const [first] = ended.map(({ verdict }) => divergencesOf(verdict).find(({ path }) => path === "/status"));
  expect(first).toMatchObject({ severity: "critical", expected: true });
  // Something else on top of it is something to follow from.
  expected.clear();
  conclude(of("bia"), [refused]);
  expected.add(status?.signature ?? "");
  expect(divergencesOf(conclude(of("bia"), [refused])[0]?.verdict ?? null)[0]).toMatchObject({
    expected: true,
    downstream: true,
  });
});
