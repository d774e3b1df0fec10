import type { z } from "zod";

import type { Json, JsonObject, Rule, RuleAction } from "../../model/index.ts";
import { actionsOf, ruleSchema } from "./rules-schema.ts";
import { showValue } from "./say.ts";

/** Something wrong with a rule; never shows what may be personal. */
export interface RuleProblem {
  readonly where: string;
  readonly is: string;
  readonly must: string;
}

export type ParsedRule =
  | { readonly ok: true; readonly rule: Omit<Rule, "source"> }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/** One rule as people write it, in the file and by the admin port alike. */
export function parseRule(value: unknown): ParsedRule {
  const parsed = ruleSchema.safeParse(value);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, value)) };
  }
  const { id, route, itemKind, where, path, owner, reason, expires } = parsed.data;
  const [action = { kind: "ignore" }] = actionsOf(parsed.data);
  return { ok: true, rule: { id, route, itemKind, where, path, action, owner, reason, expiresAt: expires } };
}

/** As people write it: what is said, and nothing of what is not. */
export function writtenRule({ action, expiresAt, ...rule }: Omit<Rule, "source">): JsonObject {
  const { id, route, itemKind, where, path, owner, reason } = rule;
  const expires = expiresAt === null ? "never" : dateOf(expiresAt);
  return present({ id, route, itemKind, where, path, [action.kind]: said(action), owner, reason, expires });
}

function said(action: RuleAction): Json {
  switch (action.kind) {
    case "ignore":
    case "case":
      return true;
    case "unordered":
      return action.by === null ? true : { by: action.by };
    case "tolerance":
      return present({ absolute: action.absolute, relative: action.relative, ms: action.ms });
    case "mask":
      return action.patterns;
    case "equivalents":
      return action.values;
    case "severity":
      return action.severity;
  }
}

/** Without milliseconds, which nobody writes. */
function dateOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function problemsOf(issue: z.core.$ZodIssue, value: unknown): readonly RuleProblem[] {
  const where = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const must = `absent: the fields are ${issue.message.replaceAll(" ", ", ")}`;
    return issue.keys.map((key) => ({ where: [...where, key.slice(0, 40)].join("."), is: "there", must }));
  }
  const found = where.length === 0 ? value : valueAt(value, issue.path);
  const is = found === undefined ? "missing" : showValue(found).replace(/^is /, "");
  return [{ where: where.length === 0 ? "rule" : where.join("."), is, must: issue.message }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (isRecord(inner) ? inner[step] : undefined), value);
}

function isRecord(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === "object" && value !== null;
}
