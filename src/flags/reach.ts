import type { Mode, RouteFlags } from "../model/index.ts";
import { BUCKETS } from "./bucket.ts";
import { MISSING_AUDIENCE, type CompiledFlag } from "./compile.ts";
import { modeOf } from "./mode.ts";
import { isFailOn } from "./roles.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Every mode that some shopper, or none, may get; perhaps more, as flags are looked at one by one: those that would only ever
 * meet in different shoppers count, too. Without `cutover` nobody need wait for a decision. Evaluated once per snapshot.
 */
export function reachableModes(snapshot: Snapshot, route: RouteFlags): ReadonlySet<Mode> {
  const modes = new Set<Mode>();
  for (const enabled of possibleValues(snapshot, route, "enabled")) {
    for (const shadow of possibleValues(snapshot, route, "shadow")) {
      for (const dualRun of possibleValues(snapshot, route, "dualRun")) modes.add(modeOf(enabled, shadow, dualRun));
    }
  }
  return modes;
}

function possibleValues(snapshot: Snapshot, route: RouteFlags, role: keyof RouteFlags): readonly boolean[] {
  const key = route[role];
  const failOn = isFailOn(role);
  if (snapshot.killed || (!failOn && snapshot.forceOff.has(key))) return [false];
  const flag = snapshot.flags.get(key);
  if (flag === undefined) return [failOn];
  if (flag.enabled === false) return [false];
  return [true, false].filter((value) => (value ? canBeOn(flag, failOn) : canBeOff(flag, failOn)));
}

/** Whether the flag may be on for somebody, where its switch does not say off. */
export function canBeOn(flag: CompiledFlag, failOn: boolean): boolean {
  if (flag.forceOn.size > 0) return true;
  // Without a shopper.
  if (failOn && flag.milliPercent !== 0) return true;
  if (flag.audience?.size === 0) return false;
  if (flag.allowlist !== null) return flag.allowlist.size > 0;
  if (flag.milliPercent !== null) return flag.milliPercent > 0;
  return flag.enabled === true || flag.default;
}

/** Whether the flag may be off for somebody, where its switch does not say off. */
export function canBeOff(flag: CompiledFlag, failOn: boolean): boolean {
  if (flag.denylist.size > 0 || flag.allowlist !== null) return true;
  const unread = failOn && flag.audience === MISSING_AUDIENCE;
  if (flag.audience !== null && !unread) return true;
  if (flag.milliPercent !== null) return flag.milliPercent < BUCKETS;
  return !failOn && flag.enabled !== true && !flag.default;
}
