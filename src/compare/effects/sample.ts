/** Effects for tests, and divergences in short. */
import type { Divergence, Effect, Rule } from "../../model/index.ts";
import { sampleDeps } from "../sample.ts";
import { compileRules } from "../rules/book.ts";
import { compareEffects, isComplete } from "./compare.ts";

export function sampleEffect(some: Partial<Effect> = {}): Effect {
  return {
    side: "legacy",
    operation: "send",
    kind: "send.text",
    recipient: "447700900123",
    phone: "104452097716532",
    target: null,
    payload: { text: { body: "Olá" } },
    refersTo: null,
    ids: [],
    produced: [],
    succeeded: true,
    atMs: 0,
    disposition: "released",
    traceId: null,
    exchange: null,
    ...some,
  };
}

export function text(body: string, some: Partial<Effect> = {}): Effect {
  return sampleEffect({ payload: { text: { body } }, ...some });
}

export function marked(refersTo: string, some: Partial<Effect> = {}): Effect {
  return sampleEffect({ operation: "mark-read", kind: "mark-read", recipient: null, payload: {}, refersTo, ...some });
}

export function typing(refersTo: string): Effect {
  return marked(refersTo, { operation: "typing", kind: "typing", payload: { typing_indicator: { type: "text" } } });
}

/** Held ids begin so here. */
export const isHeld = (id: string): boolean => id.startsWith("held");

const subject = { route: "default", itemKind: "message.text" };

export function compare(legacy: readonly Effect[], candidate: readonly Effect[]): readonly Divergence[] {
  return compareEffects({ ...subject, legacy, candidate }, { ...sampleDeps, isHeld });
}

export function complete(
  legacy: readonly Effect[],
  candidate: readonly Effect[],
  rules: readonly Rule[] = [],
): boolean {
  const inForce = compileRules(rules).at(sampleDeps.at);
  return isComplete({ ...subject, legacy, candidate }, { ...sampleDeps, rules: inForce, isHeld });
}

/** Each divergence as `severity kind path`. */
export function said(legacy: readonly Effect[], candidate: readonly Effect[]): readonly string[] {
  return compare(legacy, candidate).map(({ severity, kind, path }) => `${severity} ${kind} ${path}`);
}
