import { blankDefinition, describeCutOver, newlyCutOver, unsetFlag, withLists } from "../flags/index.ts";
import { compileFlag, createSnapshot, decideMode, ShopperTable } from "../flags/index.ts";
import type { Edit, FlagFields, FlagOf, FlagState, InForce } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import { movedRoutes, phaseBefore, phaseFlags, type PhaseFlag } from "./phase-flags.ts";
import type { Plan, RollbackTarget } from "./plan.ts";

export interface EnterPhase {
  readonly plan: Plan;
  /** Index of the phase to enter, and of the one that is left; null: from before the start, or anew. */
  readonly phase: number;
  readonly from: number | null;
  /** All there are. */
  readonly routes: readonly RouteFlags[];
  /** Flags in force, from wherever they come. */
  readonly state: FlagState;
}

export type PhaseEdits =
  | { readonly kind: "edits"; readonly edits: readonly Edit[] }
  /** With a sentence that says what to do instead. */
  | { readonly kind: "refused"; readonly why: string };

/** The one write by which a phase is entered (SPEC 2). */
export function enterPhase({ plan, phase, from, routes, state }: EnterPhase): PhaseEdits {
  const entered = plan.phases[phase];
  if (entered === undefined) return refused(`the plan has no phase ${phase}`);
  if (movedRoutes(plan, routes).length === 0) {
    return refused(
      `no route has \`${plan.flag}\` as its \`enabled\` flag: name it in the routes, or another in the plan`,
    );
  }
  const left = from === null ? undefined : plan.phases[from];
  if (left?.kind === "serve" && state.flags.get(plan.flag)?.enabled === false) {
    return refused(`\`${plan.flag}\` was killed by hand: switch it on again, or roll back`);
  }
  const changes = phaseFlags(plan, phase, routes).map((flag) => forward(flag, state));
  const step = { before: inForce(state, []), after: inForce(state, changes) };
  const why =
    strayRefusal(plan, routes, step) ??
    (entered.allowDecrease ? null : decreaseRefusal(movedRoutes(plan, routes), step));
  return why === null ? { kind: "edits", edits: changes.flatMap(editsOf) } : refused(`phase "${entered.name}": ${why}`);
}

export interface RollBack {
  readonly plan: Plan;
  /** Index of the phase that is left. */
  readonly phase: number;
  readonly to: RollbackTarget;
  readonly routes: readonly RouteFlags[];
  readonly state: FlagState;
}

export interface RollbackEdits {
  readonly kind: "edits";
  readonly edits: readonly Edit[];
  /** Where it leads: `shadow` or `off` where what was asked for would serve somebody who is not served now. */
  readonly to: RollbackTarget;
}

/** The one write of a rollback. Never refused, never serves anybody anew, never undoes a kill. */
export function rollbackEdits({ plan, phase, to, routes, state }: RollBack): RollbackEdits {
  const target = targetOf(plan, phase, to);
  if (target.index === null) return { kind: "edits", edits: wayOut(plan, routes, target.to), to: target.to };
  const leaving = new Map(phaseFlags(plan, phase, routes).map((flag) => [flag.key, flag.members]));
  const changes = phaseFlags(plan, target.index, routes).map((flag) => backward(flag, state, leaving.get(flag.key)));
  const [before, after] = [inForce(state, []), inForce(state, changes)];
  // As after a decrease: the phase before served more.
  if (routes.some((route) => newlyCutOver({ before, after }, route) !== null)) {
    return { kind: "edits", edits: wayOut(plan, routes, "shadow"), to: "shadow" };
  }
  return { kind: "edits", edits: changes.flatMap(editsOf), to: target.to };
}

type Target =
  | { readonly to: "off" | "shadow"; readonly index: null }
  | { readonly to: RollbackTarget; readonly index: number };

function targetOf(plan: Plan, phase: number, to: RollbackTarget): Target {
  if (to === "off" || to === "shadow") return { to, index: null };
  const index = to === "previous" ? phaseBefore(plan, phase) : plan.phases.findIndex(({ name }) => name === to.phase);
  if (index === null) return { to: "off", index: null };
  // Forward is no way back.
  return index === -1 || index >= phase ? { to: "shadow", index: null } : { to, index };
}

/** Everybody to legacy: `off` for good, `shadow` compared as before. */
function wayOut(plan: Plan, routes: readonly RouteFlags[], to: "off" | "shadow"): readonly Edit[] {
  const moved = movedRoutes(plan, routes);
  const compared = new Set(moved.flatMap(({ shadow, dualRun }) => [shadow, dualRun]));
  const fields: FlagFields = { enabled: true, percent: 100, allowlist: null, denylist: [], audience: null };
  const off: readonly Edit[] = to === "off" ? [{ kind: "patch", key: plan.flag, fields: { enabled: false } }] : [];
  return [...off, ...[...compared].map((key): Edit => ({ kind: "patch", key, fields }))];
}

