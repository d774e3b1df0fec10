import type { Context, Hono } from "hono";
import { documentName, type Json, type JsonObject, type StoredDocument } from "../../flags/index.ts";
import { readJson } from "../body.ts";
import type { AdminDeps } from "../deps.ts";
import { documentsNow, writeDocument } from "../documents.ts";
import { etag } from "../etag.ts";
import { isObject, named, readFields, text } from "../fields.ts";
import { previewOf } from "../preview.ts";
import { invalid, problem } from "../problem.ts";
import { resource } from "./resource.ts";

type Deps = Pick<AdminDeps, "rules" | "routes" | "account" | "flags" | "write" | "now">;

/** Rules of the comparison: those of the file are shown, those of the store are changed here. */
export function addRules(app: Hono, deps: Deps): void {
  resource(app, "/api/rules", { GET: async (c) => c.json({ rules: await allRules(deps) }) });
  resource(app, "/api/rules/preview", { POST: (c) => preview(c, deps) });
  resource(app, "/api/rules/:id", {
    async GET(c) {
      const rule = (await allRules(deps)).find(({ id }) => id === idOf(c));
      if (rule === undefined) return problem(c, 404, "No rule of this id: GET /api/rules lists them");
      c.header("etag", etag(rule.version));
      return c.json(rule);
    },
    async PUT(c) {
      const id = idOf(c);
      const body = await readJson(c);
      if (!body.ok) return body.refusal;
      const refused = ofFile(c, deps, id);
      if (refused !== null) return refused;
      const parsed = deps.rules.parse(withId(body.value, id));
      if (!parsed.ok) return invalid(c, parsed.problems);
      if (parsed.rule.id !== id) {
        return invalid(c, [{ where: "id", is: "another", must: "absent, or the id of the address" }]);
      }
      const { route } = parsed.rule;
      if (route !== null && !deps.routes().some(({ name }) => name === route)) {
        return invalid(c, [{ where: "route", is: "of another name", must: "one of those that GET /api/routes lists" }]);
      }
      return change(c, deps, deps.rules.written(parsed.rule));
    },
    DELETE(c) {
      return ofFile(c, deps, idOf(c)) ?? change(c, deps, null);
    },
  });
}

function idOf(c: Context): string {
  return c.req.param("id") ?? "";
}

function withId(body: Json, id: string): Json {
  return isObject(body) ? { id, ...body } : body;
}

/** A file says what it says until somebody changes the file. */
function ofFile(c: Context, { rules }: Deps, id: string): Response | null {
  if (!rules.ofFile.some((rule) => rule.id === id)) return null;
  return problem(
    c,
    409,
    `Rule ${id} is in ${rules.file ?? "the file"}: change it there, or write one under another id`,
  );
}

async function change(c: Context, deps: Deps, rule: JsonObject | null): Promise<Response> {
  const id = idOf(c);
  const state = await stateBy(deps);
  return writeDocument(c, { deps, order: { collection: "rule", id, value: rule } }, ({ before, after }) => ({
    id,
    before: before && told(before, deps, state),
    after: after && told(after, deps, state),
  }));
}

/** A rule as it is told: as it is written, with what became of it. */
export interface ToldRule extends JsonObject {
  readonly id: string;
  readonly source: "file" | "api";
  /** It does nothing any more. */
  readonly expired: boolean;
  /** Divergences that it hid. */
  readonly hidden: number;
  /** 0: of the file. */
  readonly version: number;
}

export async function allRules(deps: Pick<Deps, "rules" | "account" | "flags" | "now">): Promise<readonly ToldRule[]> {
  const state = await stateBy(deps);
  const inFile = deps.rules.ofFile.map((rule): ToldRule => {
    const { id, expiresAt } = rule;
    const source = "file";
    return {
      ...deps.rules.written(rule),
      id,
      source,
      ...state(id, expiresAt),
      version: 0,
      updatedAt: null,
      updatedBy: "file",
    };
  });
  const taken = new Set(inFile.map(({ id }) => id));
  const stored = [...documentsNow(deps, "rule")].filter(([id]) => !taken.has(id));
  return [...inFile, ...stored.map(([, document]) => told(document, deps, state))];
}

function told(
  { id: key, value, version, updatedAt, updatedBy }: StoredDocument,
  deps: Pick<Deps, "rules">,
  state: StateOf,
): ToldRule {
  const id = documentName(key);
  const parsed = deps.rules.parse({ ...value, id });
  const expiresAt = parsed.ok ? parsed.rule.expiresAt : null;
  return {
    ...value,
    id,
    source: "api",
    ...state(id, expiresAt),
    ...(parsed.ok ? {} : { unreadable: true }),
    version,
    updatedAt,
    updatedBy,
  };
}

type StateOf = (id: string, expiresAt: number | null) => Pick<ToldRule, "expired" | "hidden">;

async function stateBy({ account, now }: Pick<Deps, "account" | "now">): Promise<StateOf> {
  const hidden = await (await account()).hiddenBy();
  return (id, expiresAt) => ({ expired: expiresAt !== null && expiresAt <= now(), hidden: hidden.get(id) ?? 0 });
}

const previewForms = { rule: named("a rule"), reason: text };

async function preview(c: Context, deps: Deps): Promise<Response> {
  const body = await readJson(c);
  if (!body.ok) return body.refusal;
  const read = readFields(body.value, previewForms);
  if (!read.ok) return invalid(c, read.problems);
  if (read.fields.rule === undefined) {
    return invalid(c, [{ where: "rule", is: "missing", must: previewForms.rule.must }]);
  }
  const parsed = deps.rules.parse({ id: "preview", owner: "-", reason: "-", expires: "never", ...read.fields.rule });
  if (!parsed.ok) return invalid(c, parsed.problems);
  const rule = { ...parsed.rule, source: "api" } as const;
  return c.json(await previewOf(rule, { ...deps.rules, account: await deps.account(), now: deps.now }));
}
