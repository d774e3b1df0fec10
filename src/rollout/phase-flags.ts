import type { FlagFields } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import type { Phase, Plan } from "./plan.ts";

/** What a phase says of one flag. */
export interface PhaseFlag {
  readonly key: string;
  readonly role: "enabled" | "compared" | "reverseShadow";
  /** Exactly these. */
  readonly fields: FlagFields;
  /** In `forceOn` of the `enabled` flag, in `denylist` of the shadow and dual-run flag, beside whoever is there. Personal data. */
  readonly members: readonly string[];
}

/** The table of SPEC 2, from a phase to the flags of its routes: one of each key. */
export function phaseFlags(plan: Plan, index: number, routes: readonly RouteFlags[]): readonly PhaseFlag[] {
  const phase = plan.phases[index];
  if (phase === undefined) return [];
  const flags = new Map<string, PhaseFlag>();
  for (const route of movedRoutes(plan, routes)) {
    flags.set(route.enabled, {
      key: route.enabled,
      role: "enabled",
      fields: enabledFields(plan, phase),
      members: phase.kind === "baseline" ? [] : staysOn(plan, index),
    });
    for (const key of [route.shadow, route.dualRun]) {
      flags.set(key, { key, role: "compared", fields: comparedFields(plan, phase), members: staysServed(plan, index) });
    }
    if (phase.serve > 0) {
      const fields: FlagFields = { enabled: true, percent: plan.shadow ? phase.compare : 0, ...anybody };
      flags.set(route.reverseShadow, { key: route.reverseShadow, role: "reverseShadow", fields, members: [] });
    }
  }
  return [...flags.values()];
}

/** Routes that the plan moves. */
export function movedRoutes(plan: Plan, routes: readonly RouteFlags[]): readonly RouteFlags[] {
  return routes.filter(({ enabled }) => enabled === plan.flag);
}

const anybody = { allowlist: null, audience: null } as const satisfies FlagFields;

function enabledFields(plan: Plan, { kind, serve, compare, allowlist, audience }: Phase): FlagFields {
  if (kind === "baseline") return { enabled: false };
  // A list that loses its last member opens to nobody.
  if (allowlist !== null) return { enabled: true, percent: 0, allowlist, audience };
  const percent = serve === 0 ? compare : plan.shadow ? 100 : serve;
  return { enabled: true, percent, allowlist: null, audience };
}

function comparedFields(plan: Plan, { kind, serve }: Phase): FlagFields {
  const served = kind === "baseline" ? 0 : serve;
  const percent = served === 0 ? 100 : plan.shadow ? restOf(served) : 0;
  // Off for whoever is denied: nobody may be where nobody is served.
  return { enabled: true, percent, ...anybody, ...(served === 0 ? { denylist: [] } : {}) };
}

/** In thousandths, as flags have them: 100 - 99.9 is 0.1 and not quite. */
function restOf(percent: number): number {
  return (100_000 - Math.round(percent * 1000)) / 1000;
}

/** Whom lists of this phase and of those before it in the same place named: they stay on. */
export function staysOn(plan: Plan, index: number): readonly string[] {
  const listed = before(plan, index).flatMap(({ allowlist, forceOn }) => [...(allowlist ?? []), ...forceOn]);
  return [...new Set([...listed, ...(plan.phases[index]?.forceOn ?? [])])];
}

/** Whom a list before this phase had served: where a share is served, they stay served. */
function staysServed(plan: Plan, index: number): readonly string[] {
  const serve = plan.phases[index]?.serve ?? 0;
  if (!plan.shadow || serve === 0 || serve === 100) return [];
  const listed = before(plan, index).filter((phase) => phase.allowlist !== null && phase.serve > 0);
  return [...new Set(listed.flatMap(({ allowlist }) => allowlist ?? []))];
}

/** Phases before this one that a Sombra which runs this one has surely run. */
function before({ phases }: Plan, index: number): readonly Phase[] {
  const here = phases[index]?.environment ?? null;
  return phases.slice(0, index).filter(({ environment }) => environment === null || environment === here);
}

/** The last of them; null: none. */
export function phaseBefore(plan: Plan, index: number): number | null {
  const last = before(plan, index).at(-1);
  return last === undefined ? null : plan.phases.indexOf(last);
}

/** What every flag of the routes is in a phase: who differs from it has drifted. */
export type ExpectedFlag = Omit<PhaseFlag, "role">;

export function expectedFields(plan: Plan, index: number, routes: readonly RouteFlags[]): readonly ExpectedFlag[] {
  return phaseFlags(plan, index, routes);
}
