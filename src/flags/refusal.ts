import { asIs, say, type Sentence } from "../lib/sentence.ts";
import type { RouteFlags } from "../model/index.ts";
import { compileFlag } from "./compile.ts";
import type { Edit } from "./edit.ts";
import { withLists, type FlagDefinition, type FlagOf } from "./flag.ts";
import type { FlagDraft } from "./flag-draft.ts";
import { resolveFlags } from "./layers.ts";
import type { InForce, Step } from "./newly-cut-over.ts";
import type { PlanContext, PlanState } from "./plan.ts";
import { describeProblem } from "./problem.ts";
import { roleProblems, type FlagRole } from "./roles.ts";
import { routeRefusal } from "./route-refusal.ts";
import { ShopperTable } from "./shopper-list.ts";

/**
 * Why something may not be done to a shadow or dual-run flag, in whichever way it is asked for: only a value that says so
 * switches one off, as that is how a shopper is cut over. null: it may.
 */
export function editRefusal(edit: Edit, flag: FlagDraft, role: FlagRole | undefined): Sentence | null {
  if (role?.failOn !== true) return null;
  const { key } = flag;
  if (edit.kind === "kill" || edit.kind === "remove") {
    const isKill = edit.kind === "kill";
    return say(
      `\`${key}\` is a shadow or dual-run flag and cannot be ${isKill ? "killed" : "removed"}: this would cut over; kill the \`${role.leader}\` flag`,
      `\`${key}\` é uma flag de shadow ou dual-run e não pode ser ${isKill ? "desligada" : "excluída"}: isto faria cutover; desligue a flag \`${role.leader}\``,
    );
  }
  if ((edit.kind === "put" || edit.kind === "patch") && edit.enabledMissing === true) {
    return say(
      `\`enabled\` is missing, which this form reads as false, and \`${key}\` is a shadow or dual-run flag: ` +
        'this would cut over; say "enabled"',
      `falta \`enabled\`, que esta forma lê como false, e \`${key}\` é uma flag de shadow ou dual-run: ` +
        'isto faria cutover; diga "enabled"',
    );
  }
  if (edit.kind === "members" && edit.list === "allowlist" && edit.add.length > 0 && !flag.isClosed) {
    return say(
      `\`${key}\` is a shadow or dual-run flag and has no allowlist: with its first member this would cut over ` +
        "everybody else; add to `forceOn`, or set the whole `allowlist`",
      `\`${key}\` é uma flag de shadow ou dual-run e não tem allowlist: com o primeiro membro isto faria cutover ` +
        "de todos os outros; inclua em `forceOn`, ou defina a `allowlist` inteira",
    );
  }
  return null;
}

/** Why a write may not be made for what is in force afterwards and was not before. null: it may. */
export function resultRefusal(edits: readonly Edit[], step: Step<PlanState>, context: PlanContext): Sentence | null {
  const flagStep = stepInForce(step, context);
  const refused = audienceRefusal(step) ?? roleRefusal(flagStep, context.routes);
  if (refused !== null) return refused;
  for (const route of context.routes) {
    const why = routeRefusal(edits, flagStep, { route, mayReverse: context.mayReverse(route) });
    if (why !== null) return why;
  }
  return null;
}

/** What is in force before and after, with what the environment says. */
export function stepInForce(step: Step<PlanState>, context: PlanContext): Step<InForce> {
  const flags = context.environment.map((flag) => withLists(flag, (list) => ShopperTable.of(list)));
  const inForce = (state: PlanState): InForce => flagsInForce(state, flags, context.definitions);
  return { before: inForce(step.before), after: inForce(step.after) };
}

function audienceRefusal({ before, after }: Step<PlanState>): Sentence | null {
  for (const name of before.audiences.keys()) {
    if (after.audiences.has(name)) continue;
    const keys = [...after.flags.values()].filter(({ audience }) => audience === name).map(({ key }) => `\`${key}\``);
    if (keys.length > 0) {
      return say(
        `the audience \`${name}\` is named by ${keys.join(" and ")}: change that first`,
        `a audience \`${name}\` é citada por ${keys.join(" e ")}: mude isso primeiro`,
      );
    }
  }
  return null;
}

function roleRefusal({ before, after }: Step<InForce>, routes: readonly RouteFlags[]): Sentence | null {
  const known = new Set(roleProblems(before, routes).map(describeProblem));
  const problems = roleProblems(after, routes).map(describeProblem);
  const news = problems.find((text) => !known.has(text));
  return news === undefined ? null : asIs(news);
}

function flagsInForce(
  state: PlanState,
  environment: readonly FlagOf<ShopperTable>[],
  definitions: readonly FlagDefinition[],
): InForce {
  const stored = { source: "sqlite", flags: [...state.flags.values()], unreadable: state.unreadable ?? [] } as const;
  const resolved = resolveFlags([stored, { source: "env", flags: environment }], definitions);
  return new Map(resolved.map(({ flag, source }) => [flag.key, compileFlag(flag, source, state.audiences)]));
}
