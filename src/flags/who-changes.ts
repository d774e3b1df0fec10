import type { RouteFlags } from "../model/index.ts";
import { decideKey } from "./ask.ts";
import { axesOf, holds, ratioOf, ruleOf, tablesOf, type InForce, type Reached, type Step } from "./newly-cut-over.ts";
import { flagRoles } from "./roles.ts";
import { createSnapshot, type Snapshot } from "./snapshot.ts";

/** For whom a step turns a flag on or off. */
export interface WhoChanges {
  readonly key: string;
  readonly entering: Reached;
  readonly leaving: Reached;
}

/** Counts through every list of the flag. Whatever overrides flags (a kill, `SOMBRA_FORCE_OFF`) is left out. */
export function whoChanges(step: Step<InForce>, key: string, routes: readonly RouteFlags[]): WhoChanges {
  const role = flagRoles(routes).get(key) ?? { failOn: false, leader: key };
  const [before, after] = [ruleOf(step.before, key, role), ruleOf(step.after, key, role)];
  const axes = axesOf([before, after]);
  const named = namedChanging(step, key, routes);
  return {
    key,
    entering: { ratio: ratioOf(axes, (at) => holds(after, at) && !holds(before, at)), named: named.entering },
    leaving: { ratio: ratioOf(axes, (at) => holds(before, at) && !holds(after, at)), named: named.leaving },
  };
}

function namedChanging({ before, after }: Step<InForce>, key: string, routes: readonly RouteFlags[]) {
  const [was, is] = [snapshotOf(before, routes), snapshotOf(after, routes)];
  const tables = [...new Set([...tablesOf(before.get(key)), ...tablesOf(after.get(key))])];
  const named = { entering: 0, leaving: 0 };
  for (const [index, table] of tables.entries()) {
    const earlier = tables.slice(0, index);
    for (const shopper of table.members()) {
      if (earlier.some((other) => other.has(shopper))) continue;
      const [had, has] = [decideKey(was, key, shopper).value, decideKey(is, key, shopper).value];
      if (has && !had) named.entering += 1;
      if (had && !has) named.leaving += 1;
    }
  }
  return named;
}

function snapshotOf(flags: InForce, routes: readonly RouteFlags[]): Snapshot {
  return createSnapshot({ version: 0, killed: false, source: "code", forceOff: [], flags: flags.values(), routes });
}
