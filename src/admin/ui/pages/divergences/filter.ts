import { foldGroups, type Fold, type Group } from "../../../../account/index.ts";
import { isOpen, type ShownTriage } from "../../../triage.ts";
import type { View } from "../../page.ts";

/** A group with what people say of it. */
export interface ToldGroup extends Group {
  readonly triage: ShownTriage | null;
}

export const states = ["open", "expected", "bug", "fixed", "noise", "all"] as const;
export const sorts = ["weight", "share", "new", "found", "seen"] as const;
export const severities = ["critical", "major", "minor", "noise"] as const;
export const places = ["answer", "effect"] as const;

/** Which groups somebody wants to see; "" is all. */
export interface Filter {
  readonly route: string;
  readonly severity: string;
  readonly where: string;
  readonly kind: string;
  readonly text: string;
  readonly state: (typeof states)[number];
  readonly sort: (typeof sorts)[number];
  readonly offset: number;
}

export function filterOf({ query }: Pick<View, "query">): Filter {
  const offset = query("offset");
  return {
    route: query("route"),
    severity: query("severity"),
    where: query("where"),
    kind: query("kind"),
    text: query("text").trim().slice(0, 200),
    state: states.find((one) => one === query("state")) ?? "open",
    sort: sorts.find((one) => one === query("sort")) ?? "weight",
    offset: /^\d{1,6}$/.test(offset) ? Number(offset) : 0,
  };
}

/** The query of the list with something of it changed; what is as usual is left out. */
export function searchOf(filter: Filter, changes: Partial<Filter> = {}): string {
  const { state, sort, offset, ...rest } = { ...filter, ...changes };
  const search = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== ""));
  if (state !== "open") search.set("state", state);
  if (sort !== "weight") search.set("sort", sort);
  if (offset > 0) search.set("offset", String(offset));
  return search.toString();
}

/** Whether nothing is asked for but what is open. */
export function isAnything({ route, severity, where, kind, text, state }: Filter): boolean {
  return state === "open" && [route, severity, where, kind, text].every((one) => one === "");
}

/** Groups that fit, those that differ only in the kind of item together, in the order that is asked for. */
export function wantedFolds(groups: readonly ToldGroup[], filter: Filter): readonly Fold<ToldGroup>[] {
  const { route, severity, where, kind, state } = filter;
  const text = filter.text.toLowerCase();
  const fitting = groups.filter(
    (group) =>
      (route === "" || group.route === route) &&
      (severity === "" || group.severity === severity) &&
      (where === "" || group.where === where) &&
      (kind === "" || group.item_kind === kind) &&
      group.path.toLowerCase().includes(text) &&
      isIn(group, state),
  );
  return foldGroups(fitting, ({ triage }) => triage?.state ?? "").toSorted(orders[filter.sort]);
}

function isIn({ severity, triage }: ToldGroup, state: Filter["state"]): boolean {
  switch (state) {
    case "all":
      return true;
    case "noise":
      return severity === "noise";
    case "open":
      return severity !== "noise" && isOpen(triage);
    case "expected":
    case "bug":
    case "fixed":
      return triage?.state === state;
  }
}

type Order = (a: Fold<ToldGroup>, b: Fold<ToldGroup>) => number;

const gravity: Order = (a, b) => severities.indexOf(a.first.severity) - severities.indexOf(b.first.severity);
const share: Order = (a, b) => b.share - a.share;
const newest: Order = (a, b) => firstSeen(b) - firstSeen(a);

const orders: Readonly<Record<Filter["sort"], Order>> = {
  weight: (a, b) => gravity(a, b) || share(a, b) || newest(a, b),
  share: (a, b) => share(a, b) || gravity(a, b),
  new: (a, b) => newest(a, b) || gravity(a, b),
  found: (a, b) => foundIn(b) - foundIn(a) || gravity(a, b),
  seen: (a, b) => lastSeen(b) - lastSeen(a) || gravity(a, b),
};

/** When the newest of its groups was first seen; milliseconds since the epoch. */
export function firstSeen({ groups }: Fold<ToldGroup>): number {
  return Math.max(...groups.map(({ first_seen: at }) => Date.parse(at)));
}

export function lastSeen({ groups }: Fold<ToldGroup>): number {
  return Math.max(...groups.map(({ last_seen: at }) => Date.parse(at)));
}

export function foundIn({ groups }: Fold<ToldGroup>): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
