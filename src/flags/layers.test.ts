import { expect, test } from "vitest";
import { compileFlag } from "./compile.ts";
import type { Flag, FlagOf } from "./flag.ts";
import { resolveFlags } from "./layers.ts";
import { decideMode } from "./mode.ts";
import { ROUTE, definition, sampleFlag, tabled } from "./sample.ts";
import type { ShopperTable } from "./shopper-list.ts";
import { createSnapshot } from "./snapshot.ts";

const sample = (changes: Partial<Flag>): FlagOf<ShopperTable> => tabled(sampleFlag(changes));
const stored = sample({ key: "A", percent: 5, version: 3 });
const fromEnv = sample({ key: "A", percent: 50 });

test("the first layer that has a flag is in force, and says whom it overrides", () => {
  const layers = [
    { source: "redis", flags: [stored] },
    { source: "env", flags: [fromEnv, sample({ key: "B" })] },
  ] as const;
  expect(resolveFlags(layers, [definition("A"), definition("C")])).toEqual([
    { flag: stored, source: "redis", overridden: ["env"] },
    { flag: sample({ key: "B" }), source: "env", overridden: [] },
    { flag: sample({ key: "C" }), source: "code", overridden: [] },
  ]);
});

test("of two records in one layer the first counts, and a source does not override itself", () => {
  const layers = [{ source: "sqlite", flags: [stored, fromEnv] }] as const;
  expect(resolveFlags(layers, [])).toEqual([{ flag: stored, source: "sqlite", overridden: [] }]);
});

test("flags that are known from the start are there, off by default", () => {
  const [flag] = resolveFlags([], [definition("A", { description: "Known", salt: "own", bucketing: "md5" })]);
  expect(flag).toMatchObject({
    source: "code",
    flag: { key: "A", description: "Known", salt: "own", bucketing: "md5", enabled: null, default: false, version: 0 },
  });
});

test("a record that cannot be read is unset and hides the layers below it", () => {
  const layers = [
    { source: "sqlite", flags: [], unreadable: ["A", "D"] },
    { source: "env", flags: [sample({ key: "A", enabled: true })] },
  ] as const;
  const [first, second] = resolveFlags(layers, [definition("A", { salt: "own", default: true })]);
  expect(first).toMatchObject({
    source: "sqlite",
    overridden: ["env"],
    flag: { enabled: null, default: false, salt: "own" },
  });
  expect(second).toMatchObject({ source: "sqlite", flag: { key: "D", enabled: null, default: false } });
});

test("an unreadable shadow flag is on, an unreadable `enabled` flag off", () => {
  const modeWithout = (unreadable: readonly string[]): string => {
    const on = sample({ key: ROUTE.enabled, enabled: true });
    const off = [ROUTE.shadow, ROUTE.dualRun].map((key) => sample({ key, enabled: false }));
    const flags = [on, ...off].filter(({ key }) => !unreadable.includes(key));
    const resolved = resolveFlags(
      [
        { source: "sqlite", flags, unreadable },
        { source: "env", flags: [on, ...off] },
      ],
      [],
    );
    const compiled = resolved.map(({ flag, source }) => compileFlag(flag, source));
    const rest = { version: 1, killed: false, source: "sqlite", forceOff: [], routes: [ROUTE] } as const;
    return decideMode(createSnapshot({ ...rest, flags: compiled }), ROUTE, "alice").mode;
  };
  expect(modeWithout([])).toBe("cutover");
  expect(modeWithout([ROUTE.shadow])).toBe("shadow");
  expect(modeWithout([ROUTE.dualRun])).toBe("dual-run");
  expect(modeWithout([ROUTE.enabled])).toBe("legacy");
});
