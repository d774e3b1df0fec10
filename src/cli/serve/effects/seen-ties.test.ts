import { expect, test } from "vitest";
import { createExchanges } from "../../../exchanges/index.ts";
import { sampleEffect } from "../../../exchanges/sample.ts";
import type { Effect } from "../../../model/index.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { createLegacyTies } from "./legacy-ties.ts";
import { createSeenTies } from "./seen-ties.ts";

function setUp() {
  const exchanges = createExchanges({ settleMs: 1_000, max: 100, maxAlone: 0, canonicalId }, () => 0);
  const ties = createLegacyTies("tied default", () => undefined);
  const alarms: string[] = [];
  const seen = createSeenTies({ exchanges, ties, alarm: (name) => alarms.push(name), alarmOver: () => undefined });
  const given = (name: string, shopper = name): void => {
    const item = { id: null, shopper, nameless: false, phone: null, mode: "cutover", compared: true } as const;
    exchanges.open({ exchange: name, traceId: `trace-${name}`, route: "default", items: [item] });
  };
  /** And legacy has got it. */
  const open = (name: string, shopper = name): void => {
    given(name, shopper);
    exchanges.reverse(name, [0]);
  };
  const came = (side: Effect["side"], some: Partial<Effect>): Effect => {
    const effect = sampleEffect({ side, ...some });
    seen.came(effect);
    return effect;
  };
  return { exchanges, ties, alarms, given, open, came };
}

const names = Array.from({ length: 40 }, (_, i) => String(447_700_900_100 + i));

test("an untied send in the place of a tied one counts at once, whichever side is first and whether it is over", () => {
  const { exchanges, ties, alarms, given, open, came } = setUp();
  const [one = "", two = "", three = ""] = names;
  given(one);
  came("candidate", { traceId: `trace-${one}` });
  exchanges.reverse(one, [0]);
  came("legacy", { recipient: one });
  open(two);
  came("legacy", { recipient: two });
  came("candidate", { traceId: `trace-${two}` });
  expect(alarms).toEqual([]);
  open(three);
  came("candidate", { traceId: `trace-${three}` });
  exchanges.settle(three);
  came("legacy", { recipient: three });
  expect([ties.of("default"), alarms]).toEqual(["untied", ["legacy-untied"]]);
});

test("one in ten is no share to bear: the third ends it", () => {
  const { ties, open, came } = setUp();
  const until = names.findIndex((name, i) => {
    open(name);
    came("candidate", { traceId: `trace-${name}` });
    came("legacy", i % 10 === 9 ? { recipient: name } : { traceId: `trace-${name}` });
    return ties.of("default") === "untied";
  });
  expect(until).toBe(29);
});

test("what somebody writes from legacy's inbox beside what legacy sends is no such send", () => {
  const { ties, open, came } = setUp();
  for (const name of names.slice(0, 10)) {
    open(name);
    came("legacy", { recipient: name });
    came("legacy", { traceId: `trace-${name}` });
    came("candidate", { traceId: `trace-${name}` });
  }
  expect(ties.of("default")).toBe("tied");
});

test("nor is it where it came before what legacy sends, as often as that happens", () => {
  const { ties, alarms, open, came } = setUp();
  for (const name of names) {
    open(name);
    came("candidate", { traceId: `trace-${name}` });
    came("legacy", { recipient: name });
    came("legacy", { traceId: `trace-${name}` });
  }
  expect([ties.of("default"), alarms]).toEqual(["tied", []]);
});

test("what was taken for a person's counts when the candidate has sent as much as legacy", () => {
  const { ties, open, came } = setUp();
  for (const name of names.slice(0, 3)) {
    open(name);
    came("candidate", { traceId: `trace-${name}` });
    came("legacy", { recipient: name });
    came("legacy", { traceId: `trace-${name}` });
    came("candidate", { traceId: `trace-${name}` });
  }
  expect(ties.of("default")).toBe("untied");
});

test("stands beside the exchange of the shopper that lacks it, where several are open", () => {
  const { ties, open, came } = setUp();
  const [shopper = ""] = names;
  open("old", shopper);
  came("candidate", { traceId: "trace-old" });
  came("legacy", { traceId: "trace-old" });
  for (const name of ["a", "b", "c"]) {
    open(name, shopper);
    came("candidate", { traceId: `trace-${name}` });
    came("legacy", { recipient: shopper });
  }
  expect(ties.of("default")).toBe("untied");
});

test("in a cutover that legacy did not get, or got in the candidate's place, nothing is doubled", () => {
  const { exchanges, ties, given, came } = setUp();
  for (const name of names.slice(0, 10)) {
    given(name);
    if (name.endsWith("3")) exchanges.fallBack(name);
    came("candidate", { traceId: `trace-${name}` });
    came("legacy", { recipient: name });
  }
  expect(ties.of("default")).toBe("tied");
});
