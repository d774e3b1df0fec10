import type { AccountReads, Group } from "../account/index.ts";
import type { Rule } from "../model/index.ts";
import type { RulesDeps } from "./rules.ts";

/** Of one group, as far as its examples tell: how many of its divergences would be hidden, and of how many it is not known. */
interface GroupPreview extends Pick<
  Group,
  "signature" | "route" | "item_kind" | "where" | "path" | "kind" | "severity"
> {
  readonly count: number;
  readonly hidden: number;
  readonly unknown: number;
  /** Divergences of the examples that were looked at. */
  readonly looked_at: number;
}

export interface Preview {
  readonly hidden: number;
  readonly unknown: number;
  /** Divergences of all groups within the rule's route and kind of item. */
  readonly of: number;
  /** Those of which it would hide any, or of which it is not known; most hidden first. */
  readonly groups: readonly GroupPreview[];
}

export interface PreviewDeps extends Pick<RulesDeps, "covers" | "wouldHide"> {
  readonly account: AccountReads;
}

/** Groups looked at, gravest first. */
const maxGroups = 10_000;

/** What a rule would hide of what was found of late: what it says of the examples kept, scaled to all that were counted. */
export async function previewOf(rule: Rule, { account, covers, wouldHide }: PreviewDeps): Promise<Preview> {
  const route = rule.route === null ? {} : { route: rule.route };
  const page = await account.groups({ ...route, offset: 0, limit: maxGroups });
  const groups = page.groups.filter((group) => isWithin(rule, group));
  const previews: GroupPreview[] = [];
  for (const group of groups) previews.push(await previewGroup(group));
  const sum = (of: (preview: GroupPreview) => number): number => previews.reduce((total, one) => total + of(one), 0);
  return {
    hidden: sum(({ hidden }) => hidden),
    unknown: sum(({ unknown }) => unknown),
    of: sum(({ count }) => count),
    groups: previews
      .filter(({ hidden, unknown }) => hidden > 0 || unknown > 0)
      .toSorted((a, b) => b.hidden - a.hidden || b.unknown - a.unknown),
  };

  async function previewGroup(group: Group): Promise<GroupPreview> {
    const { signature, route, item_kind, where, path, kind, severity, count } = group;
    // Only what it covers is worth reading.
    const wanted = covers(rule, path) ? group.examples : [];
    const records = await Promise.all(wanted.map((id) => account.exchange(id)));
    const examples = records
      .flatMap((record) => record?.items ?? [])
      .flatMap((item) => item.divergences)
      .filter((divergence) => divergence.signature === signature);
    const verdicts = examples.map((divergence) => wouldHide(rule, { route, itemKind: group.item_kind, divergence }));
    const shareOf = (wanted: string): number => verdicts.filter((one) => one === wanted).length / verdicts.length;
    const isKnown = verdicts.length > 0;
    const hidden = isKnown ? Math.round(count * shareOf("yes")) : 0;
    const notKnown = covers(rule, path) ? count : 0;
    const unknown = isKnown ? Math.min(count - hidden, Math.round(count * shareOf("unknown"))) : notKnown;
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
      unknown,
      looked_at: verdicts.length,
    };
  }
}

function isWithin(rule: Rule, group: Group): boolean {
  const { route, itemKind, where } = rule;
  const below = itemKind?.endsWith(".*") === true ? itemKind.slice(0, -1) : null;
  const isKind =
    itemKind === null || itemKind === group.item_kind || (below !== null && group.item_kind.startsWith(below));
  return isKind && (route === null || route === group.route) && (where === null || where === group.where);
}
