import {
  cellsName,
  instanceMs,
  isOverflow,
  ledgerOf,
  type AccountSource,
  type Cells,
  type CounterValue,
  type GroupDelta,
  type LedgerView,
} from "../account/index.ts";

export interface KeptInstance {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly pending: Readonly<Record<string, number>>;
}

interface Kept {
  readonly source: AccountSource;
  readonly counts: readonly CounterValue[];
  readonly instances: readonly KeptInstance[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function ledgerView({ source, counts, instances, now }: Kept, route: string | undefined): LedgerView {
  const ofRoute = counts.filter(({ labels }) => route === undefined || labels["route"] === route);
  const pending = instances
    .filter(({ at }) => at > now - instanceMs)
    .flatMap(({ pending: byRoute }) => Object.entries(byRoute))
    .filter(([name]) => route === undefined || name === route)
    .reduce((sum, [, n]) => sum + n, 0);
  const items = ofRoute.filter(({ name }) => name === "sombra_items_total");
  return { ...ledgerOf(items, pending), source, cells: cellsOf(ofRoute) };
}

function cellsOf(counts: readonly CounterValue[]): Cells {
  const count = (gravity: string): number =>
    sumOf(counts, (one) => one.name === cellsName && one.labels["gravity"] === gravity);
  return { compared: count("all"), critical: count("critical"), major: count("major"), minor: count("minor") };
}

/** Items compared of the route and kind of each group; of what is beyond the limit of groups, of the route. */
export function comparedBy(
  counts: readonly CounterValue[],
): (group: Pick<GroupDelta, "signature" | "route" | "itemKind">) => number {
  const compared = counts.filter(({ name }) => name === "sombra_items_compared_total");
  return (group) =>
    sumOf(
      compared,
      ({ labels }) => labels["route"] === group.route && (isOverflow(group) || labels["item_kind"] === group.itemKind),
    );
}

/** Items of the route and kind of each group that the twin did as well. */
export function twinnedBy(counts: readonly CounterValue[]): (group: Pick<GroupDelta, "route" | "itemKind">) => number {
  const twinned = counts.filter(({ name }) => name === "sombra_items_twinned_total");
  return ({ route, itemKind }) =>
    sumOf(twinned, ({ labels }) => labels["route"] === route && labels["item_kind"] === itemKind);
}

function sumOf(counts: readonly CounterValue[], fits: (count: CounterValue) => boolean): number {
  return counts.reduce((sum, count) => (fits(count) ? sum + count.value : sum), 0);
}
