import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareEffects } from "../effects/compare.ts";
import { sampleEffect, text } from "../effects/sample.ts";
import type { Divergence, Effect, Json, Rule, RuleAction } from "../../model/index.ts";
import { keepingOf, type Keeping } from "../kept-values.ts";
import { answered, divergencesOf, sampleDeps, sampleHash } from "../sample.ts";
import { compareOutcomes } from "../verdict.ts";
import { compileRules } from "./book.ts";
import { ignore, rule, tolerance } from "./sample.ts";
import { wouldHide } from "./would-hide.ts";

const subject = { route: "default", itemKind: "message.text" };

const keepAll = keepingOf([{ name: "default", compare: { values: { redact: [], retentionDays: 7 } } }]);

function found(
  legacy: Json,
  candidate: Json,
  rules: readonly Rule[] = [],
  keeping: Keeping = () => null,
): Divergence | undefined {
  const bodies = {
    legacy: answered(JSON.stringify({ a: legacy })),
    candidate: answered(JSON.stringify({ a: candidate })),
  };
  const pair = { ...subject, rules: { headers: [] }, scope: "whole", ...bodies } as const;
  return divergencesOf(compareOutcomes(pair, { ...sampleDeps, rules: compileRules(rules).at(0), keeping }))[0];
}

function says(action: RuleAction, legacy: Json, candidate: Json): string {
  const divergence = found(legacy, candidate);
  if (divergence === undefined) throw new Error("No difference");
  return wouldHide(rule("/body/a", action), { ...subject, divergence });
}

