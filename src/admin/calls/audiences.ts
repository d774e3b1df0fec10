import type { Context, Hono } from "hono";
import type { Edit, Json, Problem } from "../../flags/index.ts";
import { readJson } from "../body.ts";
import type { AdminDeps, FlagsInForce } from "../deps.ts";
import { readFields, shoppers } from "../fields.ts";
import { flagsNow } from "../in-force.ts";
import { invalid, problem } from "../problem.ts";
import { write } from "../write.ts";
import { resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "flags" | "write">;

/** Stored lists of shoppers that flags name. */
export function addAudiences(app: Hono, deps: Deps): void {
  resource(app, "/api/audiences", { GET: (c) => c.json({ audiences: audiencesIn(flagsNow(deps)) }) });
  const changed = (c: Context, edit: Edit): Promise<Response> =>
    write(c, { deps, order: { edits: [edit] } }, ({ version, before, after, edited }) => {
      const name = nameOf(c);
      const unchanged = edited.length === 0;
      return c.json({ name, version, before: sizeOf(before, name), after: sizeOf(after, name), unchanged });
    });
  const sent = (read: (name: string, body: Json) => Edit | readonly Problem[]) => async (c: Context) => {
    const body = await readJson(c);
    if (!body.ok) return body.refusal;
    const edit = read(nameOf(c), body.value);
    return "kind" in edit ? changed(c, edit) : invalid(c, edit);
  };
  resource(app, "/api/audiences/:name", {
    GET(c) {
      const name = nameOf(c);
      const table = flagsNow(deps).state.audiences.get(name);
      if (table === undefined) return problem(c, 404, "No audience of this name: GET /api/audiences lists them");
      return c.json({ name, members: [...table.members()] });
    },
    PUT: sent((name, body) => {
      const read = readFields(body, { members: shoppers });
      if (!read.ok) return read.problems;
      const { members } = read.fields;
      return members === undefined
        ? [{ where: "members", is: "missing", must: shoppers.must }]
        : { kind: "audience", name, members };
    }),
    PATCH: sent((name, body) => {
      const read = readFields(body, { add: shoppers, remove: shoppers });
      if (!read.ok) return read.problems;
      const { add = [], remove = [] } = read.fields;
      return { kind: "audience-members", name, add, remove };
    }),
    DELETE: (c) => changed(c, { kind: "remove-audience", name: nameOf(c) }),
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
