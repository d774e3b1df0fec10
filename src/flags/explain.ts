import { decideKey } from "./ask.ts";
import type { FlagSource } from "./compile.ts";
import type { Reason } from "./decide.ts";
import type { JsonObject } from "./flag.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a flag says for a shopper, with everything that led to it. */
export interface Explanation {
  readonly enabled: boolean;
  readonly reason: Reason;
  /** Thousandths of a percent, 0 to 99,999; null: no bucket was asked. */
  readonly bucket: number | null;
  /** The shopper is on while its bucket is below this; null: no bucket was asked. */
  readonly threshold: number | null;
  readonly version: number;
  readonly source: FlagSource;
  /** The list that decided: `denylist`, `forceOn`, `allowlist` or `audience`; null: none did. */
  readonly list: string | null;
  readonly settings: JsonObject;
  /** Why, for people. Does not name the shopper. */
  readonly sentence: string;
}

const LISTS: Readonly<Partial<Record<Reason, string>>> = {
  denylist: "denylist",
  force_on: "forceOn",
  allowlist: "allowlist",
  audience: "audience",
};

/** null: nobody knows the flag. */
export function explain(snapshot: Snapshot, key: string, shopper: string | null): Explanation | null {
  const flag = snapshot.flags.get(key);
  if (flag === undefined) return null;
  const { value, reason, bucket } = decideKey(snapshot, key, shopper);
  const threshold = bucket === null ? null : flag.milliPercent;
  const { version, source, settings } = flag;
  const facts = { bucket, threshold, isZero: flag.milliPercent === 0, isHeld: snapshot.held.has(key) };
  const sentence = `${value ? "On" : "Off"}: ${why(reason, value, facts)}`;
  return {
    enabled: value,
    reason,
    bucket,
    threshold,
    version,
    source,
    list: LISTS[reason] ?? null,
    settings,
    sentence,
  };
}

interface Facts {
  readonly bucket: number | null;
  readonly threshold: number | null;
  /** The percentage, where there is one. */
  readonly isZero: boolean;
  /** After a local trip. */
  readonly isHeld: boolean;
}

function why(reason: Reason, value: boolean, { bucket, threshold, isZero, isHeld }: Facts): string {
  switch (reason) {
    case "killed":
      return "the kill switch is thrown";
    case "force_off":
      return isHeld ? "this instance holds it off until its rollout has gone back" : "SOMBRA_FORCE_OFF names the flag";
    case "disabled":
      return "the master switch `enabled` is false";
    case "denylist":
      return "the shopper is in the denylist";
    case "force_on":
      return "the shopper is in forceOn";
    case "audience":
      return "the shopper is not in the audience";
    case "allowlist":
      return value ? "the shopper is in the allowlist" : "there is an allowlist and the shopper is not in it";
    case "percent":
      if (bucket === null || threshold === null) {
        return isZero ? "the percentage is 0" : "no shopper is known, and only 100 % is everybody";
      }
      return `the shopper's bucket ${bucket} is ${value ? "below" : "not below"} the threshold ${threshold}`;
    case "enabled":
      return "`enabled` is true and nothing narrows it";
    case "default":
      return "nothing is said of the flag: its default decides";
    case "fail_on":
      return "no value says off, and in doubt a shadow or dual-run flag is on";
  }
}
