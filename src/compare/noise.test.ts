import { describe, expect, it } from "vitest";
import type { Divergence, Outcome, RuleAction, Verdict } from "../model/index.ts";
import { MAX_DIVERGENCES } from "./divergence.ts";
import { compareEffects } from "./effects/compare.ts";
import { isHeld, sampleEffect, text } from "./effects/sample.ts";
import { compileRules } from "./rules/book.ts";
import { ignore, rule } from "./rules/sample.ts";
import { answered, compare, divergencesOf, sampleDeps } from "./sample.ts";
import { compareOutcomes } from "./verdict.ts";

const uuids = ["123e4567-e89b-12d3-a456-426614174000", "0197c3a2-0000-7000-8000-00000000000f"] as const;
const tokens = ["x7Kq2mZp9Wv4Rt8LbN3c", "Jf5Yh1Gs6Dk0Qa8Ue2Xo"] as const;
const [early, late] = ["2026-01-02T03:04:05.100Z", "2026-01-02T03:04:06.200Z"];

const subject = { route: "default", itemKind: "message.text" };
const json = (value: unknown): Outcome => answered(JSON.stringify(value));

function ruled(rules: Parameters<typeof compileRules>[0], legacy: Outcome, candidate: Outcome): Verdict {
  const pair = { ...subject, rules: { headers: ["x-a"] }, scope: "whole", legacy, candidate } as const;
  return compareOutcomes(pair, { ...sampleDeps, rules: compileRules(rules).at(sampleDeps.at) });
}

const short = (divergences: readonly Divergence[]): readonly string[] =>
  divergences.map(({ path, severity, change }) => `${severity} ${path} ${change}`);

describe("values that always differ", () => {
  it("are noise, and a verdict of nothing else is", () => {
    const verdict = compare(
      json({ id: uuids[0], at: early, token: tokens[0], text: `order ${uuids[0]}` }),
      json({ id: uuids[1], at: late, token: tokens[1], text: `order ${uuids[1]}` }),
    );
    expect(verdict.kind).toBe("noise");
    expect(divergencesOf(verdict).map(({ noise }) => noise)).toEqual([
      { by: "class", class: "uuid" },
      { by: "class", class: "time" },
      { by: "class", class: "token" },
      { by: "class", class: "text+uuid" },
    ]);
  });

  it("stand behind what counts", () => {
    const verdict = compare(json({ id: uuids[0], a: 1 }), json({ id: uuids[1], a: 2 }));
    expect(verdict.kind).toBe("divergent");
    expect(short(divergencesOf(verdict))).toEqual(["minor /body/a number", "noise /body/id uuid"]);
  });

  it("are none where people have said how grave a difference there is", () => {
    const severity: RuleAction = { kind: "severity", severity: "major" };
    const verdict = ruled([rule("/body/id", severity)], json({ id: uuids[0] }), json({ id: uuids[1] }));
    expect(short(divergencesOf(verdict))).toEqual(["major /body/id uuid"]);
  });

  it("are none where they stand for money", () => {
    const verdict = compare(json({ price: tokens[0] }), json({ price: tokens[1] }));
    expect(short(divergencesOf(verdict))).toEqual(["critical /body/price token"]);
  });

  it("do not hide what comes after them, however many they are", () => {
    const many = (id: string, last: string): Outcome =>
      json([...Array.from({ length: 3 * MAX_DIVERGENCES }, () => id), last]);
    const verdict = compare(many(uuids[0], "a"), many(uuids[1], "b"));
    const divergences = divergencesOf(verdict);
    expect(verdict.kind).toBe("divergent");
    expect(short(divergences.slice(0, 1))).toEqual([`minor /body/${3 * MAX_DIVERGENCES} text`]);
    expect(divergences[0]?.legacy).toHaveProperty("hash");
    expect(divergences).toHaveLength(1 + MAX_DIVERGENCES);
  });

  it("are not comparable where they are more than can be looked at", () => {
    const many = (id: string): Outcome => json(Array.from({ length: 20_000 }, () => id));
    expect(compare(many(uuids[0]), many(uuids[1]))).toEqual({ kind: "not-comparable", why: "too-many-differences" });
  });
});

