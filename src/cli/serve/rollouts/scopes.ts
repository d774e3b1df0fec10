import { isJudged, readRollout, type Rollout } from "../../../rollout/index.ts";
import { documentsOf, type Documents } from "../../../flags/index.ts";
import type { EvidenceScope } from "../../../model/index.ts";
import type { RouteConfig } from "../../config/index.ts";

type Scopes = ReadonlyMap<string, EvidenceScope>;

/** What items are evidence for now, by route: read once for as long as no document changes. */
export function createScopes(routes: readonly Pick<RouteConfig, "name" | "flags">[]): (documents: Documents) => Scopes {
  let seen: Documents | null = null;
  let scopes: Scopes = new Map();
  return (documents) => {
    if (documents === seen) return scopes;
    seen = documents;
    scopes = scopesOf(documents, routes);
    return scopes;
  };
}

function scopesOf(documents: Documents, routes: readonly Pick<RouteConfig, "name" | "flags">[]): Scopes {
  const rollouts = [...documentsOf(documents, "rollout").values()].flatMap(({ value, version }) => {
    const rollout = readRollout(value);
    return rollout === null || !gathers(rollout) ? [] : [{ rollout, version }];
  });
  // One that is over counts only where none is under way; the newest wins.
  const sorted = rollouts.toSorted(
    (one, other) =>
      Number(isJudged(one.rollout.status)) - Number(isJudged(other.rollout.status)) || one.version - other.version,
  );
  const scopes = new Map<string, EvidenceScope>();
  for (const { rollout } of sorted) {
    const { id, visit, limits, plan, shed } = rollout;
    const scope = { id: `${id}.${visit}`, ...limits, shed: shed !== null };
    for (const { name, flags } of routes) {
      if (flags.enabled === plan.flag) scopes.set(name, scope);
    }
  }
  return scopes;
}

/** It was begun and has not let go of its flags. */
function gathers({ status }: Rollout): boolean {
  return isJudged(status) || status.name === "rolled-back" || status.name === "completed";
}
