/** Exchanges, calls and effects for tests, and a clock that stands still. */
import type { Effect, Mode } from "../model/index.ts";
import type { CallKeys, OpenExchange, OpenItem } from "./exchange.ts";
import { createExchanges } from "./exchanges.ts";
import { createSettling } from "./settling.ts";
import type { Closed } from "./waiting.ts";

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

export const quietMs = 10;
export const maxMs = 50;
export const strayMs = 5;

/** Exchanges that settle, and what comes of each effect; those of the route `slow` settle slowly. */
export function sampleSettling({ max = 1000, maxExchanges = 1000 } = {}) {
  const clock = sampleClock();
  const exchanges = createExchanges({ ...sampleOptions, max: maxExchanges }, clock);
  const counted: string[] = [];
  const givenUp: string[] = [];
  const settling = createSettling(
    {
      exchanges,
      bounds: (route) => (route === "slow" ? { quietMs: 20, maxMs: 100 } : { quietMs, maxMs }),
      strayMs,
      max,
      complete: ({ legacy, candidate }) => legacy.length === candidate.length,
      counted: (fate, { kind }) => counted.push(`${kind} ${fate}`),
      givenUp: (names) => givenUp.push(...names),
    },
    clock,
  );
  const open = (name: string, ...items: Partial<OpenItem>[]) => settling.open(sampleExchange(name, ...items));
  const effect = (kind: string, some: Partial<Effect>) => settling.effect(sampleEffect({ kind, ...some }));
  /** Lets time pass as an owner does that has one timer. */
  const pass = (ms: number): readonly string[] => {
    const untilMs = clock.nowMs + ms;
    const closed: string[] = [];
    for (let due = settling.due(); due !== null && due <= untilMs; due = settling.due()) {
      clock.nowMs = Math.max(clock.nowMs, due);
      closed.push(...settling.close(clock.nowMs).map(inShort));
    }
    clock.nowMs = untilMs;
    return closed;
  };
  return { clock, exchanges, settling, counted, givenUp, open, effect, pass };
}

/** `a: send|send; b: | (overlapping, timed out)`: of each exchange the kinds of legacy and candidate, by item. */
export function inShort({ parts, overlapping, twinned, timedOut }: Closed): string {
  const kinds = (effects: readonly Effect[]): string => effects.map(({ kind }) => kind).join(",");
  const told = parts.map(({ exchange, items }) => {
    const sides = items.map(({ legacy, candidate }) => `${kinds(legacy)}|${kinds(candidate)}`);
    return `${exchange}: ${sides.join(" ")}`;
  });
  return [
    told.join("; "),
    ...(overlapping ? ["overlapping"] : []),
    ...(twinned ? ["twinned"] : []),
    ...(timedOut ? ["timed out"] : []),
  ].join(", ");
}
