import { expect, test } from "vitest";
import { createExchanges, createHolding, type CallKeys } from "../../../exchanges/index.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { createReverse } from "./reverse.ts";
import type { TiedTo } from "./reversed.ts";

/** An instance that knows of an exchange `x` in reverse shadow by its note alone. */
function setUp(tied: TiedTo | null) {
  const exchanges = createExchanges({ settleMs: 1_000, max: 100, maxAlone: 100, canonicalId }, () => 0);
  const deps = { cutoverPossible: () => true, inCutoverNow: () => true };
  const holding = createHolding(exchanges, deps);
  const reversed = { note: () => Promise.resolve(true), any: () => true, find: () => tied };
  const reverse = createReverse({ exchanges, holding, reversed, ties: { of: () => "tied" } });
  const judge = (some: Partial<CallKeys>, isMediaUpload = false) =>
    reverse.judge({ keys: { ...noKeys, ...some }, isMediaUpload });
  return { exchanges, judge };
}

const noKeys: CallKeys = {
  side: "legacy",
  exchange: null,
  traceId: null,
  refersTo: null,
  recipient: null,
  phone: null,
};
const staff = "447700900999";

test("what is tied by a note is held to whomever it goes, as where the exchange is known", () => {
  const { judge } = setUp({ exchange: null, isNamed: false });
  expect(judge({ traceId: "t", recipient: staff })).toEqual({ decision: "hold", exchange: null });
  expect(setUp(null).judge({ traceId: "t", recipient: staff })).toMatchObject({ decision: "release" });
});

test("what is tied by a note is held where a delivery that is known here has the same trace", () => {
  for (const mode of ["legacy", "dual-run", "cutover"] as const) {
    const { exchanges, judge } = setUp({ exchange: "x", isNamed: false });
    const item = { id: "wamid.2", shopper: staff, nameless: false, phone: null, mode, compared: mode === "dual-run" };
    exchanges.open({ exchange: "other", traceId: "t", route: "default", items: [item] });
    expect(judge({ traceId: "t", recipient: "447700900123" })).toEqual({ decision: "hold", exchange: "x" });
    expect(judge({ traceId: "t", refersTo: "wamid.1" })).toEqual({ decision: "hold", exchange: "x" });
    // About nobody, it may be of either.
    const others = [{ recipient: staff }, { refersTo: "wamid.2" }, {}, { exchange: "other" }];
    if (mode === "dual-run")
      for (const some of others) expect(judge({ traceId: "t", ...some })).toMatchObject({ decision: "release" });
  }
});

test("media that legacy uploads goes out", () => {
  const { judge } = setUp({ exchange: "x", isNamed: true });
  expect(judge({ exchange: "x" }, true)).toEqual({ decision: "release", exchange: null });
});

test("but to somebody whom legacy answers itself; unless the call names its exchange", () => {
  for (const mode of ["legacy", "dual-run"] as const) {
    const decisions = [false, true].map((isNamed) => {
      const { exchanges, judge } = setUp({ exchange: "x", isNamed });
      const item = { id: null, shopper: staff, nameless: false, phone: null, mode, compared: mode !== "legacy" };
      exchanges.open({ exchange: "other", traceId: "trace-other", route: "default", items: [item] });
      return judge({ exchange: isNamed ? "x" : null, traceId: "t", recipient: staff });
    });
    expect(decisions).toMatchObject([{ decision: "release" }, { decision: "hold", exchange: "x" }]);
  }
});
