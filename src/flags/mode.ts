import type { FlagRecord, Mode, RouteFlags } from "../model/index.ts";
import { remembered } from "../lib/remembered.ts";
import { Asking } from "./ask.ts";
import type { Reason } from "./decide.ts";
import { isFailOn } from "./roles.ts";
import type { Snapshot } from "./snapshot.ts";

export interface FlagDecision extends FlagRecord {
  readonly reason: Reason;
}

/** What the flags of a route decide for a shopper. */
export interface ModeDecision {
  readonly mode: Mode;
  /** That of the flag that makes the mode: `dualRun` or `shadow` where it is on, else `enabled`. */
  readonly reason: Reason;
  /** In cutover: legacy is called afterwards and compared. */
  readonly reverseShadow: boolean;
  /** `enabled`, `shadow`, `dualRun`, `reverseShadow`: all four in every mode. */
  readonly decisions: readonly [FlagDecision, FlagDecision, FlagDecision, FlagDecision];
}

/** The table of SPEC 2. */
export function modeOf(enabled: boolean, shadow: boolean, dualRun: boolean): Mode {
  if (!enabled) return "legacy";
  if (dualRun) return "dual-run";
  return shadow ? "shadow" : "cutover";
}

/** `shopper` null: none could be identified. */
export function decideMode(snapshot: Snapshot, route: RouteFlags, shopper: string | null): ModeDecision {
  const asking = new Asking(snapshot, route.enabled, shopper);
  const enabled = answer(asking, route, "enabled");
  const shadow = answer(asking, route, "shadow");
  const dualRun = answer(asking, route, "dualRun");
  const reverseShadow = answer(asking, route, "reverseShadow");
  const mode = modeOf(enabled.value, shadow.value, dualRun.value);
  const maker = mode === "dual-run" ? dualRun : mode === "shadow" ? shadow : enabled;
  return {
    mode,
    reason: maker.reason,
    reverseShadow: mode === "cutover" && reverseShadow.value,
    decisions: [enabled, shadow, dualRun, reverseShadow],
  };
}

function answer(asking: Asking, route: RouteFlags, role: keyof RouteFlags): FlagDecision {
  const flag = route[role];
  return flagDecision(flag, asking.decide(flag, isFailOn(role)));
}

/** Of the flags of routes and handlers, which are few: deliveries that wait for what is done for them share these. */
const known = remembered((flag: string) =>
  remembered((reason: Reason) => ({
    on: Object.freeze<FlagDecision>({ flag, value: true, reason }),
    off: Object.freeze<FlagDecision>({ flag, value: false, reason }),
  })),
);

/** The answer of a flag as it is kept: of equal ones the same. */
export function flagDecision(flag: string, { value, reason }: Pick<FlagDecision, "value" | "reason">): FlagDecision {
  const { on, off } = known(flag)(reason);
  return value ? on : off;
}
