import { asIs, joined, say, type Sentence } from "../../lib/sentence.ts";
import type { FlagFields, FlagOf, ShopperTable } from "../../flags/index.ts";
import type { GateResult } from "../gate.ts";
import type { ExpectedFlag, GateContext } from "./context.ts";
import type { GateOf } from "./gate-of.ts";
import { resultOf } from "./result.ts";

/** Drift is WARN, unless the plan says that something is done about it. */
export function judgeConfigDrift(gate: GateOf<"configDrift">, context: GateContext): GateResult {
  const { expectedFlags, rollout, surroundings } = context;
  if (expectedFlags.length === 0) {
    const unknown = say("it is not known what the phase says of flags", "não se sabe o que a fase diz das flags");
    return resultOf(gate, { verdict: "INCONCLUSIVE", said: unknown });
  }
  const drift = expectedFlags.flatMap((expected) => {
    const found = driftOf(expected, surroundings.flags.flags.get(expected.key));
    if (expected.key === rollout.plan.flag || found.length === 0) return found;
    const all = joined(found, ", ");
    return [say(`${expected.key}: ${all.text}`, `${expected.key}: ${all.pt}`)];
  });
  const figures = { drift: drift.length };
  if (drift.length === 0) {
    const same = say("flags are as the phase set them", "as flags estão como a fase as definiu");
    return resultOf(gate, { verdict: "PASS", said: same, figures });
  }
  const verdict = gate.onFail === "warn" || gate.onFail === "hold" ? "WARN" : "FAIL";
  return resultOf(gate, { verdict, said: joined(drift, "; "), figures });
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

function driftOf({ fields: expected }: ExpectedFlag, flag: FlagOf<ShopperTable> | undefined): readonly Sentence[] {
  if (flag === undefined) return [say("it is not there", "ela não existe")];
  return fields.flatMap((field) => {
    const wanted = expected[field];
    return wanted === undefined || isSame(flag[field], wanted) ? [] : [driftText(field, flag[field], wanted)];
  });
}

function driftText(field: (typeof fields)[number], found: Found, wanted: Wanted): Sentence {
  const [is, should] = [said(field, found), said(field, wanted)];
  return say(
    `${nameOf(field)}=${is.text}, expected=${should.text}`,
    `${nameOf(field)}=${is.pt}, esperado=${should.pt}`,
  );
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
function said(field: (typeof fields)[number], value: Found | Wanted): Sentence {
  if (value === null || value === undefined) return say("none", "nenhum");
  if (typeof value === "object") return asIs(String("size" in value ? value.size : new Set(value).size));
  return asIs(field === "percent" ? `${String(value)}%` : String(value));
}
