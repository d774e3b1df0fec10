export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** How a shopper finds its bucket. `md5`: the scheme of many home-grown flags, without a salt. */
export type Bucketing = "murmur3" | "md5";

/** A flag as it is written and stored (SPEC 3). Lists name shoppers: personal data. */
export interface Flag {
  readonly key: string;
  readonly description: string;
  /** The master switch where `false`; null: lists and percent decide alone. */
  readonly enabled: boolean | null;
  /** 0 to 100, at most three decimals; null: no percentage is asked. */
  readonly percent: number | null;
  /** A closed list; null: no list. */
  readonly allowlist: readonly string[] | null;
  readonly denylist: readonly string[];
  /** Adds shoppers, excludes nobody. */
  readonly forceOn: readonly string[];
  /** Name of a stored list of shoppers; who is not in it is off. */
  readonly audience: string | null;
  readonly default: boolean;
  /** null: the key, or the salt of the route's `enabled` flag (SPEC 2). */
  readonly salt: string | null;
  readonly bucketing: Bucketing;
  /** What handlers get with the decision. */
  readonly settings: JsonObject;
  /** Counts the writes to a store; 0: never stored. */
  readonly version: number;
  /** ISO 8601, UTC; null: never stored. */
  readonly updatedAt: string | null;
  readonly updatedBy: string;
}

/** What is known of a flag from the start, before any store or environment speaks. */
export type FlagDefinition = Pick<Flag, "key" | "description" | "default" | "salt" | "bucketing"> & {
  /** Prefix of its variables where that is not the key: `<env>_ENABLED`, `<env>_PHASE` and so on. */
  readonly env: string | null;
};

/** The flag of a definition with nothing set: its default decides. */
export function unsetFlag(definition: FlagDefinition, updatedBy: string): Flag {
  return {
    key: definition.key,
    description: definition.description,
    enabled: null,
    percent: null,
    allowlist: null,
    denylist: [],
    forceOn: [],
    audience: null,
    default: definition.default,
    salt: definition.salt,
    bucketing: definition.bucketing,
    settings: {},
    version: 0,
    updatedAt: null,
    updatedBy,
  };
}
