import type { Hono } from "hono";
import { canBeOn, parseGuideForm, percentageOf, phaseOf } from "../../flags/index.ts";
import { readJson } from "../body.ts";
import type { AdminDeps, FlagEntry, FlagsInForce } from "../deps.ts";
import { entryOf, flagsNow, tellKey } from "../in-force.ts";
import { invalid, problem } from "../problem.ts";
import { write } from "../write.ts";
import { resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "flags" | "keyOf" | "write" | "routes">;

/** What cannot be counted. */
const uncounted = -1;

/** The calls of the rollout guides, in their words (SPEC 5). */
export function addGuide(app: Hono, deps: Deps): void {
  resource(app, "/api/internal/flags/update", {
    async POST(c) {
      const body = await readJson(c);
      if (!body.ok) return body.refusal;
      const routes = deps.routes().map(({ flags }) => flags);
      const form = parseGuideForm(body.value, { routes, keyOf: deps.keyOf });
      if (!form.ok) return invalid(c, form.problems);
      const { key, edits } = form;
      const shadow = routes.find(({ enabled }) => enabled === key)?.shadow ?? null;
      return write(c, { deps, order: { edits } }, ({ version, before, after, edited }) =>
        c.json({
          name: key,
          version,
          before: inGuide(before, key, shadow),
          after: inGuide(after, key, shadow),
          unchanged: edited.length === 0,
        }),
      );
    },
  });
  resource(app, "/rollout/:key", {
    GET(c) {
      const flags = flagsNow(deps);
      const key = deps.keyOf(c.req.param("key") ?? "");
      const entry = entryOf(flags, key);
      if (entry === null) return problem(c, 404, "No flag of this key or alias: GET /feature-flags lists them");
      const { enabled, percentage } = reachOf(flags, entry);
      return c.json({
        enabled,
        percentage,
        force_on_count: entry.flag.forceOn.size,
        phase: phaseOf(percentage),
        events_last_hour: uncounted,
        events_by_type: {},
      });
    },
  });
}

/** Whether a flag is on for somebody, and for what share of all, in the role it has and with what overrides it. */
function reachOf({ snapshot }: FlagsInForce, { flag }: FlagEntry) {
  const { key } = flag;
  const failOn = snapshot.roles.get(key)?.failOn === true;
  const compiled = snapshot.flags.get(key);
  if (compiled === undefined || snapshot.killed || (!failOn && snapshot.forceOff.has(key))) {
    return { enabled: false, percentage: 0 };
  }
  return {
    enabled: compiled.enabled !== false && canBeOn(compiled, failOn),
    percentage: percentageOf({ ...flag, default: flag.default || failOn }),
  };
}

/** A flag in the fields of the guide's form. `active`: there is a record of it. */
function inGuide(flags: FlagsInForce, key: string, shadow: string | null): object {
  const flag = tellKey(flags, key);
  return {
    enabled: flag?.enabled ?? null,
    ...(shadow === null ? {} : { shadow_mode: tellKey(flags, shadow)?.enabled ?? null }),
    allowlist: flag?.allowlist ?? null,
    denylist: flag?.denylist ?? [],
    percent_rollout: flag?.percent ?? null,
    active: flags.state.flags.has(key),
  };
}
