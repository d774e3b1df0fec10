import { z } from "zod";
import { table, type Look } from "../table.ts";

const triageShape = z.looseObject({
  state: z.string(),
  marked: z.string(),
  reason: z.string().nullable(),
  until: z.string().nullable(),
  link: z.string().nullable(),
  at: z.string(),
  by: z.string(),
  version: z.number(),
});

export type Triage = z.infer<typeof triageShape>;

const suggestionShape = z.looseObject({
  text: z.string(),
  rule: z.looseObject({
    id: z.string(),
    route: z.string(),
    itemKind: z.string(),
    where: z.string(),
    path: z.string(),
  }),
});

export type Suggestion = z.infer<typeof suggestionShape>;

export const groupShape = z.looseObject({
  signature: z.string(),
  route: z.string(),
  item_kind: z.string(),
  where: z.string(),
  path: z.string(),
  kind: z.string(),
  change: z.string().optional(),
  severity: z.string(),
  count: z.number(),
  items: z.number(),
  in_items: z.number().optional(),
  /** 0 to 1; absent: it is what `count` is of `items`. */
  share: z.number().optional(),
  noise: z.number().optional(),
  downstream: z.number().optional(),
  /** null: not counted where the answer comes from. */
  cells: z.number().nullable().optional(),
  shoppers: z.number().nullable().optional(),
  shoppers_at_least: z.boolean().optional(),
  first_seen: z.string(),
  last_seen: z.string(),
  examples: z.array(z.string()),
  triage: triageShape.nullable().default(null),
  /** Share of items in which the twin differed, 0 to 1; null: there is no twin. */
  noise_rate: z.number().nullable().optional(),
  exceeds_noise: z.boolean().nullable().optional(),
  suggestion: suggestionShape.nullable().optional(),
});

export type Group = z.infer<typeof groupShape>;

export const markedShape = z.looseObject({
  signature: z.string(),
  before: triageShape.nullable(),
  after: triageShape.nullable(),
  unchanged: z.boolean(),
});

/** Of the items compared. */
export function shareText({ share, count, items }: Group): string {
  return percentText(share ?? (items === 0 ? 0 : Math.min(1, count / items)));
}

/** `of`: 0 to 1. */
export function percentText(of: number): string {
  if (of === 0) return "0 %";
  return of < 0.001 ? "< 0.1 %" : `${(of * 100).toFixed(1)} %`;
}

/** `-`: not counted. */
export function countText(count: number | null | undefined, atLeast = false): string {
  return count === null || count === undefined ? "-" : `${count}${atLeast ? "+" : ""}`;
}

/** In a word or two. */
export function triageText(triage: Triage | null): string {
  if (triage === null) return "open";
  const { state, marked, until, link } = triage;
  if (state === "open") return `open (${marked} until ${dayOf(until)})`;
  if (state === "expected") return `expected until ${dayOf(until)}`;
  return state === "bug" ? `bug ${link ?? ""}`.trimEnd() : state;
}

/** How often legacy differs from its own twin. */
export function noiseText({ noise_rate: rate, exceeds_noise: exceeds }: Group): string {
  if (rate === null || rate === undefined) return "not known: no twin did these items";
  return `in ${percentText(rate)} of what a twin did too: ${exceeds === true ? "does not explain it" : "explains it"}`;
}

/** The command that follows a suggestion; who, why and until when only people can say. */
export function suggestedCommand({ rule }: Suggestion): string {
  const { id, route, itemKind, where, path } = rule;
  const at = `--path ${quoted(path)} --route ${quoted(route)} --item-kind ${quoted(itemKind)} --where ${quoted(where)}`;
  return `sombra rules add ${id} ${at} --ignore --owner … --reason … --expires …`;
}

/** As shells take it. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Field by field, before and after. */
export function triageChange(before: Triage | null, after: Triage | null, look: Look): string {
  const fields = ["state", "reason", "until", "link", "at", "by"] as const;
  const said = (triage: Triage | null, field: (typeof fields)[number]): string => {
    if (triage === null) return field === "state" ? "open" : "-";
    return triage[field] ?? "-";
  };
  const rows = fields
    .map((field) => [field, said(before, field), said(after, field)] as const)
    .filter(([, was, is]) => was !== is);
  return table(["FIELD", "BEFORE", "AFTER"], rows, look);
}

function dayOf(time: string | null): string {
  return time?.replace(/T00:00:00.*$/, "").replace(/\.000Z$/, "Z") ?? "-";
}
