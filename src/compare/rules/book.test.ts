import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Divergence, Rule, RuleAction } from "../../model/index.ts";
import { answered, sampleDeps } from "../sample.ts";
import { compareOutcomes } from "../verdict.ts";
import { compileRules, expiredRules, noRules } from "./book.ts";
import { ignore, rule } from "./sample.ts";
import { pathTest } from "./scope.ts";

const subject = { route: "default", itemKind: "message.text" };

function hidden(rules: readonly Rule[], place: string, where: Divergence["where"] = "answer"): string | null {
  const of = compileRules(rules).at(0).of(subject, where);
  return of?.at(place)?.explaining({ kind: "changed", legacy: 1, candidate: 2 }) ?? null;
}

describe("a rule speaks of", () => {
  it.each<[string, string, boolean]>([
    ["/body/a", "/body/a", true],
    ["/body/a", "/body/a/b", false],
    ["/body/a/b", "/body/a", false],
    ["/body/*/b", "/body/a/b", true],
    ["/body/*", "/body/a/b", false],
    ["/body/items/*/sku", "/body/items/*/sku", true],
    ["/body/**", "/body", true],
    ["/body/**", "/body/a/*/b", true],
    ["/body/**", "/bodyguard", false],
    ["/body/**", "/status", false],
    ["/**", "/", true],
    ["/", "/", true],
    ["/", "/status", false],
    ["/body/map/*", "/body/map/{*}", true],
    ["/body/map/{*}", "/body/map/{*}", true],
    ["/body/*", "/body/**", false],
    ["/body/**", "/body/a/**", true],
  ])("%s covers %s: %s", (path, place, covered) => {
    expect(pathTest({ path })(place)).toBe(covered);
  });

  it.each<[string, Partial<Rule>, boolean]>([
    ["its route", { route: "default" }, true],
    ["no other route", { route: "other" }, false],
    ["its kind", { itemKind: "message.text" }, true],
    ["all kinds below one", { itemKind: "message.*" }, true],
    ["no other kind", { itemKind: "message.*.*" }, false],
    ["no kind whose name it begins", { itemKind: "mess.*" }, false],
    ["answers", { where: "answer" }, true],
    ["effects", { where: "effect" }, false],
  ])("%s", (_, scope, speaks) => {
    expect(hidden([rule("/body/a", ignore, scope)], "/body/a")).toBe(speaks ? "one" : null);
  });
});

describe("rules", () => {
  it("are asked in their order", () => {
    const rules = [
      rule("/body/a", { kind: "case" }, { id: "case" }),
      rule("/body/**", ignore, { id: "all" }),
      rule("/body/a", ignore, { id: "a" }),
    ];
    expect(hidden(rules, "/body/a")).toBe("all");
  });

  it("say how arrays are aligned and how grave what is left is, the first that does", () => {
    const actions: readonly RuleAction[] = [
      { kind: "unordered", by: "/id" },
      { kind: "unordered", by: null },
      { kind: "severity", severity: "minor" },
      { kind: "severity", severity: "critical" },
    ];
    const of = compileRules(actions.map((action) => rule("/body/a", action)))
      .at(0)
      .of(subject, "answer");
    expect(of?.at("/body/a")).toMatchObject({ alignment: { kind: "key", key: "/id" }, severity: "minor" });
    expect(of?.at("/body/b")).toBeNull();
  });

  it("that there are none of cost no look", () => {
    expect(compileRules([]).at(0)).toBe(noRules);
    expect(
      compileRules([rule("/a", ignore, { route: "other" })])
        .at(0)
        .of(subject, "answer"),
    ).toBeNull();
  });

  it("stop at their expiry, to the millisecond, whichever way the clock goes", () => {
    const rules = [
      rule("/a", ignore, { id: "ten", expiresAt: 10 }),
      rule("/a", ignore, { id: "twenty", expiresAt: 20 }),
    ];
    const book = compileRules(rules);
    const at = (now: number): string | null =>
      book.at(now).of(subject, "answer")?.at("/a")?.explaining({ kind: "changed", legacy: 1, candidate: 2 }) ?? null;
    expect([0, 9, 10, 19, 20, 30, 5].map(at)).toEqual(["ten", "ten", "twenty", "twenty", null, null, "ten"]);
    expect(expiredRules(rules, 10).map(({ id }) => id)).toEqual(["ten"]);
  });

  it("are the same object until one expires", () => {
    const book = compileRules([rule("/a", ignore, { expiresAt: 10 }), rule("/b", ignore)]);
    expect(book.at(9)).toBe(book.at(0));
    expect(book.at(10)).not.toBe(book.at(9));
    expect(book.at(99)).toBe(book.at(10));
  });
});

describe("a difference", () => {
  const names = fc.constantFrom("a", "b", "c");
  const paths = fc
    .array(fc.oneof(names, fc.constant("*")), { minLength: 1, maxLength: 3 })
    .map((path) => `/body/${path.join("/")}`);
  const anyPath = fc.oneof(
    paths,
    paths.map((path) => `${path}/**`),
    fc.constantFrom("/**", "/status", "/body"),
  );
  const leaf = fc.oneof(fc.constantFrom<string | number | null>("A", "a", "5", 5, null, 1, 1.01));
  const object = fc.dictionary(names, fc.oneof(leaf, fc.dictionary(names, leaf)));
  const action = fc.constantFrom<RuleAction>(
    ignore,
    { kind: "case" },
    { kind: "equivalents", values: ["number", "null"] },
    { kind: "tolerance", absolute: 0.1, relative: null, ms: null },
  );

  it("is found all the same, and hidden at the places of a rule alone", () => {
    fc.assert(
      fc.property(object, object, anyPath, action, (legacy, candidate, path, said) => {
        const pair = {
          ...subject,
          rules: { headers: [] },
          scope: "whole",
          legacy: answered(JSON.stringify(legacy)),
          candidate: answered(JSON.stringify(candidate)),
        } as const;
        const found = (rules: readonly Rule[]): readonly Divergence[] => {
          const verdict = compareOutcomes(pair, { ...sampleDeps, rules: compileRules(rules).at(0) });
          return "divergences" in verdict ? verdict.divergences : [];
        };
        const [plain, ruled] = [found([]), found([rule(path, said)])];
        const signatures = (all: readonly Divergence[]): readonly string[] =>
          all.map((one) => `${one.path} ${one.signature}`).toSorted();
        expect(signatures(ruled)).toEqual(signatures(plain));
        for (const { path: place, severity, noise } of ruled) {
          if (severity === "noise")
            expect([noise, pathTest({ path })(place)]).toEqual([{ by: "rule", rule: "one" }, true]);
          else if (said === ignore) expect(pathTest({ path })(place)).toBe(false);
        }
        // Said twice, a rule says no more.
        expect(found([rule(path, said), rule(path, said)])).toEqual(ruled);
      }),
      { numRuns: 500 },
    );
  });
});
