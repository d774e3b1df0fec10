import type { AccountReads, Group } from "../account/index.ts";
import type { Rule } from "../model/index.ts";
import type { RulesDeps } from "./rules.ts";

/** Of one group, as far as its examples tell: how many of its divergences would be hidden, and of how many it is not known. */
interface GroupPreview extends Pick<
  Group,
  "signature" | "route" | "item_kind" | "where" | "path" | "kind" | "severity"
> {
  /** What counts without the rule. */
  readonly count: number;
  readonly hidden: number;
  /** Beside them: noise without the rule. */
  readonly already: number;
  readonly unknown: number;
  /** Divergences of the examples that were looked at. */
  readonly looked_at: number;
}

export interface Preview {
  /** What was found before is not looked at, and neither is more of a group than its latest 48 hours in which it was found. */
  readonly since: string;
  readonly hidden: number;
  readonly already: number;
  readonly unknown: number;
  /** Divergences that count without the rule, of all groups within its route and kind of item. */
  readonly of: number;
  /** Those of which it would hide any, or that are hidden, or of which it is not known; most hidden first. */
  readonly groups: readonly GroupPreview[];
}

export interface PreviewDeps extends Pick<RulesDeps, "covers" | "wouldHide"> {
  readonly account: AccountReads;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const daysMs = 7 * 24 * 3_600_000;
const hourMs = 3_600_000;

/** Groups looked at, gravest first. */
const maxGroups = 10_000;

/** What a rule would hide of what was found of late: what it says of the examples kept, scaled to all that were counted. */
export async function previewOf(rule: Rule, { account, covers, wouldHide, now }: PreviewDeps): Promise<Preview> {
  // Groups are counted by the hour.
  const since = Math.floor((now() - daysMs) / hourMs) * hourMs;
  const route = rule.route === null ? {} : { route: rule.route };
  const page = await account.groups({ ...route, since, offset: 0, limit: maxGroups });
  const groups = page.groups.filter((group) => isWithin(rule, group));
  const previews: GroupPreview[] = [];
  for (const group of groups) previews.push(await previewGroup(group));
  const sum = (of: (preview: GroupPreview) => number): number => previews.reduce((total, one) => total + of(one), 0);
  return {
    since: new Date(since).toISOString(),
    hidden: sum(({ hidden }) => hidden),
    already: sum(({ already }) => already),
    unknown: sum(({ unknown }) => unknown),
    of: sum(({ count }) => count),
    groups: previews
      .filter(({ hidden, already, unknown }) => hidden + already + unknown > 0)
      .toSorted((a, b) => b.hidden - a.hidden || b.unknown - a.unknown),
  };

  async function previewGroup(group: Group): Promise<GroupPreview> {
    const { signature, route, item_kind, where, path, kind, severity } = group;
    const count = countSince(group, since);
    const isCovered = covers(rule, path);
    // Only what it covers is worth reading.
    const wanted = isCovered ? group.examples : [];
    const records = await Promise.all(wanted.map((id) => account.exchange(id)));
    const examples = records
      .filter((record) => record !== null && record.receivedAt >= since)
      .flatMap((record) => record?.items ?? [])
      .flatMap((item) => item.divergences)
      .filter((divergence) => divergence.signature === signature);
    const verdicts = examples.map((divergence) => wouldHide(rule, { route, itemKind: group.item_kind, divergence }));
    const counting = verdicts.filter((one) => one !== "already");
    const scaled = (to: ReturnType<typeof wouldHide>): number =>
      Math.round((count * counting.filter((one) => one === to).length) / counting.length);
    const isKnown = counting.length > 0;
    const hidden = isKnown ? scaled("yes") : 0;
    const unknown = isKnown ? Math.min(count - hidden, scaled("unknown")) : isCovered ? count : 0;
    const already = isCovered ? noiseSince(group, since) : 0;
    return {
      signature,
      route,
      item_kind,
      where,
      path,
      kind,
      severity,
      count,
      hidden,
      already,
      unknown,
      looked_at: verdicts.length,
    };
  }
}

/** Noise is not counted by the hour: it is taken to have come evenly. */
function noiseSince({ noise, first_seen, last_seen }: Group, since: number): number {
  const [first, last] = [Date.parse(first_seen), Date.parse(last_seen)];
  if (first >= since) return noise;
  return last <= since ? 0 : Math.round((noise * (last - since)) / (last - first));
}

/** Found since then and no noise, as far as it is kept by the hour. */
function countSince({ trend }: Group, since: number): number {
  return trend.reduce((sum, { hour, count }) => (Date.parse(hour) >= since ? sum + count : sum), 0);
}

/** Whether a rule speaks of the route, kind of item and place of a group, whatever its path. */
export function isWithin(rule: Omit<Rule, "source">, group: Group): boolean {
  const { route, itemKind, where } = rule;
  const below = itemKind?.endsWith(".*") === true ? itemKind.slice(0, -1) : null;
  const isKind =
    itemKind === null || itemKind === group.item_kind || (below !== null && group.item_kind.startsWith(below));
  return isKind && (route === null || route === group.route) && (where === null || where === group.where);
}