/** One flag as a phase changes it. */
interface FlagStep {
  readonly key: string;
  readonly fields: FlagFields;
  readonly list: "forceOn" | "denylist";
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

function forward({ key, role, fields, members }: PhaseFlag, state: FlagState): FlagStep {
  const flag = state.flags.get(key);
  const list = role === "enabled" ? "forceOn" : "denylist";
  // A list that is closed now and not any more moves, whoever wrote it.
  const closed = role === "enabled" && fields.allowlist === null ? [...(flag?.allowlist?.members() ?? [])] : [];
  const add = [...new Set([...members, ...closed])].filter((member) => flag?.[list].has(member) !== true);
  // Who is served is no reason for who is compared: else a share of each would leave no bucket to both.
  const salt = role === "reverseShadow" && (flag?.salt ?? null) === null ? { salt: key } : {};
  return { key, fields: { ...fields, ...salt }, list, add, remove: [] };
}

function backward(phaseFlag: PhaseFlag, state: FlagState, leaving: readonly string[] = []): FlagStep {
  const step = forward(phaseFlag, state);
  const flag = state.flags.get(step.key);
  const stays = new Set(phaseFlag.members);
  const remove = leaving.filter((member) => !stays.has(member) && flag?.[step.list].has(member) === true);
  const killed = phaseFlag.role === "enabled" && flag?.enabled === false;
  const fields = killed ? { ...step.fields, enabled: false } : step.fields;
  return { ...step, fields, add: step.add.filter((member) => stays.has(member)), remove };
}

function editsOf({ key, fields, list, add, remove }: FlagStep): readonly Edit[] {
  const members: readonly Edit[] =
    add.length + remove.length === 0 ? [] : [{ kind: "members", key, list, add, remove }];
  return [{ kind: "patch", key, fields }, ...members];
}

interface Step {
  readonly before: InForce;
  readonly after: InForce;
}

/** Who is served and would not be any more. By the fields before and after, for every shopper there may be. */
function decreaseRefusal(routes: readonly RouteFlags[], { before, after }: Step): string | null {
  for (const route of routes) {
    const dropped = newlyCutOver({ before: after, after: before }, route);
    const nameless = isServed(before, route) && !isServed(after, route);
    if (dropped === null && !nameless) continue;
    const who = dropped === null ? "deliveries of no known shopper" : describeCutOver(dropped);
    return `${who} would no longer be served by the candidate: raise \`serve\`, name them, or say \`allowDecrease: true\``;
  }
  return null;
}

/** A route that the plan does not move shares a flag with one that it does. */
function strayRefusal(plan: Plan, routes: readonly RouteFlags[], { before, after }: Step): string | null {
  for (const route of routes.filter(({ enabled }) => enabled !== plan.flag)) {
    const changed = newlyCutOver({ before, after }, route) ?? newlyCutOver({ before: after, after: before }, route);
    if (changed === null) continue;
    return (
      `it would change who is served on the route of \`${route.enabled}\` (${describeCutOver(changed)}), ` +
      "which shares a shadow or dual-run flag: give each route its own"
    );
  }
  return null;
}

/** Of a delivery of no known shopper. */
function isServed(flags: InForce, route: RouteFlags): boolean {
  const parts = { version: 0, killed: false, source: "code", forceOff: [] } as const;
  return (
    decideMode(createSnapshot({ ...parts, flags: flags.values(), routes: [route] }), route, null).mode === "cutover"
  );
}

function inForce(state: FlagState, steps: readonly FlagStep[]): InForce {
  const flags = new Map(state.flags);
  for (const step of steps) flags.set(step.key, changed(flags.get(step.key) ?? unset(step.key), step));
  return new Map([...flags].map(([key, flag]) => [key, compileFlag(flag, "sqlite", state.audiences)]));
}

function unset(key: string): FlagOf<ShopperTable> {
  return withLists(unsetFlag(blankDefinition(key), ""), (list) => ShopperTable.of(list));
}

function changed(flag: FlagOf<ShopperTable>, { fields, list, add, remove }: FlagStep): FlagOf<ShopperTable> {
  const { enabled = flag.enabled, percent = flag.percent, audience = flag.audience, salt = flag.salt } = fields;
  const { allowlist, denylist } = fields;
  const lists = {
    allowlist: allowlist === undefined ? flag.allowlist : allowlist === null ? null : ShopperTable.of(allowlist),
    denylist: denylist === undefined ? flag.denylist : ShopperTable.of(denylist),
    forceOn: flag.forceOn,
  };
  return {
    ...flag,
    enabled,
    percent,
    audience,
    salt,
    ...lists,
    [list]: lists[list].with({ added: add, removed: remove }),
  };
}

function refused(why: string): PhaseEdits {
  return { kind: "refused", why };
}
