import { createHash } from "node:crypto";
import { compileRules, expiredRules, type RuleBook, type RulesInForce } from "../../../compare/index.ts";
import type { Rule } from "../../../model/index.ts";

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
  /** Of those that speak of a route: the same on every instance that compares by the same. */
  readonly hashFor: (route: string) => string;
  /** Takes the place of all rules of the API. One that has the id of a rule of the file does nothing. */
  readonly set: (ofApi: readonly Rule[]) => void;
  readonly close: () => void;
}

const lookMs = 60_000;

export function createRuleKeeper({ ofFile, now, changed, expired }: RuleKeeperOptions): RuleKeeper {
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
    rules = bothRules(ofFile, ofApi);
    book = compileRules(rules);
    changed(rules);
    tell();
  };
  set([]);
  const looking = setInterval(tell, lookMs).unref();
  let hashes = { of: book.at(now()), byRoute: new Map<string, string>() };
  const hashFor = (route: string): string => {
    const inForce = book.at(now());
    if (inForce !== hashes.of) hashes = { of: inForce, byRoute: new Map() };
    const known = hashes.byRoute.get(route);
    if (known !== undefined) return known;
    const hash = hashOf(
      rules.filter((rule) => rule.route === null || rule.route === route),
      now(),
    );
    hashes.byRoute.set(route, hash);
    return hash;
  };
  return { inForce: () => book.at(now()), hashFor, set, close: () => clearInterval(looking) };
}

/** The file wins where both have an id. */
export function bothRules(ofFile: readonly Rule[], ofApi: readonly Rule[]): readonly Rule[] {
  const ids = new Set(ofFile.map(({ id }) => id));
  return [...ofFile, ...ofApi.filter(({ id }) => !ids.has(id))];
}

/** Of what they do, not of who wrote it and why; what is over does nothing. */
function hashOf(rules: readonly Rule[], now: number): string {
  const over = new Set(expiredRules(rules, now));
  const said = rules
    .filter((rule) => !over.has(rule))
    .map(({ route, itemKind, where, path, action }) => JSON.stringify([route, itemKind, where, path, action]));
  return createHash("sha256").update(said.toSorted().join("\n")).digest("hex").slice(0, 16);
}
