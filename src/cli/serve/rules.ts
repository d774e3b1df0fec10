import { compileRules, expiredRules, type RuleBook, type RulesInForce } from "../../compare/index.ts";
import type { Rule } from "../../model/index.ts";

export interface RuleKeeperOptions {
  readonly ofFile: readonly Rule[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of all rules there are, at once and at each change. */
  readonly changed: (rules: readonly Rule[]) => void;
  /** Told once of each rule that does nothing any more. */
  readonly expired: (rule: Rule) => void;
}

/** The rules of the file and those of the API, as they are at the moment. */
export interface RuleKeeper {
  readonly inForce: () => RulesInForce;
  /** Takes the place of all rules of the API. One that has the id of a rule of the file does nothing. */
  readonly set: (ofApi: readonly Rule[]) => void;
  readonly close: () => void;
}

const lookMs = 60_000;

export function createRuleKeeper({ ofFile, now, changed, expired }: RuleKeeperOptions): RuleKeeper {
  const ids = new Set(ofFile.map(({ id }) => id));
  let rules: readonly Rule[] = [];
  let book: RuleBook = compileRules(rules);
  let told = new Set<string>();
  const tell = (): void => {
    const over = expiredRules(rules, now());
    const before = told;
    // One that is put off may expire again.
    told = new Set(over.map(({ id }) => id));
    for (const rule of over) if (!before.has(rule.id)) expired(rule);
  };
  const set: RuleKeeper["set"] = (ofApi) => {
    rules = [...ofFile, ...ofApi.filter(({ id }) => !ids.has(id))];
    book = compileRules(rules);
    changed(rules);
    tell();
  };
  set([]);
  const looking = setInterval(tell, lookMs).unref();
  return { inForce: () => book.at(now()), set, close: () => clearInterval(looking) };
}
