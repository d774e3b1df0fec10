/** Runs a labelled pair through what Sombra runs it through, and writes down what it says. */
import { compareEffects, compareOutcomes, compileRules, createKeyedHash, verdictOf } from "../../src/compare/index.ts";
import type { Divergence, Effect, Outcome, Side, Verdict } from "../../src/model/index.ts";
import { declaredEffect, effectOf, isHeldId } from "../../src/whatsapp/index.ts";
import { nowMs } from "./calls.ts";
import type { Deed, Given, Labelled } from "./pair.ts";

const hash = createKeyedHash("labelled");
const subject = { route: "default", itemKind: "message.text" } as const;
const compared = { headers: ["content-type", "location", "x-a"] };

/** What is said of a pair: the kind of its verdict, and each divergence as labels write it, sorted. */
export interface Said {
  readonly kind: Verdict["kind"];
  readonly found: readonly string[];
}

export function judge({ legacy, candidate, rules = [] }: Labelled): Said {
  const deps = { hash, rules: compileRules(rules).at(nowMs), at: nowMs, isHeld: isHeldId };
  const outcomes = { legacy: outcomeOf(legacy.answer), candidate: outcomeOf(candidate.answer) };
  const answers = compareOutcomes({ ...subject, ...outcomes, rules: compared, scope: "whole" }, deps);
  if (answers.kind === "not-comparable") return { kind: "not-comparable", found: [answers.why] };
  const effects = { legacy: effectsOf(legacy, "legacy"), candidate: effectsOf(candidate, "candidate") };
  const outside = compareEffects({ ...subject, ...effects }, deps);
  const all = [...("divergences" in answers ? answers.divergences : []), ...outside];
  return { kind: verdictOf(all).kind, found: all.map(shown).toSorted() };
}

function shown({ where, severity, kind, path, noise }: Divergence): string {
  const gravity = noise === null ? severity : `noise(${noise.by === "class" ? noise.class : noise.by})`;
  const place = path.replaceAll(/\{[0-9a-f]{16}\}/g, "{}");
  // The place tells it too: a label need not say it twice.
  if ((where === "effect") !== place.startsWith("/effects/")) return `${where} at ${place}`;
  return `${gravity} ${kind} ${place}`;
}

function outcomeOf(answer: Given | "timeout" = {}): Outcome {
  if (answer === "timeout") return { kind: "failed", failure: "timeout", latencyMs: 1, waitedMs: 0 };
  const { status = 200, type = "application/json", headers = [], body = "" } = answer;
  const rawHeaders = type === null ? headers : ["Content-Type", type, ...headers];
  const bytes = body === null ? null : Buffer.from(body);
  return { kind: "answered", answer: { status, rawHeaders, body: bytes }, latencyMs: 1, waitedMs: 0 };
}

function effectsOf({ done = [] }: Deed, side: Side): readonly Effect[] {
  return done.map((one) => {
    const made = one(side);
    return "upstream" in made ? effectOf(made) : declaredEffect(made);
  });
}
