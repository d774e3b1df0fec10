import type { Edit } from "./edit.ts";
import { newlyCutOver, type Reached } from "./newly-cut-over.ts";
import { planWrite } from "./plan-write.ts";
import type { Edited, Plan, PlanContext, PlanState } from "./plan.ts";
import { stepInForce } from "./refusal.ts";
import { whoChanges, type WhoChanges } from "./who-changes.ts";

/** What a write would do, or why it would not be written. */
export type WritePreview =
  | Exclude<Plan, { kind: "change" }>
  | {
      readonly kind: "change";
      readonly edited: readonly Edited[];
      /** Of each flag that is edited or names an audience that is. */
      readonly flags: readonly WhoChanges[];
      /** Whom it cuts over who were not, and whom it takes back, by the `enabled` flag of each route where there are any. */
      readonly routes: readonly RoutePreview[];
    };

export interface RoutePreview {
  readonly enabled: string;
  readonly shadow: string;
  readonly cutOver: Reached | null;
  readonly takenBack: Reached | null;
}

/** Pure, as `planWrite` is. */
export function previewWrite(state: PlanState, edits: readonly Edit[], context: PlanContext): WritePreview {
  const plan = planWrite(state, edits, context);
  if (plan.kind !== "change") return plan;
  const { edited, next } = plan;
  const step = stepInForce({ before: state, after: next }, context);
  const keys = new Set(
    edited.flatMap(({ action, subject }) => {
      if (action.startsWith("flag-")) return [subject];
      if (!action.startsWith("audience-")) return [];
      return [...next.flags.values()].flatMap(({ key, audience }) => (audience === subject ? [key] : []));
    }),
  );
  const routes = context.routes.flatMap((route): RoutePreview[] => {
    const cutOver = newlyCutOver(step, route);
    const takenBack = newlyCutOver({ before: step.after, after: step.before }, route);
    const { enabled, shadow } = route;
    return cutOver === null && takenBack === null ? [] : [{ enabled, shadow, cutOver, takenBack }];
  });
  return { kind: "change", edited, flags: [...keys].map((key) => whoChanges(step, key, context.routes)), routes };
}
