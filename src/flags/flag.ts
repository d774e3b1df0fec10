export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** How a shopper finds its bucket. `md5`: the scheme of many home-grown flags, without a salt. */
export type Bucketing = "murmur3" | "md5";

/**
 * A flag (SPEC 3), by the form its lists have: members as they are written (`Flag`), a table to decide by
 * (`FlagOf<ShopperTable>`), a table that is sent to another thread, or a count only. Members are shoppers: personal data.
 */
export interface FlagOf<List> {
  readonly key: string;
  readonly description: string;
  /** The master switch where `false`; null: lists and percent decide alone. */
  readonly enabled: boolean | null;
  /** 0 to 100, at most three decimals; null: no percentage is asked. */
  readonly percent: number | null;
  /** A closed list; null: no list. */
  readonly allowlist: List | null;
  readonly denylist: List;
  /** Adds shoppers, excludes nobody. */
  readonly forceOn: List;
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

/** A flag as it is written (SPEC 3). */
export type Flag = FlagOf<readonly string[]>;

/** The same flag with its lists in another form. */
export function withLists<From, To>(flag: FlagOf<From>, convert: (list: From) => To): FlagOf<To> {
  return {
    ...flag,
    allowlist: flag.allowlist === null ? null : convert(flag.allowlist),
    denylist: convert(flag.denylist),
    forceOn: convert(flag.forceOn),
  };
}

/** What is known of a flag from the start, before any store or environment speaks. */
export type FlagDefinition = Pick<Flag, "key" | "description" | "default" | "salt" | "bucketing"> & {
  /** Prefix of its variables where that is not the key: `<env>_ENABLED`, `<env>_PHASE` and so on. */
  readonly env: string | null;
};

/** Of a flag of which only the name is known. */
export function blankDefinition(key: string): FlagDefinition {
  return { key, description: "", env: null, default: false, salt: null, bucketing: "murmur3" };
}

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
