import { decideKey, type Reason, type Snapshot } from "../../flags/index.ts";

/** The reasons that OFREP 0.3 has; OpenFeature's DEFAULT is not among them. */
type OfrepReason = "STATIC" | "TARGETING_MATCH" | "SPLIT" | "DISABLED" | "UNKNOWN";

const reasons: Readonly<Record<Reason, OfrepReason>> = {
  killed: "DISABLED",
  force_off: "DISABLED",
  disabled: "DISABLED",
  denylist: "TARGETING_MATCH",
  force_on: "TARGETING_MATCH",
  audience: "TARGETING_MATCH",
  allowlist: "TARGETING_MATCH",
  percent: "SPLIT",
  enabled: "STATIC",
  default: "STATIC",
  fail_on: "STATIC",
};

/** OFREP allows nothing nested. */
export type Metadata = Readonly<Record<string, boolean | string | number>>;

/** `value` is always there, off or not: clients take a success without it for an error. */
export interface Evaluation {
  readonly key: string;
  readonly value: boolean;
  readonly variant: "on" | "off";
  readonly reason: OfrepReason;
  readonly metadata: Metadata;
}

/** What decides: a snapshot, for whom, and what to say of the snapshot itself. */
export interface Basis {
  readonly snapshot: Snapshot;
  readonly shopper: string | null;
  readonly metadata: Metadata;
}

/** Every flag that decides anything: a shadow flag without a record is on. */
export function keysOf({ flags, roles }: Snapshot): readonly string[] {
  return [...new Set([...flags.keys(), ...roles.keys()])];
}

export function evaluate({ snapshot, shopper, metadata }: Basis, key: string): Evaluation {
  const { value, reason, bucket } = decideKey(snapshot, key, shopper);
  const flag = snapshot.flags.get(key);
  const threshold = reason === "percent" ? (flag?.milliPercent ?? null) : null;
  const settings = JSON.stringify(flag?.settings ?? {});
  return {
    key,
    value,
    variant: value ? "on" : "off",
    reason: reasons[reason],
    metadata: {
      rule: reason,
      ...(bucket === null ? {} : { bucket }),
      ...(threshold === null ? {} : { threshold }),
      flagVersion: flag?.version ?? 0,
      source: flag?.source ?? "code",
      ...(settings === "{}" ? {} : { settings }),
      ...metadata,
    },
  };
}
