import type { Severity } from "../model/index.ts";

/** A group of divergences, as far as it says whether people should look at it on and on. */
export interface Repeating {
  readonly signature: string;
  readonly route: string;
  readonly item_kind: string;
  readonly where: string;
  readonly path: string;
  readonly severity: Severity;
  /** Items compared of that route and kind, and those of them that it was found in. */
  readonly items: number;
  readonly in_items: number;
  /** What the twin says; null: there is none. */
  readonly noise_rate: number | null;
}

/** What somebody may do about a group. Nothing is ever done of itself. */
export interface Suggestion {
  readonly suggestion: "ignore";
  readonly text: string;
  /** As `config/sombra.yaml` has it, without what only people can say: owner, reason and expiry. */
  readonly rule: {
    readonly id: string;
    readonly route: string;
    readonly itemKind: string;
    readonly where: string;
    readonly path: string;
    readonly ignore: true;
  };
}

/** Where what is critical differs too: no rule tells 401 against 403 from 200 against 500. */
const neverSuggested: ReadonlySet<string> = new Set(["/", "/status"]);

const minItems = 100;
const minShare = 0.99;

/**
 * What differs nearly always, and always alike (a signature holds the class of change), is probably nothing. Where there is
 * a twin it knows better, and what is critical is never nothing.
 */
export function suggestionOf(group: Repeating): Suggestion | null {
  const { signature, route, item_kind: itemKind, where, path, severity, items, in_items: found } = group;
  if (severity === "critical" || severity === "noise" || group.noise_rate !== null) return null;
  if (neverSuggested.has(path)) return null;
  if (items < minItems || found < minShare * items) return null;
  // Rounded down: what is not always so does not read as if it were.
  const percent = Math.floor((Math.min(found, items) / items) * 1_000) / 10;
  return {
    suggestion: "ignore",
    text: `differs in ${percent} % of items, always the same class: ignore?`,
    rule: { id: `ignore-${signature}`, route, itemKind, where, path, ignore: true },
  };
}
