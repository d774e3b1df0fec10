import { afterEach, expect, test } from "vitest";
import { createTally } from "../../../account/index.ts";
import { text } from "../../../compare/effects/sample.ts";
import { rule } from "../../../compare/rules/sample.ts";
import { answered, sampleHash } from "../../../compare/sample.ts";
import type { Rule } from "../../../model/index.ts";
import { FILE, LEGACY, load } from "../../config/sample.ts";
import { createComparing, type Comparing } from "./comparing.ts";

let open: Comparing[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

function comparing(rules: readonly Rule[], file = "{}"): Comparing {
  const { routes, appSecrets } = load(LEGACY, { [FILE]: file });
  const made = createComparing({
    work: { routes, appSecrets, hashKey: "key" },
    rules,
    routes,
    tally: createTally(() => 0),
    hash: sampleHash,
    traced: false,
    alarms: { alarm: () => {}, alarmOver: () => {} },
    fault: (_operation, error) => {
      throw error;
    },
  });
  open.push(made);
  return made;
}

function pair(legacy: string, candidate: string) {
  const [ours, theirs] = [legacy, candidate].map((a) => answered(JSON.stringify({ a })));
  if (ours === undefined || theirs === undefined) throw new Error("Two sides");
  const sides = { legacy: ours, candidate: theirs };
  return { route: "default", itemKind: "request", rules: { headers: [] }, scope: "whole", ...sides } as const;
}

const slow = rule("/body/a", { kind: "mask", patterns: ["(?:[a-z ]{1,200})[0-9]"] });
const quick = rule("/body/a", { kind: "mask", patterns: ["order [0-9]+"] });

test("texts that masks take long for are compared elsewhere, and are masked there", async () => {
  const long = "pedido ".repeat(560);
  const { compare } = comparing([slow]);
  const verdict = compare(pair(`${long}1`, `${long}2`), false);
  expect(verdict).toBeInstanceOf(Promise);
  expect((await verdict).kind).toBe("noise");
});

test("texts that masks take no time for are compared at once", () => {
  const { compare } = comparing([quick]);
  expect(compare(pair("order 1", "order 2"), false)).toMatchObject({ kind: "noise" });
});

test("what was not masked for want of time is not remembered", async () => {
  const long = "pedido ".repeat(140);
  const { compare } = comparing([slow]);
  for (let i = 0; i < 3; i += 1) {
    expect((await compare(pair(`${long}1`, `${long}2`), false)).kind).toBe("noise");
  }
});

test("texts of which values are kept are compared elsewhere where redacting takes long, and are redacted there", async () => {
  const long = "pedido ".repeat(560);
  const { compare } = comparing([], "routes: [{compare: {values: {redact: ['(?:[a-z ]{1,200})[0-9]']}}}]");
  const verdict = compare(pair(`pedido 1 ${long}`, `pedido 2 ${long}`), false);
  expect(verdict).toBeInstanceOf(Promise);
  expect(await verdict).toMatchObject({ divergences: [{ values: { legacy: expect.stringMatching(/^█ pedido/) } }] });
});

test("effects are compared at once where they are few or alike, and elsewhere where they are many or masks take long", async () => {
  const { compareEffects } = comparing([{ ...slow, path: "/effects/send.text/*/text/body" }]);
  const lists = (legacy: readonly string[], candidate: readonly string[]) => {
    const [ours, theirs] = [legacy, candidate].map((texts) => texts.map((said) => text(said)));
    return { route: "default", itemKind: "request", legacy: ours ?? [], candidate: theirs ?? [] };
  };
  const many = (word: string): readonly string[] =>
    Array.from({ length: 30 }, (_, i) => `${word}${i}`.padEnd(900, "x"));
  expect(compareEffects(lists(["a"], ["b"]))).toHaveLength(1);
  expect(compareEffects(lists(many("a"), many("a")))).toEqual([]);
  const differing = compareEffects(lists(many("a"), many("b")));
  expect(differing).toBeInstanceOf(Promise);
  expect((await differing).length).toBeGreaterThan(0);
  const long = "pedido ".repeat(200);
  const masked = compareEffects(lists([`${long}1`], [`${long}2`]));
  expect(masked).toBeInstanceOf(Promise);
  expect(await masked).toMatchObject([{ severity: "noise" }]);
});

test("whether effects are complete is said at once, and never where it would take long to see", () => {
  const { isComplete } = comparing([{ ...slow, path: "/effects/send.text/*/text/body" }]);
  const lists = (legacy: string, candidate: string) => {
    return { route: "default", itemKind: "request", legacy: [text(legacy)], candidate: [text(candidate)] };
  };
  expect(isComplete(lists("order 1", "order 2"))).toBe(true);
  expect(isComplete(lists("order 1", "ORDER 1"))).toBe(false);
  const long = "pedido ".repeat(200);
  expect(isComplete(lists(`${long}1`, `${long}2`))).toBe(false);
  const many = Array.from({ length: 200 }, (_, i) => text(`${long}${i}`));
  expect(isComplete({ ...lists("", ""), legacy: many, candidate: many })).toBe(false);
});
