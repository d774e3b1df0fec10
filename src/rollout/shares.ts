import { say, type Sentence } from "../lib/sentence.ts";
import {
  blankDefinition,
  compileFlag,
  describeCutOver,
  newlyCutOver,
  ShopperTable,
  unsetFlag,
  withLists,
} from "../flags/index.ts";
import type { Edit, FlagFields, FlagOf, FlagState, InForce } from "../flags/index.ts";
import type { RouteFlags } from "../model/index.ts";
import { movedRoutes, phaseBefore, phaseFlags, type PhaseFlag } from "./phase-flags.ts";
import type { Plan, RollbackTarget } from "./plan.ts";

export interface EnterPhase {
  readonly plan: Plan;
  /** Index of the phase to enter, and of the one that is left; null: from before the start. The same: it begins anew. */
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
  | { readonly kind: "refused"; readonly why: string; readonly pt?: string | undefined };

/** The one write by which a phase is entered (SPEC 2). */
export function enterPhase({ plan, phase, from, routes, state }: EnterPhase): PhaseEdits {
  const entered = plan.phases[phase];
  if (entered === undefined) return refused(say(`the plan has no phase ${phase}`, `o plano não tem a fase ${phase}`));
  if (movedRoutes(plan, routes).length === 0) {
    return refused(
      say(
        `no route has \`${plan.flag}\` as its \`enabled\` flag: name it in the routes, or another in the plan`,
        `nenhuma rota tem \`${plan.flag}\` como flag \`enabled\`: cite-a nas rotas, ou outra no plano`,
      ),
    );
  }
  const left = from === null || from === phase ? undefined : plan.phases[from];
  if (left?.kind === "serve" && state.flags.get(plan.flag)?.enabled === false) {
    return refused(
      say(
        `\`${plan.flag}\` was killed by hand: switch it on again, or roll back`,
        `\`${plan.flag}\` foi desligada à mão: ligue-a de novo, ou reverta`,
      ),
    );
  }
  const changes = phaseFlags(plan, phase, routes).map((flag) => forward(flag, state));
  const step = { before: inForce(state, []), after: inForce(state, changes) };
  const why =
    strayRefusal(plan, routes, step) ??
    (entered.allowDecrease ? null : decreaseRefusal(movedRoutes(plan, routes), step));
  if (why === null) return { kind: "edits", edits: changes.flatMap(editsOf) };
  return refused(say(`phase "${entered.name}": ${why.text}`, `fase "${entered.name}": ${why.pt}`));
}

export interface RollBack {
  readonly plan: Plan;
  /** Index of the phase that is left. */
  readonly phase: number;
  readonly to: RollbackTarget;
  readonly routes: readonly RouteFlags[];
  readonly state: FlagState;
}

/**
 * The one write of a rollback: it serves nobody anew, and undoes no kill. `shadow` and `off` are never refused; `previous`, for a
 * Sombra of whose environment nothing is known, is the phase before that all run.
 */
export function rollbackEdits({ plan, phase, to, routes, state }: RollBack): PhaseEdits {
  if (to === "shadow" || to === "off") return { kind: "edits", edits: wayOut(plan, routes, to) };
  const target = to === "previous" ? phaseBefore(plan, phase) : plan.phases.findIndex(({ name }) => name === to.phase);
  if (target === null) return refused(say("there is no phase before this one", "não há fase antes desta"));
  if (target === -1 || target >= phase) {
    return refused(say("only an earlier phase is a way back", "só uma fase anterior é um caminho de volta"));
  }
  const leaving = new Map(phaseFlags(plan, phase, routes).map((flag) => [flag.key, flag.members]));
  const changes = phaseFlags(plan, target, routes).map((flag) => backward(flag, state, leaving.get(flag.key)));
  const step = { before: inForce(state, []), after: inForce(state, changes) };
  const more = routes.map((route) => newlyCutOver(step, route)).find((one) => one !== null);
  if (more !== undefined) {
    const who = describeCutOver(more);
    return refused(say(`${who.text} would be served who are not now`, `${who.pt} seriam atendidos, que agora não são`));
  }
  return { kind: "edits", edits: changes.flatMap(editsOf) };
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
  const closed = role === "enabled" ? closedNow(flag, fields, state) : [];
  const add = [...new Set([...members, ...closed])].filter((member) => flag?.[list].has(member) !== true);
  // Who is served is no reason for who is compared: else a share of each would leave no bucket to both.
  const salt = role === "reverseShadow" && (flag?.salt ?? null) === null ? { salt: key } : {};
  return { key, fields: { ...fields, ...salt }, list, add, remove: [] };
}

/** A list that is closed now and not any more moves, whoever wrote it; and so does an audience that was on as a whole. */
function closedNow(flag: FlagOf<ShopperTable> | undefined, fields: FlagFields, state: FlagState): readonly string[] {
  if (flag === undefined || fields.allowlist !== null) return [];
  const listed = [...(flag.allowlist?.members() ?? [])];
  const wasWhole = flag.allowlist === null && flag.audience !== null && flag.enabled !== false && flag.percent === 100;
  if (!wasWhole || fields.audience !== null || fields.percent === undefined || fields.percent === 100) return listed;
  return [...(state.audiences.get(flag.audience)?.members() ?? [])];
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

/**
 * Who is served and would not be any more. By the fields before and after, for every shopper there may be; and for none, who is
 * served only where everybody is.
 */
function decreaseRefusal(routes: readonly RouteFlags[], { before, after }: Step): Sentence | null {
  for (const route of routes) {
    const dropped = newlyCutOver({ before: after, after: before }, route);
    if (dropped === null) continue;
    const who = describeCutOver(dropped);
    return say(
      `${who.text} would no longer be served by the candidate: raise \`serve\`, name them, or say \`allowDecrease: true\``,
      `${who.pt} deixariam de ser atendidos pelo candidate: aumente \`serve\`, nomeie-os, ou diga \`allowDecrease: true\``,
    );
  }
  return null;
}

/** A route that the plan does not move shares a flag with one that it does. */
function strayRefusal(plan: Plan, routes: readonly RouteFlags[], { before, after }: Step): Sentence | null {
  for (const route of routes.filter(({ enabled }) => enabled !== plan.flag)) {
    const changed = newlyCutOver({ before, after }, route) ?? newlyCutOver({ before: after, after: before }, route);
    if (changed === null) continue;
    const who = describeCutOver(changed);
    return say(
      `it would change who is served on the route of \`${route.enabled}\` (${who.text}), ` +
        "which shares a shadow or dual-run flag: give each route its own",
      `mudaria quem é atendido na rota de \`${route.enabled}\` (${who.pt}), ` +
        "que partilha uma flag de shadow ou dual-run: dê a cada rota a sua",
    );
  }
  return null;
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

function refused({ text, pt }: Sentence): PhaseEdits {
  return { kind: "refused", why: text, pt };
}
