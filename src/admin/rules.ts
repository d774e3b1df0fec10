import type { JsonObject, Problem } from "../flags/index.ts";
import type { Divergence, Rule } from "../model/index.ts";

/** A divergence as it is stored, and what it was found of. */
interface Stored {
  readonly route: string;
  readonly itemKind: string;
  readonly divergence: Divergence;
}

/** Whether a rule, were it in force, would hide a divergence; `already`: it is noise; `unknown`: what was stored does not tell. */
export type WouldHide = (rule: Rule, stored: Stored) => "yes" | "no" | "already" | "unknown";

export type ReadRule =
  | { readonly ok: true; readonly rule: Omit<Rule, "source"> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the admin port is told of rules. */
export interface RulesDeps {
  /** The name of the file; null: there is none. */
  readonly file: string | null;
  readonly ofFile: readonly Rule[];
  /** A rule as it is written, whoever wrote it. */
  parse(value: unknown): ReadRule;
  /** As people write it: id, where it applies, what it says, who is to be asked, why, until when. */
  written(rule: Omit<Rule, "source">): JsonObject;
  /** Whether a rule speaks of a place, given without what varies from item to item. */
  covers(rule: Rule, path: string): boolean;
  readonly wouldHide: WouldHide;
}
