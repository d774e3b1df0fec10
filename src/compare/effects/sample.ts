/** Effects for tests, and divergences in short. */
import type { Divergence, Effect } from "../../model/index.ts";
import { sampleHash } from "../sample.ts";
import { compareEffects } from "./compare.ts";

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

export function compare(legacy: readonly Effect[], candidate: readonly Effect[]): readonly Divergence[] {
  return compareEffects(
    { route: "default", itemKind: "message.text", legacy, candidate },
    { hash: sampleHash, isHeld },
  );
}

/** Each divergence as `severity kind path`. */
export function said(legacy: readonly Effect[], candidate: readonly Effect[]): readonly string[] {
  return compare(legacy, candidate).map(({ severity, kind, path }) => `${severity} ${kind} ${path}`);
}
