import { describe, expect, it } from "vitest";
import { conclude, type Concluded } from "./conclude.ts";
import { answered, compare, divergencesOf, failed } from "./sample.ts";

const verdict = compare(answered('{"a":1,"b":1}'), answered('{"a":2,"b":2}'));
const [a, b] = divergencesOf(verdict);
const item: Concluded = { state: { state: "compared", substate: "divergent" }, verdict };
const signatures = (of: typeof a): readonly string[] => (of === undefined ? [] : [of.signature]);
const known = { twinNoise: new Set<string>(), downstream: false, expected: new Set<string>() };

describe("an item that diverged", () => {
  it("stays as it is where nothing was known before", () => {
    expect(conclude(item, known)).toEqual(item);
  });

  it("is noise in what the twin shows as well, which stands last", () => {
    const ended = conclude(item, { ...known, twinNoise: new Set(signatures(a)) });
    expect(ended).toEqual({
      state: { state: "compared", substate: "divergent" },
      verdict: { kind: "divergent", divergences: [b, { ...a, severity: "noise", noise: { by: "twin" } }] },
    });
  });

  it("is noise as a whole where the twin shows it all", () => {
    const ended = conclude(item, { ...known, twinNoise: new Set([...signatures(a), ...signatures(b)]) });
    expect(ended).toMatchObject({ state: { substate: "noise" }, verdict: { kind: "noise" } });
  });

  it("is downstream of one before it, save for its noise", () => {
    const ended = conclude(item, { ...known, twinNoise: new Set(signatures(a)), downstream: true });
    const divergences = ended.verdict?.kind === "divergent" ? ended.verdict.divergences : [];
    expect(divergences.map(({ downstream }) => downstream)).toEqual([true, false]);
  });

  it("comes out the same when it is concluded again", () => {
    const before = { ...known, twinNoise: new Set(signatures(a)), downstream: true };
    const once = conclude(item, before);
    expect(conclude(once, before)).toEqual(once);
  });
});

it("a candidate that gave no answer has failed, however often the twin does", () => {
  const gone = compare(answered("{}"), failed);
  const state = { state: "failed", substate: "timeout" } as const;
  const twinNoise = new Set(divergencesOf(gone).map(({ signature }) => signature));
  expect(conclude({ state, verdict: gone }, { ...known, twinNoise, downstream: true })).toMatchObject({
    state,
    verdict: { kind: "noise" },
  });
});

it("an item whose answers were not compared ends as it would have where the twin shows all of what was done outside", () => {
  const notCompared = { why: "body-too-large", substate: "body-too-large" } as const;
  const ended = conclude({ ...item, notCompared }, { ...known, twinNoise: new Set([a, b].flatMap(signatures)) });
  expect(ended).toMatchObject({
    state: { state: "skipped", substate: "body-too-large" },
    verdict: { kind: "noise" },
    notCompared,
  });
  expect(conclude({ ...item, notCompared }, { ...known, twinNoise: new Set(signatures(a)) }).state).toEqual(item.state);
});

it.each<Concluded>([
  { state: { state: "skipped", substate: "queue-full" }, verdict: null },
  { state: { state: "compared", substate: "match" }, verdict: { kind: "match" } },
])("an item without divergences stays as it is", (one) => {
  expect(conclude(one, { ...known, downstream: true })).toBe(one);
});
