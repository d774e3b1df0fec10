import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decideKey } from "./ask.ts";
import type { Bucketing, Flag } from "./flag.ts";
import { decideMode } from "./mode.ts";
import { reachableModes } from "./reach.ts";
import { ROUTE, routeSnapshot, sampleFlag, type RouteChanges } from "./sample.ts";
import { parseFlag } from "./schema.ts";

/** In thousandths, so that every percentage has at most three decimals. */
const anyMilliPercent = fc.oneof(fc.constantFrom(0, 1, 50_000, 99_999, 100_000), fc.nat(100_000));

const anyList: fc.Arbitrary<readonly string[]> = fc.uniqueArray(fc.constantFrom("alice", "bob", "carol"), {
  maxLength: 2,
});
const noneOrList = fc.oneof(fc.constant<readonly string[]>([]), anyList);

/** Every field that takes part in a decision. Few shoppers, so that lists meet. */
const anyFlagChange: fc.Arbitrary<Partial<Flag>> = fc.record({
  enabled: fc.constantFrom(null, true, false),
  percent: fc.option(
    anyMilliPercent.map((milli) => milli / 1000),
    { nil: null },
  ),
  allowlist: fc.option(anyList, { nil: null }),
  denylist: noneOrList,
  forceOn: noneOrList,
  audience: fc.constantFrom(null, null, "members", "nobody", "not-stored"),
  default: fc.boolean(),
  salt: fc.constantFrom(null, null, "own"),
  bucketing: fc.constantFrom<Bucketing[]>("murmur3", "murmur3", "md5"),
});

const anyShopper = fc.option(fc.oneof(fc.constantFrom("alice", "bob", "carol"), fc.string({ minLength: 1 })));

const anyChange = fc.option(anyFlagChange, { nil: undefined });

/** Roles with and without a flag. */
const anyRoute: fc.Arbitrary<RouteChanges> = fc
  .record({ enabled: anyChange, shadow: anyChange, dualRun: anyChange, reverseShadow: anyChange })
  .map((changes) => Object.fromEntries(Object.entries(changes).filter(([, change]) => change !== undefined)));

test("killed is legacy for everybody, and every decision is off", () => {
  fc.assert(
    fc.property(anyRoute, anyShopper, (changes, shopper) => {
      const snapshot = routeSnapshot(changes, { killed: true });
      const { mode, reason, decisions } = decideMode(snapshot, ROUTE, shopper);
      expect([mode, reason]).toEqual(["legacy", "killed"]);
      expect(decisions.every((one) => !one.value && one.reason === "killed")).toBe(true);
      expect(decideKey(snapshot, "ANY", shopper)).toEqual({ value: false, reason: "killed", bucket: null });
    }),
  );
});

test("one flag asked alone answers as it does in its route", () => {
  fc.assert(
    fc.property(anyRoute, anyShopper, (changes, shopper) => {
      const snapshot = routeSnapshot(changes);
      for (const { flag, value, reason } of decideMode(snapshot, ROUTE, shopper).decisions) {
        expect(decideKey(snapshot, flag, shopper)).toMatchObject({ value, reason });
      }
    }),
  );
});

const anyFailOnRole = fc.constantFrom("shadow" as const, "dualRun" as const);

test("nobody is cut over while the shadow or the dual-run flag has no record", () => {
  fc.assert(
    fc.property(anyRoute, anyShopper, anyFailOnRole, (changes, shopper, role) => {
      const { [role]: _, ...others } = changes;
      expect(decideMode(routeSnapshot(others), ROUTE, shopper).mode).not.toBe("cutover");
    }),
  );
});

test("without a shopper there is no cutover while either flag is neither disabled nor at percent 0", () => {
  fc.assert(
    fc.property(anyRoute, anyFlagChange, anyFailOnRole, (changes, change, role) => {
      fc.pre(change.enabled !== false && change.percent !== 0);
      const snapshot = routeSnapshot({ ...changes, [role]: change });
      expect(decideMode(snapshot, ROUTE, null).mode).not.toBe("cutover");
    }),
  );
});

test("raising the served share never un-serves anyone", () => {
  const shoppers = Array.from({ length: 300 }, (_, index) => `55119${index * 7919}`);
  const anyEnabled: fc.Arbitrary<Partial<Flag>> = fc.record({
    enabled: fc.constantFrom(null, true),
    percent: fc.constant(100),
    salt: fc.constantFrom(null, "own"),
    bucketing: fc.constantFrom("murmur3", "md5"),
  });
  fc.assert(
    fc.property(anyEnabled, anyMilliPercent, anyMilliPercent, (enabled, one, two) => {
      const served = (share: number): readonly string[] => {
        const rest = { enabled: true, percent: (100_000 - share) / 1000 };
        const snapshot = routeSnapshot({ enabled, shadow: rest, dualRun: rest });
        return shoppers.filter((shopper) => decideMode(snapshot, ROUTE, shopper).mode === "cutover");
      };
      const before = served(Math.min(one, two));
      const after = new Set(served(Math.max(one, two)));
      expect(before.filter((shopper) => !after.has(shopper))).toEqual([]);
    }),
  );
});

test("no shopper gets a mode that is said to be out of reach", () => {
  const known = [null, "alice", "bob", "carol", ...Array.from({ length: 20 }, (_, index) => `shopper-${index}`)];
  const said = { possible: 0, impossible: 0 };
  fc.assert(
    fc.property(anyRoute, fc.boolean(), anyShopper, (changes, forced, anybody) => {
      const snapshot = routeSnapshot(changes, { forceOff: forced ? [ROUTE.enabled, ROUTE.shadow] : [] });
      const reachable = reachableModes(snapshot, ROUTE);
      const possible = reachable.has("cutover");
      said[possible ? "possible" : "impossible"] += 1;
      for (const shopper of [anybody, ...known]) {
        const { mode } = decideMode(snapshot, ROUTE, shopper);
        expect(reachable).toContain(mode);
      }
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(said.possible, said.impossible)).toBeGreaterThan(30);
});

test("every flag that can be written is read back from its JSON", () => {
  fc.assert(
    fc.property(anyFlagChange, (changes) => {
      const flag = sampleFlag(changes);
      expect(parseFlag(JSON.parse(JSON.stringify(flag)))).toEqual({ ok: true, flag });
    }),
  );
});
