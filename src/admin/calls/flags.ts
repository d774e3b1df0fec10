import type { Context, Hono } from "hono";
import { explain } from "../../flags/index.ts";
import type { AdminDeps } from "../deps.ts";
import { etag } from "../etag.ts";
import { entryOf, flagsNow, isCut, tellAll } from "../in-force.ts";
import { problem } from "../problem.ts";
import type { ReadWanted } from "../read-wanted.ts";
import { audiencesIn } from "./audiences.ts";
import { changeFlag, changeFlags, changeMembers, killFlag, removeFlag } from "./flag-writes.ts";
import { addFlagMembers } from "./members.ts";
import { givenQuery, resource } from "./resource.ts";

interface Deps extends Pick<AdminDeps, "flags" | "keyOf" | "aliases" | "write"> {
  readonly read: ReadWanted;
}

/** What flags are, what they say of a shopper and why, and how they are changed. */
export function addFlags(app: Hono, deps: Deps): void {
  resource(app, "/feature-flags", { GET: (c) => c.json({ flags: tellAll(flagsNow(deps).entries) }) });
  resource(app, "/feature-flags/:key", {
    GET: explained(deps, ({ bucket, enabled, reason, version, source, settings }) => {
      return { enabled, reason, bucket, version, source, settings };
    }),
  });
  resource(app, "/api/flags", {
    GET(c) {
      const flags = flagsNow(deps);
      const { version } = flags.snapshot;
      const told = tellAll(flags.entries);
      c.header("etag", etag(version, isCut(told)));
      return c.json({ version, store: flags.store, flags: told, audiences: audiencesIn(flags) });
    },
    PATCH: (c) => changeFlags(c, deps),
  });
  resource(app, "/api/flags/:key", {
    GET(c) {
      const flags = flagsNow(deps);
      const key = deps.keyOf(c.req.param("key") ?? "");
      const entry = entryOf(flags, key);
      if (entry === null) return unknownFlag(c);
      const told = tellAll([entry]);
      c.header("etag", etag(flags.state.flags.get(key)?.version ?? 0, isCut(told)));
      return c.json(told[0]);
    },
    PUT: (c) => changeFlag(c, deps, "put"),
    PATCH: (c) => changeFlag(c, deps, "patch"),
    DELETE: (c) => removeFlag(c, deps),
  });
  addFlagMembers(app, deps);
  resource(app, "/api/flags/:key/members", { POST: (c) => changeMembers(c, deps) });
  resource(app, "/api/flags/:key/kill", { POST: (c) => killFlag(c, deps) });
  resource(app, "/api/flags/:key/explain", { GET: explained(deps, (explanation) => explanation) });
}

function explained(deps: Deps, told: (explanation: NonNullable<ReturnType<typeof explain>>) => object) {
  return (c: Context): Response => {
    const key = deps.keyOf(c.req.param("key") ?? "");
    const [shopper = null] = givenQuery(c, "shopper_id", "user_id");
    const explanation = explain(flagsNow(deps).snapshot, key, shopper);
    return explanation === null ? unknownFlag(c) : c.json({ key, ...told(explanation) });
  };
}

function unknownFlag(c: Context): Response {
  return problem(c, 404, "No flag of this key: GET /feature-flags lists them");
}