describe("of what is stored a rule would hide", () => {
  it.each<[string, RuleAction, Json, Json, string]>([
    ["anything by ignoring", ignore, "yes", "no", "yes"],
    ["nothing by a severity", { kind: "severity", severity: "minor" }, "yes", "no", "no"],
    ["what differs in case", { kind: "case" }, "Yes", "yes", "yes"],
    ["not what differs in more", { kind: "case" }, "yes", "no", "no"],
    ["a number as text", { kind: "equivalents", values: ["number"] }, "5", 5, "yes"],
    ["not another number", { kind: "equivalents", values: ["number"] }, "5", 6, "no"],
    ["what is far within", tolerance({ absolute: 100 }), 10, 12, "yes"],
    ["not what is far beyond", tolerance({ absolute: 0.1 }), 10, 12, "no"],
    ["perhaps what is near the limit", tolerance({ absolute: 3 }), 10, 12, "unknown"],
    ["a share of legacy's", tolerance({ relative: 0.21 }), 10, 12, "yes"],
    ["not a larger share", tolerance({ relative: 0.1 }), 10, 12, "no"],
    ["times that are near", tolerance({ ms: 2_000 }), "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", "yes"],
    ["not times that are far", tolerance({ ms: 500 }), "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", "no"],
    ["no word by a tolerance", tolerance({ absolute: 9 }), "yes", "no", "no"],
    ["perhaps a text by a mask", { kind: "mask", patterns: ["a"] }, "ab", "b", "unknown"],
    ["no number by a mask", { kind: "mask", patterns: ["a"] }, 1, 2, "no"],
    ["perhaps what is aligned otherwise", { kind: "unordered", by: null }, "a", "b", "unknown"],
    ["perhaps one of a list", { kind: "equivalents", values: [["yes", "no"]] }, "yes", "no", "unknown"],
  ])("%s", (_, action, legacy, candidate, answer) => {
    expect(says(action, legacy, candidate)).toBe(answer);
  });

  it("nothing that is noise without it", () => {
    const divergence = found("3f2a1c9e-8b7d-4e6f-9a01-2b3c4d5e6f70", "8c1d2e3f-1a2b-4c3d-8e9f-0a1b2c3d4e5f");
    if (divergence === undefined) throw new Error("No difference");
    expect(wouldHide(rule("/body/a", ignore), { ...subject, divergence })).toBe("already");
    expect(wouldHide(rule("/body/b", ignore), { ...subject, divergence })).toBe("no");
  });

  const mask: RuleAction = { kind: "mask", patterns: ["[0-9]+"] };
  const file = (sha256: string) =>
    sampleEffect({ operation: "media", kind: "media-upload", recipient: null, payload: { file: { sha256, size: 1 } } });
  const event = (type: string) =>
    sampleEffect({ operation: "event", kind: "event.order", recipient: null, payload: { type } });
  it.each<[string, readonly Effect[], readonly Effect[], string, readonly RuleAction[]]>([
    [
      "another recipient",
      [text("Oi")],
      [text("Oi", { recipient: "447700900124" })],
      "/effects/send.text/*/recipient",
      [tolerance({ absolute: 10 }), mask, ignore, { kind: "equivalents", values: [["447700900123", "447700900124"]] }],
    ],
    ["copies", [text("Oi")], [text("Oi"), text("Oi")], "/effects/send.text/*", [tolerance({ absolute: 5 }), ignore]],
    [
      "a quoted message",
      [text("Oi", { refersTo: "1" })],
      [text("Oi", { refersTo: "2" })],
      "/effects/send.text/*/message_id",
      [mask],
    ],
    [
      "another file",
      [text("Oi", { ids: ["1"] })],
      [text("Oi", { ids: ["2"] })],
      "/effects/send.text/*/media/*",
      [mask],
    ],
    ["other bytes", [file("a1")], [file("a2")], "/effects/media-upload/*/file/sha256", [mask, { kind: "case" }]],
    [
      "what an event says of itself",
      [event("1")],
      [event("2")],
      "/effects/event.order/*/type",
      [tolerance({ absolute: 1 })],
    ],
  ])("of %s as much as in force", (_what, legacy, candidate, path, actions) => {
    const deps = { ...sampleDeps, isHeld: () => false };
    for (const action of actions) {
      const one = rule(path, action);
      const lists = { ...subject, legacy, candidate };
      const [ruled] = compareEffects(lists, { ...deps, rules: compileRules([one]).at(0) });
      const [divergence] = compareEffects(lists, deps);
      if (divergence === undefined) throw new Error("No difference");
      expect(wouldHide(one, { ...subject, divergence, hash: sampleHash })).toBe(
        ruled?.severity === "noise" ? "yes" : "no",
      );
    }
  });

  it("no status by a tolerance", () => {
    const pair = { ...subject, rules: { headers: [] }, scope: "whole" } as const;
    const sides = { legacy: answered("{}"), candidate: answered("{}", { status: 500 }) };
    const [divergence] = divergencesOf(compareOutcomes({ ...pair, ...sides }, sampleDeps));
    if (divergence === undefined) throw new Error("No difference");
    expect(wouldHide(rule("/status", tolerance({ absolute: 500 })), { ...subject, divergence })).toBe("no");
    expect(wouldHide(rule("/status", ignore), { ...subject, divergence })).toBe("yes");
  });

  it("nothing elsewhere", () => {
    const divergence = found(1, 2);
    if (divergence === undefined) throw new Error("No difference");
    for (const scope of [
      { path: "/body/b" },
      { route: "other" },
      { itemKind: "status.*" },
      { where: "effect" },
    ] as const) {
      expect(wouldHide(rule("/body/a", ignore, scope), { ...subject, divergence })).toBe("no");
    }
  });

  it("what values that were kept, or their hashes, say", () => {
    const divergence = found("yes", "no");
    if (divergence === undefined) throw new Error("No difference");
    const list = rule("/body/a", { kind: "equivalents", values: [["yes", "no"]] });
    const other = rule("/body/a", { kind: "equivalents", values: [["yes", "si"]] });
    const stored = { ...subject, divergence };
    expect(wouldHide(list, { ...stored, hash: sampleHash })).toBe("yes");
    expect(wouldHide(other, { ...stored, hash: sampleHash })).toBe("no");
    const masked = rule("/body/a", { kind: "mask", patterns: ["[a-z]+"] });
    expect(wouldHide(masked, stored)).toBe("unknown");
    const kept = (legacy: string, candidate: string) => ({ ...divergence, values: { legacy, candidate } });
    expect(wouldHide(masked, { ...stored, divergence: kept("yes", "no") })).toBe("yes");
    const digits = rule("/body/a", { kind: "mask", patterns: ["[0-9]+"] });
    expect(wouldHide(digits, { ...stored, divergence: kept("yes", "no") })).toBe("no");
    // Cut, and redacted.
    expect(wouldHide(masked, { ...stored, divergence: kept("y", "n") })).toBe("unknown");
    expect(wouldHide(masked, { ...stored, divergence: kept("█", "no") })).toBe("unknown");
  });

  it("what it does hide, and nothing else, as far as can be known", () => {
    const value = fc.oneof(
      fc.constantFrom<Json>("A", "a", "5", 5, null, "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", true),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
      fc.integer({ min: 1_577_836_800, max: 1_577_836_900 }),
    );
    const action = fc.oneof(
      fc.constantFrom<RuleAction>(
        ignore,
        { kind: "case" },
        { kind: "equivalents", values: ["number", "null", ["a", "A"]] },
      ),
      fc
        .tuple(fc.option(fc.double({ min: 0, max: 10, noNaN: true })), fc.option(fc.integer({ min: 1, max: 90_000 })))
        .map(([absolute, ms]) => tolerance({ absolute, relative: absolute, ms })),
    );
    fc.assert(
      fc.property(value, value, action, (legacy, candidate, said) => {
        const divergence = found(legacy, candidate);
        if (divergence === undefined) return;
        const one = rule("/body/a", said);
        const hides = found(legacy, candidate, [one])?.severity === "noise" ? "yes" : "no";
        expect([hides, "unknown"]).toContain(wouldHide(one, { ...subject, divergence }));
        const whole = found(legacy, candidate, [], keepAll);
        if (whole === undefined) return;
        const told = wouldHide(one, { ...subject, divergence: whole, hash: sampleHash });
        // Long runs of digits are redacted.
        if (!JSON.stringify(whole.values).includes("█")) expect(told).toBe(hides);
      }),
      { numRuns: 800 },
    );
  });
});
