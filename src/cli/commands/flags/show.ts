import { table, type Look } from "../table.ts";
import { unsaidFlag, type Changed, type ToldFlag } from "./shapes.ts";

/** Fields in the order in which they decide, by the names `set` takes. */
const settable = [
  "enabled",
  "denylist",
  "forceOn",
  "audience",
  "allowlist",
  "percent",
  "default",
  "salt",
  "bucketing",
  "settings",
  "description",
] as const;

type Field = (typeof settable)[number];

const shownMembers = 10;

/** What was before and what is now, field by field. */
export function changeLines({ key, before, after, unchanged }: Changed, look: Look): readonly string[] {
  if (unchanged) return [`${key}: unchanged (version ${after?.version ?? 0})`];
  const rows = differences(before, after);
  const title = look.style("bold", key);
  const versions = `version ${before?.version ?? 0} -> ${after?.version ?? 0}`;
  if (rows.length === 0) return [`${title}: ${versions}, stored as it was`];
  return [`${title}: ${versions}`, table(["FIELD", "BEFORE", "AFTER"], rows, look)];
}

/** Field, before and after, of each field that is not the same. */
export function differences(before: ToldFlag | null, after: ToldFlag | null): readonly (readonly string[])[] {
  const unsaid = unsaidFlag("");
  const fields = settable.filter((field) => !isSame((before ?? unsaid)[field], (after ?? unsaid)[field]));
  const rows = fields.map((field) => [field, cell(before, field), cell(after, field) + gained(before, after, field)]);
  const [from, to] = [before?.source ?? "nowhere", after?.source ?? "nowhere"];
  return from === to ? rows : [...rows, ["source", from, to]];
}

/** Lists have no order. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && missingIn(one, other) === 0;
  return JSON.stringify(one) === JSON.stringify(other);
}

function cell(flag: ToldFlag | null, field: Field): string {
  return flag === null ? "-" : fieldText(flag[field]);
}

/** Members of lists are counted: they are personal. */
function fieldText(value: ToldFlag[Field]): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? "shopper" : "shoppers"}`;
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

function gained(before: ToldFlag | null, after: ToldFlag | null, field: Field): string {
  const [had, has] = [listOf(before, field), listOf(after, field)];
  const added = missingIn(had, has);
  const removed = missingIn(has, had);
  const words = [added > 0 ? `+${added}` : "", removed > 0 ? `-${removed}` : ""].filter((word) => word !== "");
  return words.length === 0 ? "" : ` (${words.join(" ")})`;
}

/** How many of `members` are not in `list`. */
function missingIn(list: readonly string[], members: readonly string[]): number {
  const known = new Set(list);
  return members.filter((member) => !known.has(member)).length;
}

function listOf(flag: ToldFlag | null, field: Field): readonly string[] {
  const value = flag?.[field];
  return Array.isArray(value) ? value : [];
}

/** Everything there is to know of a flag; of a long list the first members. */
export function flagLines(flag: ToldFlag, look: Look): readonly string[] {
  const rows: (readonly string[])[] = settable.map((field) => {
    const members = listOf(flag, field);
    const more = members.length > shownMembers ? ` and ${members.length - shownMembers} more (--json shows all)` : "";
    const named = members.length === 0 ? "" : `: ${members.slice(0, shownMembers).join(", ")}${more}`;
    return [field, fieldText(flag[field]) + named];
  });
  const overridden = flag.overridden.length === 0 ? "" : ` (over ${flag.overridden.join(", ")})`;
  rows.push(["source", flag.source + overridden], ["version", String(flag.version)]);
  if (flag.updatedAt !== null) rows.push(["updated", `${flag.updatedAt} by ${flag.updatedBy}`]);
  return [look.style("bold", flag.key), table(["FIELD", "VALUE"], rows, look)];
}
