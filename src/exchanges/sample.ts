/** Exchanges, calls and effects for tests, and a clock that stands still. */
import type { Effect, Mode } from "../model/index.ts";
import type { CallKeys, OpenExchange, OpenItem } from "./exchange.ts";

export interface SampleClock {
  (): number;
  nowMs: number;
}

export function sampleClock(): SampleClock {
  const clock = (): number => clock.nowMs;
  clock.nowMs = 1000;
  return clock;
}

export function sampleItem(some: Partial<OpenItem> = {}): OpenItem {
  const mode: Mode = some.mode ?? "shadow";
  return {
    id: null,
    shopper: null,
    nameless: false,
    phone: null,
    mode,
    compared: mode === "shadow" || mode === "dual-run",
    ...some,
  };
}

/** Its trace and its message are named after it. */
export function sampleExchange(exchange: string, ...items: readonly Partial<OpenItem>[]): OpenExchange {
  const named = items.length === 0 ? [{}] : items;
  const id = (i: number): string => (i === 0 ? `wamid.${exchange}` : `wamid.${exchange}.${i}`);
  return {
    exchange,
    traceId: `trace-${exchange}`,
    route: "default",
    items: named.map((item, i) => sampleItem({ id: id(i), ...item })),
  };
}

export function sampleKeys(some: Partial<CallKeys> = {}): CallKeys {
  return { side: "candidate", exchange: null, traceId: null, refersTo: null, recipient: null, phone: null, ...some };
}

export function sampleEffect(some: Partial<Effect> = {}): Effect {
  return {
    side: "legacy",
    operation: "send",
    kind: "send.text",
    recipient: null,
    phone: null,
    target: null,
    payload: {},
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

/** Numbers with a plus sign are the same without. */
function sampleCanonicalId(id: string): string {
  return id.replace(/^\+/, "");
}

export const sampleOptions = { settleMs: 100, max: 1000, maxAlone: 1000, canonicalId: sampleCanonicalId };
