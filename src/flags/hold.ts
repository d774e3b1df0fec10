import type { RouteFlags } from "../model/index.ts";
import { documentsOf, type Documents } from "./document.ts";
import type { Json, JsonObject } from "./flag.ts";

/** What a rollout has to do with flags, as far as a write of flags has to know it. */
export interface Hold {
  readonly rollout: string;
  /** Of its status. */
  readonly status: string;
  /** The `enabled` flag that its plan names. */
  readonly leader: string;
  /** All flags of the routes of that flag. */
  readonly keys: ReadonlySet<string>;
  /**
   * `changes`: its flags are as its phase says. `removal`: they were brought to their end, and stay there until the way back is not
   * wanted any more. `claim`: it has not begun. `none`: it is over.
   */
  readonly of: "changes" | "removal" | "claim" | "none";
}

const begun = ["running", "paused", "error-paused"];
const ahead = ["draft", "pending", "ready"];

/** What rollouts hold, by their ids; `at`: ISO 8601, UTC. One that cannot be read holds nothing. */
export function holdsIn(
  documents: Documents,
  { routes, at }: { readonly routes: readonly RouteFlags[]; readonly at: string },
): ReadonlyMap<string, Hold> {
  const holds = new Map<string, Hold>();
  for (const [rollout, { value }] of documentsOf(documents, "rollout")) {
    const leader = textIn(value, "plan", "flag");
    const status = textIn(value, "status", "name");
    if (leader === null || status === null) continue;
    const keys = new Set([leader, ...routes.filter(({ enabled }) => enabled === leader).flatMap(flagsOf)]);
    holds.set(rollout, { rollout, status, leader, keys, of: holdOf(value, status, at) });
  }
  return holds;
}

function holdOf(value: JsonObject, status: string, at: string): Hold["of"] {
  if (begun.includes(status)) return "changes";
  if (ahead.includes(status)) return "claim";
  if (status !== "completed") return "none";
  const until = Date.parse(textIn(value, "status", "keepUntil") ?? "");
  // In doubt they stay.
  return until <= Date.parse(at) ? "none" : "removal";
}

function flagsOf({ enabled, shadow, dualRun, reverseShadow }: RouteFlags): readonly string[] {
  return [enabled, shadow, dualRun, reverseShadow];
}

/** A text within an object of the value; null: there is none. */
function textIn(value: JsonObject, outer: string, name: string): string | null {
  const within = value[outer];
  const text = isObject(within) ? within[name] : null;
  return typeof text === "string" ? text : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
