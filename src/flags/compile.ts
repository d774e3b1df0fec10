import type { Bucketing, FlagOf, JsonObject } from "./flag.ts";
import { ShopperTable } from "./shopper-list.ts";

/** Where the definition of a flag in force comes from. `snapshot`: the last known one on disk. */
export type FlagSource = "redis" | "sqlite" | "snapshot" | "env" | "code";

/** A flag ready to decide: lists as tables, the percentage as an integer. */
export interface CompiledFlag {
  readonly key: string;
  readonly source: FlagSource;
  readonly version: number;
  readonly enabled: boolean | null;
  readonly denylist: ShopperTable;
  readonly forceOn: ShopperTable;
  /** null: the flag names none. `MISSING_AUDIENCE`: it names one that is not stored. */
  readonly audience: ShopperTable | null;
  /** null: no list, or an empty one beside a percentage. */
  readonly allowlist: ShopperTable | null;
  /** Thousandths of a percent, an integer; null: no percentage. */
  readonly milliPercent: number | null;
  readonly default: boolean;
  readonly salt: string;
  readonly bucketing: Bucketing;
  /** Says nothing of its own about buckets, so that in a route it takes the bucket of the `enabled` flag. */
  readonly sharesBucket: boolean;
  readonly settings: JsonObject;
}

/** Nobody is in it, as in one that is stored and empty: told apart by identity. */
export const MISSING_AUDIENCE = ShopperTable.of([]);

const NO_AUDIENCES: ReadonlyMap<string, ShopperTable> = new Map();

export function compileFlag(flag: FlagOf<ShopperTable>, source: FlagSource, audiences = NO_AUDIENCES): CompiledFlag {
  const listed = flag.allowlist !== null && (flag.allowlist.size > 0 || flag.percent === null);
  return {
    key: flag.key,
    source,
    version: flag.version,
    enabled: flag.enabled,
    denylist: flag.denylist,
    forceOn: flag.forceOn,
    audience: flag.audience === null ? null : (audiences.get(flag.audience) ?? MISSING_AUDIENCE),
    allowlist: listed ? flag.allowlist : null,
    milliPercent: flag.percent === null ? null : Math.round(flag.percent * 1000),
    default: flag.default,
    salt: flag.salt ?? flag.key,
    bucketing: flag.bucketing,
    sharesBucket: flag.salt === null && flag.bucketing === "murmur3",
    settings: flag.settings,
  };
}
