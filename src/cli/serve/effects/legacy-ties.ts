/** Whether what legacy sends is known to be tied to its exchange by more than its recipient. */
export type Tie = "tied" | "untied";

/** How legacy's sends are tied on each route: reverse shadow can tell those of a shadowed legacy by that alone. */
export interface LegacyTies {
  /** null: not seen yet. */
  of(route: string): Tie | null;
  /** Routes whose sends are tied. */
  readonly tied: readonly string[];
  /** Routes whose sends were seen here not to be. */
  readonly untied: readonly string[];
  /**
   * Legacy sent something. What that changes about what was seen before; null: nothing. `doubled`: untied, a customer
   * got in reverse shadow what the candidate had sent.
   */
  sent(route: string, tied: boolean, doubled?: boolean): "lost" | "regained" | null;
  /** One that counted as doubled was that of somebody who writes for themselves: it says nothing. */
  takeBack(route: string): void;
  /** What other instances say now: untied there is untied here too, until they take it back. */
  heard(others: Pick<LegacyTies, "tied" | "untied">): void;
  /** For a file. */
  readonly text: string | null;
}

/** Sends of a route that are looked back at. */
const lookedBack = 20;
/** Sends that make a rule: fewer may be chance, or somebody's who writes from legacy's inbox. */
const enough = 3;
/** Sends of a route among which so many that doubled the candidate's end its reverse shadow. */
const doubledBack = 100;

interface Look {
  readonly tied: boolean;
  readonly doubled: boolean;
}

export function createLegacyTies(remembered: string | null, changed: (ties: LegacyTies) => void): LegacyTies {
  const byRoute = tiesIn(remembered);
  const looks = new Map<string, Look[]>();
  const set = (route: string, tie: Tie): void => {
    byRoute.set(route, tie);
    // What doubled before has had its consequence.
    looks.set(
      route,
      (looks.get(route) ?? []).map(({ tied }) => ({ tied, doubled: false })),
    );
    changed(ties);
  };
  let untiedElsewhere: ReadonlySet<string> = new Set();
  const ownOf = (wanted: Tie): readonly string[] =>
    [...byRoute].flatMap(([route, tie]) => (tie === wanted ? [route] : []));
  const ties: LegacyTies = {
    of: (route) => (untiedElsewhere.has(route) ? "untied" : (byRoute.get(route) ?? null)),
    get tied() {
      return ownOf("tied").filter((route) => !untiedElsewhere.has(route));
    },
    get untied() {
      return ownOf("untied");
    },
    sent(route, tied, doubled = false) {
      const all = looks.get(route) ?? [];
      looks.set(route, all);
      all.push({ tied, doubled });
      if (all.length > doubledBack) all.shift();
      const last = all.slice(-lookedBack);
      const untied = last.filter((one) => !one.tied).length;
      const few = untied * 10 <= last.length;
      const doubles = all.filter((one) => one.doubled).length;
      const before = byRoute.get(route);
      if (before === "tied" && (doubles >= enough || (untied >= enough && !few))) {
        set(route, "untied");
        return "lost";
      }
      if (before === "tied" || last.length < enough || !few) return null;
      set(route, "tied");
      return before === "untied" ? "regained" : null;
    },
    takeBack(route) {
      const all = looks.get(route) ?? [];
      const at = all.findLastIndex(({ doubled }) => doubled);
      if (at >= 0) all.splice(at, 1);
    },
    heard({ tied, untied }) {
      const before = untiedElsewhere;
      untiedElsewhere = new Set(untied);
      const isNews = before.size !== untiedElsewhere.size || untied.some((route) => !before.has(route));
      for (const route of tied) if (!byRoute.has(route) && !untiedElsewhere.has(route)) set(route, "tied");
      if (isNews) changed(ties);
    },
    get text() {
      return byRoute.size === 0 ? null : [...byRoute].map(([route, tie]) => `${tie} ${route}`).join("\n");
    },
  };
  return ties;
}

/** A line for each route; what cannot be read was not seen. */
export function tiesIn(text: string | null): Map<string, Tie> {
  const known = new Map<string, Tie>();
  for (const line of text?.split("\n") ?? []) {
    const [, tie, route] = /^(tied|untied) (.+)$/.exec(line) ?? [];
    if (route !== undefined && (tie === "tied" || tie === "untied")) known.set(route, tie);
  }
  return known;
}

export function tiedText(route: string): string {
  return `What legacy sends on route ${route} is tied to its exchange: reverse shadow may be switched on`;
}

export function untiedText(route: string): string {
  return `What legacy sends on route ${route} is tied to its exchange by its recipient alone: in reverse shadow it would go out, so that legacy gets nothing there until it passes traceparent on`;
}
