import type { RouteFlags } from "../model/index.ts";
import type { Change, FlagState, ListId } from "./change.ts";
import type { Collection } from "./document.ts";
import type { Flag, FlagDefinition, FlagOf, JsonObject } from "./flag.ts";
import type { Problem } from "./problem.ts";

/** What a plan is made for. */
export interface PlanState extends FlagState {
  /** Keys whose record could not be read: nothing of it is kept. */
  readonly unreadable?: readonly string[];
}

/** What a plan is made with. */
export interface PlanContext {
  readonly definitions: readonly FlagDefinition[];
  readonly routes: readonly RouteFlags[];
  /** Whether what legacy does in reverse shadow can be told from what it does for itself: else that is not switched on. */
  readonly mayReverse: (route: RouteFlags) => boolean;
  /** What the environment says: the base of a patch where the store has no record. */
  readonly environment: readonly Flag[];
  /** The version that the store will have once this is written, and that of every flag it sets. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Stamped as `updatedBy`: a kind and a name, `automatic:…` where it is no person. */
  readonly by: string;
  /** Id of the rollout whose own write this is: what it holds itself does not stand in its way. */
  readonly rollout?: string | undefined;
  /** Somebody wants it whatever holds the flags. */
  readonly breakGlass?: boolean | undefined;
}

/** One flag, audience or document as a write changes it: what audit and answer tell. Members are told apart, as they are personal. */
export interface Edited {
  readonly action:
    | "flag-set"
    | "flag-killed"
    | "flag-removed"
    | "audience-set"
    | "audience-removed"
    | `${Collection}-${"set" | "removed"}`;
  /** Key of the flag, name of the audience, id of the document. */
  readonly subject: string;
  /** null: the store had none. Lists as counts; of an audience the count alone. */
  readonly before: FlagOf<number> | JsonObject | number | null;
  /** null: the store has none. */
  readonly after: FlagOf<number> | JsonObject | number | null;
  readonly members: readonly {
    readonly list: ListId;
    readonly added: readonly string[];
    readonly removed: readonly string[];
  }[];
}

/** `invalid`: 400. `unknown`: 404. `refused`: 409, with a sentence that says what to do instead. */
export type Plan =
  | { readonly kind: "change"; readonly change: Change; readonly next: FlagState; readonly edited: readonly Edited[] }
  /** Everything is already as wanted: nothing is written. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | { readonly kind: "unknown"; readonly subject: string }
  | { readonly kind: "refused"; readonly why: string; readonly pt: string };
