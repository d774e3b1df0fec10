import { table, type Look } from "../table.ts";
import { listNames, sizeOf, unsaidFlag, type Changed, type ListName, type ToldFlag } from "./shapes.ts";

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
export function changeLines({ key, before, after, unchanged, members }: Changed, look: Look): readonly string[] {
  if (unchanged) return [`${key}: unchanged (version ${after?.version ?? 0})`];
  const rows = differences(before, after, members);
  const title = look.style("bold", key);
  const versions = `version ${before?.version ?? 0} -> ${after?.version ?? 0}`;
  if (rows.length === 0) return [`${title}: ${versions}, stored as it was`];
  return [`${title}: ${versions}`, table(["FIELD", "BEFORE", "AFTER"], rows, look)];
}

/** Field, before and after, of each field that is not the same. `members`: what is told of lists that are not told whole. */
export function differences(
  before: ToldFlag | null,
  after: ToldFlag | null,
  members: Changed["members"] = {},
): readonly (readonly string[])[] {
  const unsaid = unsaidFlag("");
  const [was, is] = [before ?? unsaid, after ?? unsaid];
  const rows = settable.flatMap((field) => {
    const list = listNames.find((name) => name === field);
    const moved = list === undefined ? null : movement(was, is, { list, told: members[list] });
    const same = moved === null ? JSON.stringify(was[field]) === JSON.stringify(is[field]) : moved.same;
    return same ? [] : [[field, cell(before, field), cell(after, field) + gained(moved)]];
  });
  const [from, to] = [before?.source ?? "nowhere", after?.source ?? "nowhere"];
  return from === to ? rows : [...rows, ["source", from, to]];
}

interface Movement {
  readonly same: boolean;
  readonly added: number;
  readonly removed: number;
}

/** How a list changed. Lists have no order. */
function movement(
  before: ToldFlag,
  after: ToldFlag,
  {
    list,
    told = { added: 0, removed: 0 },
  }: { readonly list: ListName; readonly told?: Changed["members"][string] | undefined },
): Movement {
  const [had, has] = [before[list] ?? [], after[list] ?? []];
  const [size, newSize] = [sizeOf(before, list), sizeOf(after, list)];
  const isWhole = had.length === (size ?? 0) && has.length === (newSize ?? 0);
  const { added, removed } = isWhole ? { added: missingIn(had, has), removed: missingIn(has, had) } : told;
  return { same: size === newSize && added === 0 && removed === 0, added, removed };
}

function cell(flag: ToldFlag | null, field: Field): string {
  return flag === null ? "-" : fieldText(flag, field);
}

/** Members of lists are counted: they are personal. */
function fieldText(flag: ToldFlag, field: Field): string {
  const list = listNames.find((name) => name === field);
  const size = list === undefined ? null : sizeOf(flag, list);
  if (size !== null) return `${size} ${size === 1 ? "shopper" : "shoppers"}`;
  const value = flag[field];
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

function gained(moved: Movement | null): string {
  const { added, removed } = moved ?? { added: 0, removed: 0 };
  const words = [added > 0 ? `+${added}` : "", removed > 0 ? `-${removed}` : ""].filter((word) => word !== "");
  return words.length === 0 ? "" : ` (${words.join(" ")})`;
}

/** How many of `members` are not in `list`. */
function missingIn(list: readonly string[], members: readonly string[]): number {
  const known = new Set(list);
  return members.filter((member) => !known.has(member)).length;
}

/** Everything there is to know of a flag; of a long list the first members. */
export function flagLines(flag: ToldFlag, look: Look): readonly string[] {
  const rows: (readonly string[])[] = settable.map((field) => {
    const list = listNames.find((name) => name === field);
    return [field, fieldText(flag, field) + (list === undefined ? "" : firstMembers(flag, list))];
  });
  const overridden = flag.overridden.length === 0 ? "" : ` (over ${flag.overridden.join(", ")})`;
  rows.push(["source", flag.source + overridden], ["version", String(flag.version)]);
  if (flag.updatedAt !== null) rows.push(["updated", `${flag.updatedAt} by ${flag.updatedBy}`]);
  return [look.style("bold", flag.key), table(["FIELD", "VALUE"], rows, look)];
}

function firstMembers(flag: ToldFlag, list: ListName): string {
  const first = (flag[list] ?? []).slice(0, shownMembers);
  const rest = (sizeOf(flag, list) ?? 0) - first.length;
  return first.length === 0 ? "" : `: ${first.join(", ")}${rest > 0 ? ` and ${rest} more (--json shows all)` : ""}`;
}
