/** Rules for tests. */
import type { Rule, RuleAction } from "../../model/index.ts";

export function rule(path: string, action: RuleAction, some: Partial<Rule> = {}): Rule {
  const scope = { route: null, itemKind: null, where: null, path };
  const about = { owner: "bot-team", reason: "a test", expiresAt: null, source: "file" } as const;
  return { id: "one", ...scope, action, ...about, ...some };
}

export const ignore: RuleAction = { kind: "ignore" };

export function tolerance(some: Partial<Extract<RuleAction, { kind: "tolerance" }>>): RuleAction {
  return { kind: "tolerance", absolute: null, relative: null, ms: null, ...some };
}
