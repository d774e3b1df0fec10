import type { Plan, RollbackTarget } from "../plan.ts";

/** Who asks for something, of which rollout. */
interface Asked {
  readonly rollout: string;
  readonly by: string;
}

/** A step that gates or prechecks forbid is taken all the same, by somebody who says why. */
interface BreakGlass {
  /** The reason; null: not asked for. */
  readonly breakGlass: string | null;
}

/** Why, where somebody says so. */
interface Why {
  readonly reason?: string;
}

/** Everything that people ask of a rollout. */
export type Order =
  | (Asked & { readonly action: "create"; readonly plan: Plan })
  /** Looks at the prechecks: `pending` or `ready`. */
  | (Asked & { readonly action: "check" })
  /** From the first phase; after a rollback this is how it begins anew. */
  | (Asked & BreakGlass & { readonly action: "start" })
  | (Asked & { readonly action: "pause"; readonly reason: string })
  /** Also: compares again after a gate has shed the shadow. */
  | (Asked & Why & { readonly action: "resume" })
  /** `to` null: the next phase. A phase that is named takes a reason. */
  | (Asked & Why & BreakGlass & { readonly action: "advance"; readonly to: string | null })
  | (Asked & Why & { readonly action: "approve" })
  | (Asked & { readonly action: "reject"; readonly reason: string })
  /** `until`: ISO 8601, or for how long, such as `24h`. */
  | (Asked & { readonly action: "acknowledge"; readonly gate: string; readonly why: string; readonly until: string })
  /** `to` null: as the plan says. */
  | (Asked & { readonly action: "rollback"; readonly to: RollbackTarget | null; readonly reason: string })
  | (Asked & { readonly action: "abort"; readonly reason: string })
  | (Asked & BreakGlass & { readonly action: "complete"; readonly lessons: string })
  /** A precheck by hand. */
  | (Asked & { readonly action: "tick"; readonly precheck: string; readonly evidence: string })
  | (Asked & { readonly action: "note"; readonly text: string })
  /** How long it took until every instance was on legacy. */
  | (Asked & { readonly action: "drilled"; readonly seconds: number });

export type Action = Order["action"];

export type Ordered<A extends Action> = Extract<Order, { readonly action: A }>;

/** `failed`: it could not be written, and nothing has changed. */
export type ActAnswer =
  | { readonly kind: "done"; readonly what: string }
  | { readonly kind: "unchanged"; readonly what: string }
  | { readonly kind: "refused"; readonly why: string; readonly pt?: string | undefined }
  | { readonly kind: "failed"; readonly why: string; readonly pt?: string | undefined };
