import type { RouteFlags } from "../model/index.ts";
import type { CompiledFlag } from "./compile.ts";
import type { Problem } from "./problem.ts";

/** What the routes make of a flag. */
export interface FlagRole {
  /** A shadow or dual-run flag: in doubt it is on (SPEC 2). */
  readonly failOn: boolean;
  /** The `enabled` flag of its route, whose bucket it shares; its own key where it is that flag. */
  readonly leader: string;
}

type RoleName = keyof RouteFlags;

/** In the order of SPEC 2's table. */
const ROLES: readonly RoleName[] = ["enabled", "shadow", "dualRun", "reverseShadow"];

export function isFailOn(role: RoleName): boolean {
  return role === "shadow" || role === "dualRun";
}

export function flagRoles(routes: readonly RouteFlags[]): ReadonlyMap<string, FlagRole> {
  const roles = new Map<string, FlagRole>();
  for (const { role, key, leader } of usesOf(routes)) {
    const earlier = roles.get(key);
    roles.set(key, { failOn: isFailOn(role) || earlier?.failOn === true, leader: earlier?.leader ?? leader });
  }
  return roles;
}

interface Use {
  readonly role: RoleName;
  readonly key: string;
  readonly leader: string;
}

function usesOf(routes: readonly RouteFlags[]): readonly Use[] {
  return routes.flatMap((route) => ROLES.map((role) => ({ role, key: route[role], leader: route.enabled })));
}

/**
 * What is wrong with how routes use flags: a flag in two roles, so that one write could cut over; or a flag shared by
 * routes whose `enabled` flags put a shopper in different buckets.
 */
export function roleProblems(
  flags: ReadonlyMap<string, CompiledFlag>,
  routes: readonly RouteFlags[],
): readonly Problem[] {
  const uses = Map.groupBy(usesOf(routes), ({ key }) => key);
  return [...uses].flatMap(([key, used]) => {
    const roles = [...new Set(used.map(({ role }) => role))];
    if (roles.length > 1) {
      return [{ where: key, is: roles.map((role) => `\`${role}\``).join(" and "), must: "in one role only" }];
    }
    if (flags.get(key)?.sharesBucket === false) return [];
    const leaders = [...new Set(used.map(({ leader }) => leader))];
    const salts = new Set(leaders.map((leader) => bucketName(flags.get(leader), leader)));
    if (salts.size === 1) return [];
    const must = "given a salt of its own, as the `enabled` flags of its routes have different ones";
    return [{ where: key, is: `shared by the routes of ${leaders.join(" and ")}`, must }];
  });
}

/** Flags of the same bucket name put a shopper in the same bucket. */
function bucketName(flag: CompiledFlag | undefined, key: string): string {
  if (flag === undefined) return `murmur3 ${key}`;
  return flag.bucketing === "md5" ? "md5" : `murmur3 ${flag.salt}`;
}
