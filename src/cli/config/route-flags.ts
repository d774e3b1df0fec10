import type { RouteFlags } from "../../model/index.ts";
import type { FileRoute } from "./schema.ts";

/** The flags of the first route (SPEC 2). */
export const PRIMARY_FLAGS: RouteFlags = {
  enabled: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
  dualRun: "WHATSAPP_DUAL_RUN",
  reverseShadow: "WHATSAPP_REVERSE_SHADOW",
};

export const ROLES = ["enabled", "shadow", "dualRun", "reverseShadow"] as const;

/** null: a further route that does not name its `enabled` flag. */
export function routeFlags(given: FileRoute["flags"], primary: boolean): RouteFlags | null {
  if (primary) {
    return fill(given, PRIMARY_FLAGS);
  }
  const { enabled } = given;
  return enabled === undefined
    ? null
    : fill(given, {
        enabled,
        shadow: `${enabled}_SHADOW_MODE`,
        dualRun: `${enabled}_DUAL_RUN`,
        reverseShadow: `${enabled}_REVERSE_SHADOW`,
      });
}

function fill(given: FileRoute["flags"], otherwise: RouteFlags): RouteFlags {
  return {
    enabled: given.enabled ?? otherwise.enabled,
    shadow: given.shadow ?? otherwise.shadow,
    dualRun: given.dualRun ?? otherwise.dualRun,
    reverseShadow: given.reverseShadow ?? otherwise.reverseShadow,
  };
}
