import { z } from "zod";
import { table, type Look } from "../table.ts";

export const ruleShape = z.looseObject({
  id: z.string(),
  route: z.string().optional(),
  itemKind: z.string().optional(),
  where: z.string().optional(),
  path: z.string().optional(),
  owner: z.string().optional(),
  reason: z.string().optional(),
  expires: z.string().optional(),
  source: z.string(),
  expired: z.boolean(),
  unreadable: z.boolean().default(false),
  hidden: z.number(),
  version: z.number(),
});

export type ToldRule = z.infer<typeof ruleShape>;

export const changedShape = z.looseObject({
  id: z.string(),
  before: ruleShape.nullable(),
  after: ruleShape.nullable(),
  unchanged: z.boolean(),
});

const actionNames = ["ignore", "unordered", "tolerance", "mask", "equivalents", "case", "severity"];

/** `tolerance {"ms":2000}`. */
export function saysText(rule: ToldRule): string {
  const said = actionNames.filter((name) => rule[name] !== undefined);
  return said.map((name) => (rule[name] === true ? name : `${name} ${JSON.stringify(rule[name])}`)).join(", ") || "-";
}

/** Where it applies, beside its path. */
export function scopeText({ route, itemKind, where }: ToldRule): string {
  const scope = [route, itemKind, where].filter((one) => one !== undefined);
  return scope.length === 0 ? "everywhere" : scope.join(" ");
}

export function expiresText({ expires = "-", expired, unreadable }: ToldRule): string {
  if (unreadable) return "cannot be read: does nothing";
  return expired ? `${expires} (over: does nothing)` : expires;
}

export function changeLines(
  { id, before, after, unchanged }: z.infer<typeof changedShape>,
  look: Look,
): readonly string[] {
  if (unchanged) return [`${id}: unchanged (version ${after?.version ?? 0})`];
  const said = (rule: ToldRule | null): Readonly<Record<string, string>> => {
    if (rule === null) return {};
    const { path = "-", owner = "-", reason = "-" } = rule;
    return { path, applies: scopeText(rule), says: saysText(rule), owner, reason, expires: expiresText(rule) };
  };
  const [was, is] = [said(before), said(after)];
  const rows = Object.keys({ ...was, ...is })
    .map((field) => [field, was[field] ?? "-", is[field] ?? "-"] as const)
    .filter(([, from, to]) => from !== to);
  const versions = `version ${before?.version ?? 0} -> ${after?.version ?? 0}`;
  return [`${look.style("bold", id)}: ${versions}`, table(["FIELD", "BEFORE", "AFTER"], rows, look)];
}
