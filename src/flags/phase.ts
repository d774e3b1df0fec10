import type { FlagOf } from "./flag.ts";
import type { ShopperTable } from "./shopper-list.ts";

/** How far a flag is rolled out where no plan says so (SPEC 5). */
export type FlagPhase = "disabled" | "canary_2pct" | "canary_10pct" | "canary_50pct" | "full_rollout";

/** Up to which percent, inclusive. */
const PHASES: readonly (readonly [number, FlagPhase])[] = [
  [0, "disabled"],
  [5, "canary_2pct"],
  [15, "canary_10pct"],
  [60, "canary_50pct"],
];

/** Share of shoppers that a flag is on for, lists aside: 0 to 100. A closed list is nobody's share. */
export function percentageOf({ enabled, percent, allowlist, default: byDefault }: FlagOf<ShopperTable>): number {
  if (enabled === false) return 0;
  if (allowlist !== null && (allowlist.size > 0 || percent === null)) return 0;
  if (percent !== null) return percent;
  return enabled === true || byDefault ? 100 : 0;
}

export function phaseOf(percentage: number): FlagPhase {
  return PHASES.find(([upTo]) => percentage <= upTo)?.[1] ?? "full_rollout";
}
