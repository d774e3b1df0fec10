import { documentsOf, type Documents } from "../../../flags/index.ts";
import type { Rule } from "../../../model/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import { parseRule } from "../../config/written-rule.ts";

/** What the store holds of rules. */
export interface StoredRules {
  readonly rules: readonly Rule[];
  /** Ids of what cannot be read as a rule: it does nothing. */
  readonly unreadable: readonly string[];
}

export function storedRules(documents: Documents): StoredRules {
  const rules: Rule[] = [];
  const unreadable: string[] = [];
  for (const [id, { value }] of documentsOf(documents, "rule")) {
    const parsed = parseRule({ ...value, id });
    if (parsed.ok) rules.push({ ...parsed.rule, source: "api" });
    else unreadable.push(id);
  }
  return { rules, unreadable };
}

/** The rules of documents as they change; null: they are as they were last time. */
export function createStoredRules(log: (event: SombraEvent) => void): (documents: Documents) => readonly Rule[] | null {
  let known: Documents | null = null;
  let last = "[]";
  let toldUnreadable = "";
  return (documents) => {
    if (documents === known) return null;
    known = documents;
    const { rules, unreadable } = storedRules(documents);
    const names = unreadable.join(", ");
    if (names !== "" && names !== toldUnreadable) {
      const error = `stored rules cannot be read, each does nothing until it is put whole: ${names}`;
      log({ event: "problem", operation: "rules", error });
    }
    toldUnreadable = names;
    const text = JSON.stringify(rules);
    if (text === last) return null;
    last = text;
    return rules;
  };
}
