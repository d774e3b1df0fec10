import type { Hono } from "hono";
import type { Events } from "../../account/index.ts";
import { phaseOf } from "../../flags/index.ts";
import type { AdminDeps, FlagsInForce } from "../deps.ts";
import { entryOf, flagsNow, reachOf, tellAll, type ToldFlag } from "../in-force.ts";
import { problem } from "../problem.ts";
import type { ReadWanted } from "../read-wanted.ts";
import { write } from "../write.ts";
import { resource } from "./resource.ts";

interface Deps extends Pick<
  AdminDeps,
  "flags" | "keyOf" | "aliases" | "write" | "routes" | "book" | "flush" | "now" | "rollouts"
> {
  readonly read: ReadWanted;
}

/** What cannot be counted. */
const uncounted = -1;

/** The calls of the rollout guides, in their words (SPEC 5). */
export function addGuide(app: Hono, deps: Deps): void {
  resource(app, "/api/internal/flags/update", {
    async POST(c) {
      const routes = deps.routes().map(({ flags }) => flags);
      const wanted = await deps.read(c, { kind: "guide", routes, aliases: deps.aliases });
      if (wanted instanceof Response) return wanted;
      const key = wanted.key ?? "";
      const shadows = [...new Set(routes.filter(({ enabled }) => enabled === key).map(({ shadow }) => shadow))];
      return write(c, { deps, order: { wanted } }, ({ version, before, after, edited }) => {
        const [was = null, is = null] = tellAll([entryOf(before, key), entryOf(after, key)]);
        return c.json({
          name: key,
          version,
          before: inGuide(before, { key, told: was, shadows }),
          after: inGuide(after, { key, told: is, shadows }),
          unchanged: edited.length === 0,
        });
      });
    },
  });
  resource(app, "/rollout/:key", {
    async GET(c) {
      await deps.flush();
      const flags = flagsNow(deps);
      const key = deps.keyOf(c.req.param("key") ?? "");
      const entry = entryOf(flags, key);
      if (entry === null) return problem(c, 404, "No flag of this key or alias: GET /feature-flags lists them");
      const { enabled, percentage } = reachOf(flags, entry);
      return c.json({
        enabled,
        percentage,
        force_on_count: entry.flag.forceOn.size,
        phase: phaseOfPlan(deps, entry.flag.key) ?? phaseOf(percentage),
        ...eventsOf(deps.book.events(deps.now())),
      });
    },
  });
}

/** The phase that a rollout has the flag in; null: none does. */
function phaseOfPlan({ rollouts }: Pick<Deps, "rollouts">, key: string): string | null {
  for (const { rollout } of rollouts.known()) {
    const { plan, status } = rollout;
    const isUnder = status.name === "running" || status.name === "paused" || status.name === "error-paused";
    if (isUnder && plan.flag === key) return plan.phases[status.phase]?.name ?? null;
  }
  return null;
}

/** Whichever flag is asked for: events say of no flag that they come of it. What nobody declares cannot be counted. */
function eventsOf(events: Events | null): object {
  if (events === null) return { events_last_hour: uncounted, events_by_type: {} };
  const { counts, since } = events;
  const bySide = Map.groupBy(counts, ({ side }) => side);
  return {
    events_last_hour: counts.reduce((sum, { n }) => sum + n, 0),
    events_by_type: byType(counts),
    events_by_side: Object.fromEntries([...bySide].map(([side, ofSide]) => [side, byType(ofSide)])),
    events_since: new Date(since).toISOString(),
  };
}

function byType(counts: Events["counts"]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { type, n } of counts) sums.set(type, (sums.get(type) ?? 0) + n);
  return Object.fromEntries(sums);
}

interface InGuide {
  readonly key: string;
  readonly told: ToldFlag | null;
  readonly shadows: readonly string[];
}

/** A flag in the fields of the guide's form. `active`: there is a record of it. */
function inGuide(flags: FlagsInForce, { key, told, shadows }: InGuide): object {
  const { allowlist_count, denylist_count, members_truncated } = told ?? {};
  return {
    enabled: told?.enabled ?? null,
    ...shadowModes(flags, shadows),
    allowlist: told?.allowlist ?? null,
    denylist: told?.denylist ?? [],
    percent_rollout: told?.percent ?? null,
    active: flags.state.flags.has(key),
    ...(members_truncated === true ? { allowlist_count, denylist_count, members_truncated } : {}),
  };
}

/** Routes that share their `enabled` flag may have a shadow flag each: `shadow_mode` is what they agree on, else null. */
function shadowModes(flags: FlagsInForce, shadows: readonly string[]): object {
  const modes = shadows.map((key) => [key, entryOf(flags, key)?.flag.enabled ?? null] as const);
  const [[, first] = ["", null]] = modes;
  if (modes.length === 0) return {};
  const shared = modes.every(([, mode]) => mode === first) ? first : null;
  return { shadow_mode: shared, ...(modes.length > 1 ? { shadow_modes: Object.fromEntries(modes) } : {}) };
}
