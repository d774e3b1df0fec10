import type { Context } from "hono";
import { parseForm, type Edit, type Json, type Problem } from "../../flags/index.ts";
import { anyReasonOf, readJson } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { etag, expectedVersion } from "../etag.ts";
import { named, oneOf, readFields, shoppers } from "../fields.ts";
import { flagsNow, tellKey } from "../in-force.ts";
import { invalid } from "../problem.ts";
import { write, type Written } from "../write.ts";

type Deps = Pick<AdminDeps, "flags" | "keyOf" | "write">;

/** The whole flag (`put`), or what is said of it (`patch`), in any form that flags are written in (SPEC 3). */
export function changeFlag(c: Context, deps: Deps, kind: "put" | "patch"): Promise<Response> {
  return withBody(c, (body) => {
    const key = keyOf(c, deps);
    const form = parseForm(body, key);
    return form.ok ? changeOne(c, deps, { kind, key, ...form.said }) : invalid(c, form.problems);
  });
}

export function removeFlag(c: Context, deps: Deps): Promise<Response> {
  return changeOne(c, deps, { kind: "remove", key: keyOf(c, deps) });
}

/** Of a body that cannot be read nothing is said: it keeps nobody from killing. */
export async function killFlag(c: Context, deps: Deps): Promise<Response> {
  const reason = await anyReasonOf(c);
  return changeOne(c, deps, { kind: "kill", key: keyOf(c, deps) }, reason);
}

const flagsForm = named('flags by key, as in {"flags": {"KEY": {"percent": 5}}}');
const memberForms = { list: oneOf("allowlist", "denylist", "forceOn"), add: shoppers, remove: shoppers };

export function changeMembers(c: Context, deps: Deps): Promise<Response> {
  return withBody(c, (body) => {
    const read = readFields(body, memberForms);
    if (!read.ok) return invalid(c, read.problems);
    const { list, add = [], remove = [] } = read.fields;
    if (list === undefined) return invalid(c, [{ where: "list", is: "missing", must: memberForms.list.must }]);
    return changeOne(c, deps, { kind: "members", key: keyOf(c, deps), list, add, remove });
  });
}

/** Several flags in one write; `If-Match` is about the version of everything. */
export function changeFlags(c: Context, deps: Deps): Promise<Response> {
  return withBody(c, async (body) => {
    const read = editsOf(body, deps);
    if (!read.ok) return invalid(c, read.problems);
    const expected = expectedVersion(c, flagsNow(deps).snapshot.version);
    if (!expected.ok) return expected.refusal;
    const expect = expected.version === null ? {} : { version: expected.version };
    return write(c, { deps, order: { edits: read.edits, expect } }, (written) => {
      c.header("etag", etag(written.version));
      return c.json({ version: written.version, changes: read.edits.map(({ key }) => changeOf(written, key)) });
    });
  });
}

type FlagEdit = Extract<Edit, { readonly key: string }>;

type ReadEdits =
  | { readonly ok: true; readonly edits: readonly FlagEdit[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function editsOf(body: Json, deps: Deps): ReadEdits {
  const read = readFields(body, { flags: flagsForm });
  if (!read.ok) return read;
  const { flags } = read.fields;
  if (flags === undefined) return { ok: false, problems: [{ where: "flags", is: "missing", must: flagsForm.must }] };
  const forms = Object.entries(flags).map(([name, said]) => {
    const key = deps.keyOf(name);
    return { key, form: parseForm(said, key) };
  });
  const problems = forms.flatMap(({ form }) => (form.ok ? [] : form.problems));
  if (problems.length > 0) return { ok: false, problems };
  const edits = forms.flatMap(({ key, form }): FlagEdit[] => (form.ok ? [{ kind: "patch", key, ...form.said }] : []));
  return { ok: true, edits };
}

/** `If-Match` is about the version of this flag. */
async function changeOne(c: Context, deps: Deps, edit: FlagEdit, reason?: string | null): Promise<Response> {
  const { key } = edit;
  const expected = expectedVersion(c, flagsNow(deps).state.flags.get(key)?.version ?? 0);
  if (!expected.ok) return expected.refusal;
  const expect = expected.version === null ? {} : { flags: { [key]: expected.version } };
  return write(c, { deps, order: { edits: [edit], expect, reason } }, (written) => {
    c.header("etag", etag(written.after.state.flags.get(key)?.version ?? 0));
    return c.json({ version: written.version, ...changeOf(written, key) });
  });
}

function changeOf({ before, after, edited }: Written, key: string): object {
  const unchanged = edited.every(({ subject }) => subject !== key);
  return { key, before: tellKey(before, key), after: tellKey(after, key), unchanged };
}

async function withBody(c: Context, then: (body: Json) => Response | Promise<Response>): Promise<Response> {
  const body = await readJson(c);
  return body.ok ? then(body.value) : body.refusal;
}

function keyOf(c: Context, deps: Deps): string {
  return deps.keyOf(c.req.param("key") ?? "");
}
