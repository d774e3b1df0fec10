import type { Context } from "hono";
import { anyReasonOf } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import type { EditForm } from "../edits.ts";
import { etag, expectedVersion } from "../etag.ts";
import { entryOf, flagsNow, isCut, tellAll } from "../in-force.ts";
import type { ReadWanted } from "../read-wanted.ts";
import { wantedOf, type Wanted } from "../wanted.ts";
import { movedMembers, write, type Written } from "../write.ts";

interface Deps extends Pick<AdminDeps, "flags" | "keyOf" | "aliases" | "write"> {
  readonly read: ReadWanted;
}

/** The whole flag (`put`), or what is said of it (`patch`), in any form that flags are written in (SPEC 3). */
export function changeFlag(c: Context, deps: Deps, kind: "put" | "patch"): Promise<Response> {
  return withBody(c, deps, { kind, key: keyOf(c, deps) });
}

export function changeMembers(c: Context, deps: Deps): Promise<Response> {
  return withBody(c, deps, { kind: "members", key: keyOf(c, deps) });
}

export function removeFlag(c: Context, deps: Deps): Promise<Response> {
  return changeOne(c, deps, { wanted: wantedOf([{ kind: "remove", key: keyOf(c, deps) }]) });
}

/** Of a body that cannot be read nothing is said: it keeps nobody from killing. */
export async function killFlag(c: Context, deps: Deps): Promise<Response> {
  const reason = await anyReasonOf(c);
  return changeOne(c, deps, { wanted: wantedOf([{ kind: "kill", key: keyOf(c, deps) }]), reason, breakGlass: false });
}

/** Several flags in one write; `If-Match` is about the version of everything. */
export async function changeFlags(c: Context, deps: Deps): Promise<Response> {
  const wanted = await deps.read(c, { kind: "flags", aliases: deps.aliases });
  if (wanted instanceof Response) return wanted;
  const seen = expectedVersion(c, flagsNow(deps).snapshot.version);
  if (!seen.ok) return seen.refusal;
  const expect = seen.version === null ? {} : { version: seen.version };
  return write(c, { deps, order: { wanted, expect, seen } }, (written) => {
    const { changes, cut } = changesOf(written, wanted.keys);
    c.header("etag", etag(written.version, cut));
    return c.json({ version: written.version, changes });
  });
}

async function withBody(c: Context, deps: Deps, form: EditForm): Promise<Response> {
  const wanted = await deps.read(c, form);
  return wanted instanceof Response ? wanted : changeOne(c, deps, { wanted });
}

interface OneFlag {
  readonly wanted: Wanted;
  readonly reason?: string | null | undefined;
  readonly breakGlass?: boolean;
}

/** `If-Match` is about the version of this flag. */
async function changeOne(c: Context, deps: Deps, { wanted, reason, breakGlass }: OneFlag): Promise<Response> {
  const key = keyOf(c, deps);
  const seen = expectedVersion(c, flagsNow(deps).state.flags.get(key)?.version ?? 0);
  if (!seen.ok) return seen.refusal;
  const expect = seen.version === null ? {} : { flags: { [key]: seen.version } };
  return write(c, { deps, order: { wanted, expect, seen, reason, breakGlass } }, (written) => {
    const { changes, cut } = changesOf(written, [key]);
    c.header("etag", etag(written.after.state.flags.get(key)?.version ?? 0, cut));
    return c.json({ version: written.version, ...changes[0] });
  });
}

/** Each flag before and after, and how many members came and went. `cut`: not every member is told. */
function changesOf(written: Written, keys: readonly string[]) {
  const { before, after, edited } = written;
  const told = tellAll(keys.flatMap((key) => [entryOf(before, key), entryOf(after, key)]));
  const changes = keys.map((key, index) => ({
    key,
    before: told[2 * index],
    after: told[2 * index + 1],
    unchanged: edited.every(({ subject }) => subject !== key),
    members: movedMembers(written, key),
  }));
  return { changes, cut: isCut(told) };
}

function keyOf(c: Context, deps: Deps): string {
  return deps.keyOf(c.req.param("key") ?? "");
}
