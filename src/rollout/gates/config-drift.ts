import type { FlagFields, FlagOf, ShopperTable } from "../../flags/index.ts";
import type { GateResult } from "../gate.ts";
import type { ExpectedFlag, GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";

/** Drift is WARN, unless the plan says that it rolls back, or takes the shadow off. */
export function judgeConfigDrift(gate: GateOf<"configDrift">, context: GateContext): GateResult {
  const { expectedFlags, rollout, surroundings } = context;
  if (expectedFlags.length === 0) {
    return resultOf(gate, { verdict: "INCONCLUSIVE", text: "it is not known what the phase says of flags" });
  }
  const drift = expectedFlags.flatMap((expected) => {
    const found = driftOf(expected, surroundings.flags.flags.get(expected.key));
    return expected.key === rollout.plan.flag || found.length === 0 ? found : [`${expected.key}: ${found.join(", ")}`];
  });
  const figures = { drift: drift.length };
  if (drift.length === 0) return resultOf(gate, { verdict: "PASS", text: "flags are as the phase set them", figures });
  const verdict = gate.onFail === "rollback" || gate.onFail === "shed" ? "FAIL" : "WARN";
  return resultOf(gate, { verdict, text: drift.join("; "), figures });
}

/** The share first: it is what people look for. */
const fields = [
  "percent",
  "enabled",
  "allowlist",
  "denylist",
  "forceOn",
  "audience",
  "default",
  "salt",
  "bucketing",
] as const;

function driftOf({ fields: expected }: ExpectedFlag, flag: FlagOf<ShopperTable> | undefined): readonly string[] {
  if (flag === undefined) return ["it is not there"];
  return fields.flatMap((field) => {
    const wanted = expected[field];
    return wanted === undefined || isSame(flag[field], wanted)
      ? []
      : [`${nameOf(field)}=${said(field, flag[field])}, expected=${said(field, wanted)}`];
  });
}

type Found = FlagOf<ShopperTable>[(typeof fields)[number]];
type Wanted = FlagFields[(typeof fields)[number]];

function isSame(found: Found, wanted: Wanted): boolean {
  if (!Array.isArray(wanted) || found === null || typeof found !== "object") return found === wanted;
  const members = new Set<string>(wanted);
  return found.size === members.size && [...members].every((member) => found.has(member));
}

const nameOf = (field: (typeof fields)[number]): string => (field === "percent" ? "rollout" : field);

/** Lists as their number of members, who are personal data. */
function said(field: (typeof fields)[number], value: Found | Wanted): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "object") return String("size" in value ? value.size : new Set(value).size);
  return field === "percent" ? `${String(value)}%` : String(value);
}
