import { describe, expect, test } from "vitest";
import { errorRate, judgement, plan, result, rollout, T0 } from "../rollout/controller/sample.ts";
import { templateFields, type Checkpoint, type Rollout } from "../rollout/index.ts";
import type { TemplateFacts } from "./template-facts.ts";
import { templateDocument } from "./templates.ts";
import { asText } from "./text.ts";

const failing = result(errorRate, "FAIL", { text: "3.1 % of cells fail" });
const checkpoint: Checkpoint = { ...judgement([failing]), name: "T+4h", conclusion: "hold", why: "FAIL: errors" };

function facts(changes: Partial<TemplateFacts> = {}, of: Partial<Rollout> = {}): TemplateFacts {
  return {
    rollout: rollout({
      id: "checkout",
      plan: plan({ description: "A new checkout." }),
      status: { name: "running", phase: 1, since: "2026-02-01T10:00:00.000Z" },
      ...of,
    }),
    environment: "production",
    nowMs: T0,
    owner: "anna",
    reach: { enabled: true, percentage: 10 },
    events: { cart: 2, order_created: 40 },
    checkpoint,
    progress: null,
    happened: [
      { at: "2026-02-01T10:00:00Z", what: "entered ten", why: "every gate passes", by: "rollout" },
      { at: "2026-02-01T11:00:00Z", what: "rolled back to shadow", why: "errors", by: "rollout" },
    ],
    next: "It enters all next.",
    back: "sombra rollout rollback checkout takes it to shadow.",
    ...changes,
  };
}

const told = (template: Parameters<typeof templateDocument>[0], of = facts()): string =>
  asText(templateDocument(template, of));

describe("a template", () => {
  test("digest has everything that is open", () => {
    const text = told("digest");
    for (const part of [
      "Team digest: checkout is running in ten",
      "CHECKOUT_ENABLED",
      "10 %",
      "FAIL (T+4h)",
      "order_created 40, cart 2",
      "3.1 % of cells fail",
      "rolled back to shadow",
      "It enters all next.",
      "takes it to shadow",
      "anna",
    ])
      expect(text).toContain(part);
  });

  test("product says whom it reaches, and whether it is well", () => {
    const text = told("product");
    for (const part of [
      "A new checkout.",
      "the candidate answers 10 %",
      "0 of 1 gates pass; errors: 3.1 % of cells fail",
      "order_created 40",
    ])
      expect(text).toContain(part);
    const passing = { ...checkpoint, gates: [result(errorRate, "PASS")] };
    expect(told("product", facts({ checkpoint: passing, events: null }))).toMatch(
      /All 1 gates pass\.[\s\S]*none was recorded/,
    );
    expect(told("product", facts({ checkpoint: null, events: "unknown" }))).toMatch(
      /Nothing was judged yet\.[\s\S]*not known/,
    );
  });

  test("executive says where it stands, what went wrong and what is asked", () => {
    const text = told("executive");
    for (const part of [
      "Executive report: checkout is running",
      "2026-02-01T11:00:00Z: rolled back to shadow, as errors",
      "It enters all next.",
      "Answers for it: anna",
    ])
      expect(text).toContain(part);
    expect(text).toMatch(/shadow.*done[\s\S]*ten.*running[\s\S]*all.*to come/);
    expect(told("executive", facts({ happened: [] }))).toContain("Nothing was rolled back.");
  });

  test("release-notes is a draft, with what was learned at the end", () => {
    const done = {
      name: "completed",
      phase: 2,
      since: "",
      keepUntil: "2026-03-01",
      by: "anna",
      lessons: "pairs help",
    } as const;
    const text = told("release-notes", facts({}, { status: done }));
    for (const part of [
      "Draft of release notes: checkout, 2026-02-01",
      "somebody who knows what is new",
      "errors: 3.1 % of cells fail",
      "pairs help",
    ])
      expect(text).toContain(part);
  });

  test("of one's own has every field filled in, and what is filled in is not looked at again", () => {
    const text = templateFields.map((name) => `${name}={${name}}`).join("\n\n");
    const document = templateDocument(
      { title: "{rollout} {verdict}", text: `${text}\n\n{ not a field } {` },
      facts({ owner: "{flag}" }),
    );
    expect(document.title).toBe("checkout FAIL (T+4h)");
    const lines = document.blocks.map((block) => ("text" in block ? block.text : ""));
    expect(lines).toContain("serve=10 %");
    expect(lines).toContain("owner={flag}");
    expect(lines.at(-1)).toBe("{ not a field } {");
    const unfilled = lines.filter((line) => /=(?:\{\w+\})?$/.test(line) || line.includes("undefined"));
    expect(unfilled).toEqual(["owner={flag}"]);
  });
});
