import type { Mutation } from "./pair.ts";
import type { HiddenBy, Trial } from "./trial.ts";

/** What has come of mutations so far. */
export interface Report {
  /** Found of all that count; null: nothing was tried. */
  readonly sensitivity: number | null;
  readonly routes: readonly (Counted & { readonly route: string; readonly sensitivity: number })[];
  readonly mutations: readonly (Counted & { readonly mutation: Mutation })[];
  /** What was not found, most often hidden first. */
  readonly hidden: readonly Hidden[];
  /** What was left out, as masks of a rule take too long to be tried beside the traffic. In no share. */
  readonly untried: readonly Untried[];
}

export interface Untried {
  readonly rule: string;
  readonly route: string;
  readonly count: number;
}

export interface Counted {
  readonly tried: number;
  readonly found: number;
}

/** Mutations that something kept from being found. */
export interface Hidden {
  readonly by: HiddenBy["by"];
  /** The rule's id or the class's word; null: neither hides it, the comparison does not see it. */
  readonly name: string | null;
  readonly route: string;
  readonly count: number;
  /** The last of them. */
  readonly mutation: Mutation;
  readonly place: string;
}

/** Adds up what comes of mutations. */
export interface Score {
  add(route: string, trial: Trial): void;
  /** Share found of the last trials of each route that was tried. */
  sensitivities(): ReadonlyMap<string, number>;
  report(): Report;
}

/** What is hidden by so many different things is told of the first. */
const MAX_HIDDEN = 100;

/** `last`: so many trials of a route make its sensitivity. */
export function createScore(last = 200): Score {
  const byRoute = new Map<string, { tried: number; found: number; readonly last: boolean[] }>();
  const byMutation = new Map<Mutation, { tried: number; found: number }>();
  const hidden = new Map<string, Hidden>();
  const untried = new Map<string, Untried>();
  const sensitivities: Score["sensitivities"] = () =>
    new Map([...byRoute].map(([route, counted]) => [route, shareOf(counted.last)]));
  return {
    sensitivities,
    add(route, trial) {
      if (trial.found === null) {
        const { rule } = trial;
        const key = `${route}\n${rule}`;
        if (!untried.has(key) && untried.size >= MAX_HIDDEN) return;
        untried.set(key, { rule, route, count: (untried.get(key)?.count ?? 0) + 1 });
        return;
      }
      const ofRoute = byRoute.get(route) ?? { tried: 0, found: 0, last: [] };
      const ofMutation = byMutation.get(trial.what) ?? { tried: 0, found: 0 };
      for (const counted of [ofRoute, ofMutation]) {
        counted.tried += 1;
        if (trial.found) counted.found += 1;
      }
      ofRoute.last.push(trial.found);
      if (ofRoute.last.length > last) ofRoute.last.shift();
      byRoute.set(route, ofRoute);
      byMutation.set(trial.what, ofMutation);
      if (trial.found) return;
      const { hiddenBy, what: mutation, place } = trial;
      const name = nameOf(hiddenBy);
      const key = `${route}\n${hiddenBy.by}\n${name ?? ""}`;
      const before = hidden.get(key);
      if (before === undefined && hidden.size >= MAX_HIDDEN) return;
      hidden.set(key, { by: hiddenBy.by, name, route, count: (before?.count ?? 0) + 1, mutation, place });
    },
    report: () => ({
      sensitivity: byRoute.size === 0 ? null : shareOf([...byRoute.values()].flatMap((counted) => counted.last)),
      routes: [...byRoute].map(([route, { tried, found, last: trials }]) => {
        return { route, tried, found, sensitivity: shareOf(trials) };
      }),
      mutations: [...byMutation].map(([mutation, { tried, found }]) => ({ mutation, tried, found })),
      hidden: [...hidden.values()].toSorted((one, other) => other.count - one.count),
      untried: [...untried.values()].toSorted((one, other) => other.count - one.count),
    }),
  };
}

function shareOf(trials: readonly boolean[]): number {
  return trials.filter(Boolean).length / trials.length;
}

function nameOf(hiddenBy: HiddenBy): string | null {
  switch (hiddenBy.by) {
    case "rule":
      return hiddenBy.rule;
    case "class":
      return hiddenBy.class;
    case "comparison":
      return null;
  }
}