describe("effects", () => {
  const compared = (legacy: Divergence["path"], candidate: string): readonly string[] =>
    short(
      compareEffects({ ...subject, legacy: [text(legacy)], candidate: [text(candidate)] }, { ...sampleDeps, isHeld }),
    );

  it("to customers are never noise by the class of what differs", () => {
    expect(compared(tokens[0], tokens[1])).toEqual(["critical /effects/send.text/0/text/body token"]);
    expect(compared(`pay at https://x.test/${tokens[0]}`, `pay at https://x.test/${tokens[1]}`)).toEqual([
      "critical /effects/send.text/0/text/body text+token",
    ]);
  });

  it.each([
    ["another recipient", { recipient: uuids[0] }, { recipient: uuids[1] }],
    [
      "another template",
      { kind: "send.template", payload: { template: { name: tokens[0] } } },
      { kind: "send.template", payload: { template: { name: tokens[1] } } },
    ],
    ["another quoted message", { refersTo: "wamid.AAAAAAAA1111" }, { refersTo: "wamid.BBBBBBBB2222" }],
    ["another file", { ids: [tokens[0]] }, { ids: [tokens[1]] }],
  ])("that name %s count", (_, ours, theirs) => {
    const lists = { ...subject, legacy: [sampleEffect(ours)], candidate: [sampleEffect(theirs)] };
    const [found] = compareEffects(lists, { ...sampleDeps, isHeld });
    expect(["critical", "major"]).toContain(found?.severity);
  });

  it("elsewhere may differ in ids and times of their own", () => {
    const event = (id: string, at: string, total: number) =>
      sampleEffect({ operation: "event", kind: "event.order_created", recipient: null, payload: { id, at, total } });
    const lists = { ...subject, legacy: [event(uuids[0], early, 10)], candidate: [event(uuids[1], late, 11)] };
    expect(short(compareEffects(lists, { ...sampleDeps, isHeld }))).toEqual([
      "critical /effects/event.order_created/0/total number",
      "noise /effects/event.order_created/0/id uuid",
      "noise /effects/event.order_created/0/at time",
    ]);
  });

  it("as a whole can be hidden by a rule at their place, and no other", () => {
    const typing = sampleEffect({
      operation: "typing",
      kind: "typing",
      recipient: null,
      refersTo: "wamid.1",
      payload: {},
    });
    const lists = { ...subject, legacy: [text("a")], candidate: [text("a"), text("b"), typing] };
    const rules = compileRules([rule("/effects/typing/*", ignore, { where: "effect" })]).at(0);
    expect(short(compareEffects(lists, { ...sampleDeps, rules, isHeld }))).toEqual([
      "critical /effects/send.text/1 absent>object",
      "noise /effects/typing/0 absent>object",
    ]);
  });

  it("in another order can be hidden by saying that they have none", () => {
    const lists = { ...subject, legacy: [text("a"), text("b")], candidate: [text("b"), text("a")] };
    const rules = compileRules([rule("/effects/send", { kind: "unordered", by: null })]).at(0);
    expect(compareEffects(lists, { ...sampleDeps, rules, isHeld }).map(({ noise }) => noise)).toEqual([
      { by: "rule", rule: "one" },
    ]);
  });
});

describe("an answer that is a reply to the shopper", () => {
  const twiml = (inner: string): Outcome =>
    answered(`<?xml version="1.0" encoding="UTF-8"?>\n<Response>${inner}</Response>`, { type: "text/xml" });

  it.each([
    ["another text", twiml("<Message>Olá</Message>")],
    ["no text", twiml("")],
    ["no body", answered("")],
  ])("is critical where the candidate gives %s", (_, candidate) => {
    const divergences = divergencesOf(compare(twiml(`<Message>Oi ${uuids[0]}</Message>`), candidate));
    expect(new Set(divergences.map(({ severity, where }) => `${severity} ${where}`))).toContain("critical answer");
    expect(
      divergences.filter(({ path }) => path.startsWith("/body")).every(({ severity }) => severity === "critical"),
    ).toBe(true);
  });

  it("is never noise", () => {
    const [one, other] = uuids.map((id) => twiml(`<Message>${id}</Message>`));
    if (one === undefined || other === undefined) throw new Error("None");
    expect(compare(one, other).kind).toBe("divergent");
  });

  it("is told from other XML", () => {
    const xml = (value: number): Outcome => answered(`<ok><Response>${value}</Response></ok>`, { type: "text/xml" });
    expect(divergencesOf(compare(xml(1), xml(2)))).toMatchObject([{ severity: "minor" }]);
  });
});

describe("rules", () => {
  it("explain statuses, headers and bodies", () => {
    const accepted: RuleAction = { kind: "equivalents", values: [[200, 202]] };
    const ids: RuleAction = { kind: "mask", patterns: ["[0-9]+$"] };
    const verdict = ruled(
      [
        rule("/status", accepted, { id: "accepted" }),
        rule("/headers/x-a", ids, { id: "header" }),
        rule("/body/*/sku", { kind: "case" }, { id: "case" }),
      ],
      answered('[{"sku":"lamp"}]', { headers: ["X-A", "/orders/17"] }),
      answered('[{"sku":"LAMP"}]', { status: 202, headers: ["X-A", "/orders/18"] }),
    );
    expect(verdict.kind).toBe("noise");
    expect(divergencesOf(verdict).map(({ path, noise }) => [path, noise])).toEqual([
      ["/status", { by: "rule", rule: "accepted" }],
      ["/headers/x-a", { by: "rule", rule: "header" }],
      ["/body/0/sku", { by: "rule", rule: "case" }],
    ]);
  });

  it("explain that there was no answer where they name the whole of it", () => {
    const failed: Outcome = { kind: "failed", failure: "timeout", latencyMs: 1, waitedMs: 0 };
    expect(ruled([rule("/body/**", ignore)], answered("{}"), failed).kind).toBe("divergent");
    expect(ruled([rule("/", ignore)], answered("{}"), failed).kind).toBe("noise");
  });

  it("say how grave a difference is", () => {
    const minor: RuleAction = { kind: "severity", severity: "minor" };
    const verdict = ruled([rule("/status", minor)], answered("{}"), answered("{}", { status: 500 }));
    expect(divergencesOf(verdict)).toMatchObject([{ severity: "minor", noise: null }]);
  });

  it("do not change a signature", () => {
    const [plain] = divergencesOf(ruled([], json({ a: 1 }), json({ a: 2 })));
    const [hidden] = divergencesOf(ruled([rule("/body/a", ignore)], json({ a: 1 }), json({ a: 2 })));
    expect(hidden).toMatchObject({ signature: plain?.signature, severity: "noise" });
  });

  it("that hide a header do not hide a body that cannot be read", () => {
    const legacy = answered(Buffer.from("no gzip"), { headers: ["Content-Encoding", "gzip", "X-A", "1"] });
    expect(ruled([rule("/headers/**", ignore)], legacy, answered("{}")).kind).toBe("not-comparable");
  });
});
