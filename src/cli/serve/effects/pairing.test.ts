import { expect, test } from "vitest";
import { text } from "../../../compare/effects/sample.ts";
import { createExchanges } from "../../../exchanges/index.ts";
import type { Effect } from "../../../model/index.ts";
import { createPairing } from "./pairing.ts";

function pairing(compared = true) {
  const exchanges = createExchanges({ settleMs: 1_000, max: 100, maxAlone: 0, canonicalId: (id) => id }, () => 0);
  const item = { id: "m", shopper: "447700900123", nameless: false, phone: null, mode: "shadow", compared } as const;
  exchanges.open({ exchange: "e", traceId: "t", route: "default", items: [item] });
  const pairs = new Map<string, string>();
  const made = createPairing({
    exchanges,
    paired: (ids) => ids.forEach(({ legacy, candidate }) => pairs.set(legacy, candidate)),
  });
  return { ...made, pairs };
}

const sends = (side: "legacy" | "candidate", body: string, id: string): Effect =>
  text(body, { side, traceId: "t", produced: [id] });

test("equal sends are paired as soon as both are over, whichever was first", () => {
  const { did, pairs } = pairing();
  did(sends("candidate", "a", "held-a"));
  did(sends("legacy", "b", "b"));
  expect(pairs.size).toBe(0);
  did(sends("legacy", "a", "a"));
  did(sends("candidate", "b", "held-b"));
  expect(Object.fromEntries(pairs)).toEqual({ a: "held-a", b: "held-b" });
});

test("others are paired when their exchange is over", () => {
  const { did, closed, pairs } = pairing();
  const [ours, theirs] = [sends("legacy", "Olá", "1"), sends("candidate", "Oi", "held")];
  did(ours);
  did(theirs);
  expect(pairs.size).toBe(0);
  closed("e", [{ legacy: [ours], candidate: [theirs], twin: [] }]);
  expect(Object.fromEntries(pairs)).toEqual({ 1: "held" });
});

test.each<readonly [string, Partial<Effect>]>([
  ["of another exchange", { traceId: "other", recipient: "447700900199" }],
  ["of the twin", { side: "twin" }],
  ["without an id", { produced: [] }],
])("a send %s is paired with nothing", (_, changes) => {
  const { did, pairs } = pairing();
  did(sends("legacy", "a", "1"));
  did({ ...sends("candidate", "a", "held"), ...changes });
  expect(pairs.size).toBe(0);
});

test("what is not compared is not paired", () => {
  const { did, pairs } = pairing(false);
  did(sends("legacy", "a", "1"));
  did(sends("candidate", "a", "held"));
  expect(pairs.size).toBe(0);
});
