import { setImmediate } from "node:timers/promises";
import type { Context, Hono } from "hono";
import type { Problem, ShopperTable } from "../../flags/index.ts";
import type { AdminDeps, FlagsInForce } from "../deps.ts";
import { etag } from "../etag.ts";
import { entryOf, flagsNow, listNames } from "../in-force.ts";
import { invalid, problem } from "../problem.ts";
import { givenQuery, resource } from "./resource.ts";

const usualLimit = 1_000;
const maxLimit = 10_000;
/** Read without a break: some 1 ms. */
const atOnce = 1_000;

/** The lists of a flag, page by page. */
export function addFlagMembers(app: Hono, deps: Pick<AdminDeps, "flags" | "keyOf">): void {
  resource(app, "/api/flags/:key/lists/:list", {
    async GET(c) {
      const key = deps.keyOf(c.req.param("key") ?? "");
      const name = listNames.find((one) => one === c.req.param("list"));
      if (name === undefined) return problem(c, 404, `No list of this name: there are ${listNames.join(", ")}`);
      const asked = askedOf(c);
      if (asked instanceof Response) return asked;
      const flags = flagsAt(deps, asked.version, (now) => entryOf(now, key)?.flag.version ?? 0);
      if (flags === null) return gone(c);
      const entry = entryOf(flags, key);
      if (entry === null) return problem(c, 404, "No flag of this key: GET /feature-flags lists them");
      c.header("etag", etag(flags.state.flags.get(key)?.version ?? 0));
      const path = `/api/flags/${encodeURIComponent(key)}/lists/${name}`;
      return c.json({
        key,
        list: name,
        ...(await told(entry.flag[name], { ...asked, version: versionOf(asked, flags), path })),
      });
    },
  });
}

/** The same of a stored list. */
export function addAudienceMembers(app: Hono, deps: Pick<AdminDeps, "flags">): void {
  resource(app, "/api/audiences/:name/members", {
    async GET(c) {
      const name = c.req.param("name") ?? "";
      const asked = askedOf(c);
      if (asked instanceof Response) return asked;
      const flags = flagsAt(deps, asked.version, () => 0);
      if (flags === null) return gone(c);
      const table = flags.state.audiences.get(name);
      if (table === undefined) return problem(c, 404, "No audience of this name: GET /api/audiences lists them");
      const path = `/api/audiences/${encodeURIComponent(name)}/members`;
      return c.json({ name, ...(await told(table, { ...asked, version: versionOf(asked, flags), path })) });
    },
  });
}

interface AskedPage {
  /** Of everything; null: as it is now. */
  readonly version: number | null;
  /** Members before the page. */
  readonly after: number;
  readonly limit: number;
}

/** Members of which the first pages were seen at a version must be those of that version to the last. */
function askedOf(c: Context): AskedPage | Response {
  const problems: Problem[] = [];
  const whole = (name: string, from: number, to: number): number | null => {
    const [text] = givenQuery(c, name);
    if (text === undefined) return null;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    problems.push({
      where: name,
      is: `text of ${text.length} characters`,
      must: `a whole number from ${from} to ${to}`,
    });
    return null;
  };
  const version = whole("version", 0, Number.MAX_SAFE_INTEGER);
  const after = whole("after", 0, Number.MAX_SAFE_INTEGER);
  const limit = whole("limit", 1, maxLimit) ?? usualLimit;
  if (after !== null && version === null && problems.length === 0) {
    problems.push({ where: "version", is: "missing", must: "given with after: `next` of the page before has both" });
  }
  return problems.length > 0 ? invalid(c, problems) : { version, after: after ?? 0, limit };
}

/** null: what was at that version is not known any more. `writtenAt`: when what is asked for was written last, 0 if not known. */
function flagsAt(
  deps: Pick<AdminDeps, "flags">,
  version: number | null,
  writtenAt: (now: FlagsInForce) => number,
): FlagsInForce | null {
  if (version === null) return flagsNow(deps);
  const then = deps.flags(version);
  if (then !== null) return then;
  const now = flagsNow(deps);
  const at = writtenAt(now);
  return at > 0 && at <= version && version <= now.snapshot.version ? now : null;
}

function versionOf({ version }: AskedPage, { snapshot }: FlagsInForce): number {
  return version ?? snapshot.version;
}

function gone(c: Context): Response {
  return problem(
    c,
    409,
    "That version is gone, and the list may have changed since: begin anew, without version and after",
  );
}

/** `table` null: there is no list, which is not the same as one of nobody. */
async function told(
  table: ShopperTable | null,
  { version, after, limit, path }: AskedPage & { readonly version: number; readonly path: string },
): Promise<object> {
  const members = table === null ? [] : await pageOf(table, after, limit);
  const seen = after + members.length;
  const isLast = table === null || members.length === 0 || seen >= table.size;
  const next = isLast ? null : `${path}?version=${version}&after=${seen}&limit=${limit}`;
  return { version, count: table?.size ?? null, members, next };
}

/** With breaks, in which others are served: who throws the kill switch waits for none of this. */
async function pageOf(table: ShopperTable, after: number, limit: number): Promise<readonly string[]> {
  const page: string[] = [];
  for (const member of table.members(after)) {
    if (page.length === limit) break;
    page.push(member);
    if (page.length % atOnce === 0) await setImmediate();
  }
  return page;
}
