import type { Check } from "../../admin/index.ts";
import { expiredRules } from "../../compare/index.ts";
import type { Rule } from "../../model/index.ts";

/** What is to be said of a rule that does nothing any more; only of those. */
export function expiredText({ id, owner, expiresAt }: Rule): string {
  const since = new Date(expiresAt ?? 0).toISOString().slice(0, 10);
  return `Rule "${id}" (${owner}) has expired on ${since} and does nothing: what it hid counts again`;
}

export function ruleNotices(rules: readonly Rule[], now: number): readonly string[] {
  return expiredRules(rules, now).map(expiredText);
}

export function ruleChecks(rules: readonly Rule[], now: number): readonly Check[] {
  const expired = expiredRules(rules, now);
  if (expired.length > 0) {
    return expired.map((rule) => ({ name: `rule ${rule.id}`, status: "warn", text: expiredText(rule) }));
  }
  const text = rules.length === 0 ? "there are none" : `${rules.length}, none has expired`;
  return [{ name: "rules", status: "ok", text }];
}
