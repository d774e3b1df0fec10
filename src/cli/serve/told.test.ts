import { expect, test } from "vitest";
import { ShopperTable, unsetFlag, withLists, type FlagSource } from "../../flags/index.ts";
import { shared } from "./registry/flags.ts";
import { definedTwiceLines } from "./told.ts";

function entry(key: string, source: FlagSource, overridden: readonly FlagSource[] = []) {
  const definition = { key, description: "", default: false, salt: null, bucketing: "murmur3", env: null } as const;
  const flag = withLists(unsetFlag(definition, "environment"), (members) => ShopperTable.of(members));
  return { flag: shared(flag), source, overridden };
}

test("the start says of each flag that store and environment define which of them is in force", () => {
  const entries = [entry("STORED", "redis"), entry("BOTH", "redis", ["env"]), entry("SAID", "env")];
  expect(definedTwiceLines(entries)).toEqual([
    { event: "config", message: "Flag BOTH is defined in redis and env: redis is in force" },
  ]);
});
