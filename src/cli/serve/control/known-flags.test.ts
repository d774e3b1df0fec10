import { expect, test } from "vitest";
import { ShopperTable, unsetFlag, withLists, type FlagOf, type SharedTable } from "../../../flags/index.ts";
import { Known } from "../../../registry/known.ts";
import { loadConfig } from "../../config/index.ts";
import { unknownYet } from "../registry/flags.ts";
import { createKnownFlags } from "./known-flags.ts";
import type { SharedFlags } from "../threads/messages.ts";

const config = loadConfig({
  env: { SOMBRA_LEGACY_URL: "http://127.0.0.1:9" },
  readFile: () => {
    throw Object.assign(new Error("There is no file"), { code: "ENOENT" });
  },
  modeOf: () => 0o600,
  cwd: "/",
});
const blank = { key: "KEY", description: "", env: null, default: false, salt: null, bucketing: "murmur3" } as const;

function flagsAt(version: number, denylist: ShopperTable): SharedFlags {
  const none = ShopperTable.of([]);
  const flag = { ...withLists(unsetFlag(blank, "test"), () => none), denylist, version };
  const shared: FlagOf<SharedTable> = withLists(flag, (table) => table.shared());
  return {
    ...unknownYet(config),
    version,
    killed: false,
    stored: [shared],
    entries: [{ flag: shared, source: "sqlite", overridden: [] }],
  };
}

test("before the registry has spoken a store is as the registry says of one that it has not met", () => {
  const met = new Known({
    kind: "sqlite",
    now: () => 0,
    onEvent() {},
    onView() {},
    onState() {},
    onLocalKill() {},
  }).view().store;
  expect({ ...unknownYet(config).store, problem: null }).toEqual({ ...met, problem: null });
});

test("the last twenty versions can be asked for", () => {
  const known = createKnownFlags(config, flagsAt(0, ShopperTable.of(["0"])));
  for (let version = 1; version <= 30; version += 1) known.learn(flagsAt(version, ShopperTable.of([String(version)])));
  const answered = Array.from({ length: 31 }, (_, version) => known.flags(version)?.state.flags.get("KEY"));
  expect(answered.map((flag) => flag !== undefined)).toEqual(Array.from({ length: 31 }, (_, version) => version >= 10));
  expect(answered[17]?.denylist.has("17")).toBe(true);
});

test("of versions with long lists of their own as many are kept as there is room for", () => {
  const long = ShopperTable.of(Array.from({ length: 300_000 }, (_, index) => `44770${index}`));
  const known = createKnownFlags(config, flagsAt(0, long));
  let table = long;
  for (let version = 1; version <= 20; version += 1) {
    table = table.with({ added: [String(version)], removed: [] });
    known.learn(flagsAt(version, table));
  }
  const { slots, units } = table.shared();
  const kept = Array.from({ length: 20 }, (_, version) => known.flags(version)).filter(
    (flags) => flags !== null,
  ).length;
  expect(kept).toBeGreaterThan(0);
  expect(kept * (slots.byteLength + units.byteLength)).toBeLessThanOrEqual(67_108_864);
  expect(known.flags(0)).toBeNull();
});
