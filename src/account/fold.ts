/** What is known of a group where groups are folded. */
export interface Foldable {
  readonly route: string;
  readonly item_kind: string;
  readonly where: string;
  readonly path: string;
  readonly kind: string;
  readonly change?: string | undefined;
  readonly severity: string;
  readonly count: number;
  readonly items: number;
  readonly in_items?: number | undefined;
}

/** Groups that are the same in all but the kind of item. */
export interface Fold<Group extends Foldable> {
  /** The gravest of its groups, and of those the one that most items are in. */
  readonly first: Group;
  /** Gravest first, then by items. */
  readonly groups: readonly Group[];
  /** 0 to 1, of the items of all those kinds. */
  readonly share: number;
}

const severities = ["critical", "major", "minor", "noise"];

/** Gravest first, then by share. `apart`: groups of which it says different things stay apart. */
export function foldGroups<Group extends Foldable>(
  groups: readonly Group[],
  apart: (group: Group) => string = () => "",
): readonly Fold<Group>[] {
  const same = Map.groupBy(groups, (group) => {
    const { route, where, path, kind, change } = group;
    return JSON.stringify([route, where, path, kind, change, apart(group)]);
  });
  return [...same.values()].flatMap((of) => foldOf(of)).toSorted(byGravity);
}

/** Each group by itself, in the same order. */
export function eachGroup<Group extends Foldable>(groups: readonly Group[]): readonly Fold<Group>[] {
  return groups.flatMap((group) => foldOf([group])).toSorted(byGravity);
}

function foldOf<Group extends Foldable>(of: readonly Group[]): readonly Fold<Group>[] {
  const groups = of.toSorted((a, b) => gravityOf(a) - gravityOf(b) || foundIn(b) - foundIn(a));
  const [first] = groups;
  if (first === undefined) return [];
  const sum = (number: (group: Group) => number): number => groups.reduce((total, group) => total + number(group), 0);
  const compared = sum(({ items }) => items);
  return [{ first, groups, share: compared === 0 ? 0 : Math.min(1, sum(foundIn) / compared) }];
}

/** How many items it was found in. */
function foundIn({ in_items: found, count }: Foldable): number {
  return found ?? count;
}

function gravityOf({ severity }: Foldable): number {
  return severities.indexOf(severity);
}

function byGravity(a: Fold<Foldable>, b: Fold<Foldable>): number {
  return gravityOf(a.first) - gravityOf(b.first) || b.share - a.share;
}

/** How grave it is; where not all kinds of items are alike, how many are how grave. */
export function severityText({ first, groups }: Fold<Foldable>): string {
  const mixed = Map.groupBy(groups, ({ severity }) => severity);
  if (mixed.size < 2) return first.severity;
  return [...mixed].map(([severity, of]) => `${severity} ${of.length}`).join(", ");
}

/** The first kinds of items, each with how many of it differ so, of how many; then how many kinds more there are. */
export function kindsText({ groups }: Fold<Foldable>, shown: number): string {
  const kinds = groups.map((group) => `${group.item_kind} ${foundIn(group)}/${group.items}`);
  const more = kinds.length - shown;
  return kinds.slice(0, shown).join(", ") + (more > 0 ? `, +${more} more` : "");
}
