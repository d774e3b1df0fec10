import type { Context, Hono } from "hono";
import type { AdminDeps, FlagsInForce } from "../deps.ts";
import { fewMembers, flagsNow, mostMembers } from "../in-force.ts";
import { problem } from "../problem.ts";
import type { ReadWanted } from "../read-wanted.ts";
import { wantedOf, type Wanted } from "../wanted.ts";
import { write } from "../write.ts";
import { addAudienceMembers } from "./members.ts";
import { resource } from "./resource.ts";

interface Deps extends Pick<AdminDeps, "flags" | "write"> {
  readonly read: ReadWanted;
}

/** Stored lists of shoppers that flags name. */
export function addAudiences(app: Hono, deps: Deps): void {
  resource(app, "/api/audiences", { GET: (c) => c.json({ audiences: audiencesIn(flagsNow(deps)) }) });
  const changed = (c: Context, wanted: Wanted): Promise<Response> =>
    write(c, { deps, order: { wanted } }, ({ version, before, after, edited }) => {
      const name = nameOf(c);
      const unchanged = edited.length === 0;
      return c.json({ name, version, before: sizeOf(before, name), after: sizeOf(after, name), unchanged });
    });
  const sent = (kind: "audience" | "audience-members") => async (c: Context) => {
    const wanted = await deps.read(c, { kind, name: nameOf(c) });
    return wanted instanceof Response ? wanted : changed(c, wanted);
  };
  addAudienceMembers(app, deps);
  resource(app, "/api/audiences/:name", {
    GET(c) {
      const name = nameOf(c);
      const table = flagsNow(deps).state.audiences.get(name);
      if (table === undefined) return problem(c, 404, "No audience of this name: GET /api/audiences lists them");
      if (table.size <= mostMembers) return c.json({ name, members: table.first(mostMembers) });
      return c.json({ name, members: table.first(fewMembers), count: table.size, members_truncated: true });
    },
    PUT: sent("audience"),
    PATCH: sent("audience-members"),
    DELETE: (c) => changed(c, wantedOf([{ kind: "remove-audience", name: nameOf(c) }])),
  });
}

export function audiencesIn({ state }: FlagsInForce): readonly { readonly name: string; readonly count: number }[] {
  return [...state.audiences].map(([name, table]) => ({ name, count: table.size }));
}

function nameOf(c: Context): string {
  return c.req.param("name") ?? "";
}

/** null: it is not stored. */
function sizeOf({ state }: FlagsInForce, name: string): number | null {
  return state.audiences.get(name)?.size ?? null;
}
