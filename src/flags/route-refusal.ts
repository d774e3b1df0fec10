import type { RouteFlags } from "../model/index.ts";
import { MISSING_AUDIENCE, type CompiledFlag } from "./compile.ts";
import type { Edit } from "./edit.ts";
import { canBeOff, canBeOn } from "./reach.ts";

/** Flags in force, by key. */
export type InForce = ReadonlyMap<string, CompiledFlag>;

/** What is in force before and after a write. */
export interface Step<State> {
  readonly before: State;
  readonly after: State;
}

/** Why a write may not do to the flags of a route what it does. null: it may. */
export function routeRefusal(edits: readonly Edit[], step: Step<InForce>, route: RouteFlags): string | null {
  return failOnRefusal(edits, step, route) ?? removalRefusal(edits, step, route) ?? reverseShadowRefusal(step, route);
}

function failOnRefusal(edits: readonly Edit[], { before, after }: Step<InForce>, route: RouteFlags): string | null {
  for (const key of [route.shadow, route.dualRun]) {
    if (isClosedOnNobody(after.get(key)) && !isClosedOnNobody(before.get(key))) {
      return (
        `\`${key}\` is a shadow or dual-run flag, and with an empty list it would be off for everybody: ` +
        `this would cut over; kill the \`${route.enabled}\` flag, or say \`enabled: false\` to cut over`
      );
    }
    if (isOffForSome(after.get(key)) && !isOffForSome(before.get(key)) && !edits.some((edit) => saysOff(edit, key))) {
      return (
        `\`${key}\` is a shadow or dual-run flag that is on for everybody, and would be off for somebody: ` +
        `this would cut over; deny on the \`${route.enabled}\` flag, or set the whole list of this flag to cut over`
      );
    }
  }
  return null;
}

/** The record of `enabled` is all that keeps the environment, or the default, from cutting over. */
function removalRefusal(edits: readonly Edit[], { before, after }: Step<InForce>, route: RouteFlags): string | null {
  const key = route.enabled;
  if (!edits.some((edit) => edit.kind === "remove" && edit.key === key)) return null;
  if (!cutsOver(after, route) || cutsOver(before, route)) return null;
  return (
    `without its record \`${key}\` would be on, and its shadow and dual-run flags are off: ` +
    "this would cut over; say `enabled: true` to cut over"
  );
}

function reverseShadowRefusal({ before, after }: Step<InForce>, route: RouteFlags): string | null {
  const key = route.reverseShadow;
  if (!isOnForSome(after.get(key)) || isOnForSome(before.get(key))) return null;
  return `\`${key}\` would turn reverse shadow on, which is not there yet: reverse shadow comes with effects`;
}

/** Whether the edit gives the flag a value by which it is off for somebody. */
function saysOff(edit: Edit, key: string): boolean {
  if ((edit.kind !== "put" && edit.kind !== "patch") || edit.key !== key) return false;
  const { enabled, percent = null, allowlist = null, denylist = [], audience = null } = edit.fields;
  return enabled === false || percent !== null || allowlist !== null || denylist.length > 0 || audience !== null;
}

/** A list that lets somebody in has lost its last member, or the flag says so from the start. */
function isClosedOnNobody(flag: CompiledFlag | undefined): boolean {
  if (flag === undefined || flag.enabled === false) return false;
  const inAudience = flag.audience === MISSING_AUDIENCE ? null : flag.audience;
  return inAudience?.size === 0 || flag.allowlist?.size === 0;
}

/** Whether some shopper may be cut over; flags are looked at one by one. */
function cutsOver(flags: InForce, route: RouteFlags): boolean {
  const compared = [route.shadow, route.dualRun];
  return isOnForSome(flags.get(route.enabled)) && compared.every((key) => isOffForSome(flags.get(key)));
}

function isOnForSome(flag: CompiledFlag | undefined): boolean {
  return flag !== undefined && flag.enabled !== false && canBeOn(flag, false);
}

/** Of a shadow or dual-run flag. */
function isOffForSome(flag: CompiledFlag | undefined): boolean {
  return flag !== undefined && (flag.enabled === false || canBeOff(flag, true));
}
