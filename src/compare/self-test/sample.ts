/** Rules and trials for tests of the self-test. */
import type { Rule, RuleAction } from "../../model/index.ts";
import { createKeyedHash } from "../keyed-hash.ts";
import type { Mutation, SamplePair } from "./pair.ts";
import { sitesOf } from "./plant.ts";
import { tried, type Trial, type TrialDeps } from "./trial.ts";

export function rule(
  id: string,
  path: string,
  action: RuleAction = { kind: "ignore" },
  some: Partial<Rule> = {},
): Rule {
  const scope = { route: null, itemKind: null, where: null, path };
  return { id, ...scope, action, owner: "ana", reason: "known", expiresAt: null, source: "api", ...some };
}

export function trialDeps(rules: readonly Rule[] = []): TrialDeps {
  return { hash: createKeyedHash("sample"), at: Date.UTC(2026, 6, 4), isHeld: (id) => id.startsWith("held"), rules };
}

/** All mutations of a pair, tried. */
export function triedAll(pair: SamplePair, rules: readonly Rule[] = []): readonly (Trial | null)[] {
  return sitesOf(pair).map((site) => tried(site.plant(), trialDeps(rules)));
}

/** What was not found, as `mutation place: what hid it`. */
export function missed(pairs: readonly SamplePair[], rules: readonly Rule[] = []): readonly string[] {
  return pairs
    .flatMap((pair) => triedAll(pair, rules))
    .flatMap((trial) => (trial?.found === false ? [said(trial)] : []));
}

function said({ what, place, hiddenBy }: Extract<Trial, { found: false }>): string {
  const by = hiddenBy.by === "rule" ? hiddenBy.rule : hiddenBy.by === "class" ? hiddenBy.class : "nothing";
  return `${what} ${place}: ${by}`;
}

export function kindsOf(pairs: readonly SamplePair[]): ReadonlySet<Mutation> {
  return new Set(pairs.flatMap((pair) => sitesOf(pair).map(({ what }) => what)));
}
