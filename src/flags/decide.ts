import { BUCKETS, bucketOf } from "./bucket.ts";
import { MISSING_AUDIENCE, type CompiledFlag } from "./compile.ts";
import type { ShopperTable } from "./shopper-list.ts";

/**
 * Which rule decided, by the names of SPEC 3, and two more: `force_off` is `SOMBRA_FORCE_OFF`; `fail_on` is a shadow or
 * dual-run flag of which no value says off (SPEC 2).
 */
export type Reason =
  | "killed"
  | "force_off"
  | "disabled"
  | "denylist"
  | "force_on"
  | "audience"
  | "allowlist"
  | "percent"
  | "enabled"
  | "default"
  | "fail_on";

export interface Decision {
  readonly value: boolean;
  readonly reason: Reason;
  /** Thousandths of a percent; null where no bucket was asked. */
  readonly bucket: number | null;
}

function constant(value: boolean, reason: Reason): Decision {
  return Object.freeze({ value, reason, bucket: null });
}

export const KILLED = constant(false, "killed");
export const FORCED_OFF = constant(false, "force_off");
export const FAILED_ON = constant(true, "fail_on");
export const UNSET = constant(false, "default");
const DISABLED = constant(false, "disabled");
const DENIED = constant(false, "denylist");
const FORCED_ON = constant(true, "force_on");
const NOT_IN_AUDIENCE = constant(false, "audience");
const ALLOWED = constant(true, "allowlist");
const NOT_ALLOWED = constant(false, "allowlist");
const EVERYBODY = constant(true, "percent");
const NOT_EVERYBODY = constant(false, "percent");
const ENABLED = constant(true, "enabled");
const ON_BY_DEFAULT = constant(true, "default");

/** A flag's answer for a shopper by rules 1 to 8 of SPEC 3; null: no shopper could be identified. */
export function decide(flag: CompiledFlag, shopper: string | null, salt: string): Decision {
  const settled = settle(flag, shopper);
  if (settled !== null) return settled;
  // Only a known shopper leaves its bucket to be asked.
  return byBucket(flag, bucketOf(flag.bucketing, salt, shopper ?? ""));
}

/** As `decide`, save the bucket: null where that decides. Allocates nothing. */
export function settle(flag: CompiledFlag, shopper: string | null): Decision | null {
  if (flag.enabled === false) return DISABLED;
  if (isIn(flag.denylist, shopper)) return DENIED;
  if (isIn(flag.forceOn, shopper)) return FORCED_ON;
  if (flag.audience !== null && !isIn(flag.audience, shopper)) return NOT_IN_AUDIENCE;
  if (flag.allowlist !== null) return isIn(flag.allowlist, shopper) ? ALLOWED : NOT_ALLOWED;
  if (flag.milliPercent !== null) {
    if (shopper !== null) return null;
    return flag.milliPercent === BUCKETS ? EVERYBODY : NOT_EVERYBODY;
  }
  if (flag.enabled === true) return ENABLED;
  return flag.default ? ON_BY_DEFAULT : UNSET;
}

/**
 * As `settle`, for a shadow or dual-run flag: off only where a value says so (SPEC 2). A default is no such value, nor
 * is an audience that is not stored; without a shopper only `enabled: false` and percent 0 are.
 */
export function settleFailOn(flag: CompiledFlag, shopper: string | null): Decision | null {
  const settled = settle(flag, shopper);
  if (settled === null || settled.value || settled === DISABLED) return settled;
  const unread = settled === NOT_IN_AUDIENCE && flag.audience === MISSING_AUDIENCE;
  if (shopper !== null && settled !== UNSET && !unread) return settled;
  return flag.milliPercent === 0 ? NOT_EVERYBODY : FAILED_ON;
}

/** Rule 6, for a flag that has a percentage. */
export function byBucket(flag: CompiledFlag, bucket: number): Decision {
  return { value: bucket < (flag.milliPercent ?? 0), reason: "percent", bucket };
}

/** An empty list is not asked: asking would hash the shopper for nothing. */
function isIn(list: ShopperTable, shopper: string | null): boolean {
  return shopper !== null && list.size > 0 && list.has(shopper);
}
