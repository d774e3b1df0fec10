/** An admin port for tests, on a real server, with a book that a real tally fills and flags that are really planned. */
import { createHash } from "node:crypto";
import { request, type IncomingHttpHeaders } from "node:http";
import { deserialize } from "node:v8";
import { onTestFinished } from "vitest";
import { createBook, createTally, readsOf } from "../account/index.ts";
import {
  ShopperTable,
  compileFlag,
  createSnapshot,
  emptyFlagState,
  planWrite,
  previewWrite,
  resolveFlags,
  unsetFlag,
  withLists,
  type Edit,
  type Edited,
  type Flag,
  type FlagDefinition,
  type FlagState,
  type PlanContext,
  type WritePreview,
} from "../flags/index.ts";
import type { AuditEntry, KillOrder, PreviewAnswer, StoreView, WriteAnswer, WriteRequest } from "../registry/index.ts";
import { createAdmin } from "./app.ts";
import type {
  AdminDeps,
  AdminEdited,
  AdminPreview,
  AdminWrite,
  AdminWriteAnswer,
  FlagsInForce,
  RouteEntry,
  Token,
} from "./deps.ts";
import { listenAdmin } from "./listen.ts";
import type { RolloutsDeps } from "./rollouts.ts";
import type { RulesDeps } from "./rules.ts";

export const sampleRoute: RouteEntry = {
  name: "default",
  path: "/",
  profile: "meta",
  legacy: "http://127.0.0.1:3001",
  candidate: "http://127.0.0.1:3002",
  flags: {
    enabled: "CANONICAL",
    shadow: "CANONICAL_SHADOW",
    dualRun: "CANONICAL_DUAL",
    reverseShadow: "CANONICAL_BACK",
  },
  mode: "dual-run",
};

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AskedJson extends Omit<Asked, "body"> {
  readonly body?: unknown;
}

/** By `node:http`, which lets a test say any `Host`. */
export function ask(port: number, path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

/** With a length, which `node:http` does not send with DELETE by itself. */
function withJson({ headers, ...asked }: Asked, value: unknown): Asked {
  const body = JSON.stringify(value);
  const length = String(Buffer.byteLength(body));
  return { method: "POST", ...asked, headers: { ...headers, "content-length": length }, body };
}

export const sampleNow = Date.parse("2026-01-02T03:04:05.000Z");

/** A token whose text is its name. */
export function sampleToken(name: string, roles: Token["roles"]): Token {
  return { name, roles, sha256: createHash("sha256").update(name).digest("hex") };
}

const definitionOf = (key: string): FlagDefinition => {
  return { key, description: "", default: false, salt: null, bucketing: "murmur3", env: null };
};

const { enabled, shadow, dualRun, reverseShadow } = sampleRoute.flags;
const sampleDefinitions = [enabled, shadow, dualRun, reverseShadow].map(definitionOf);

/** A flag as the environment could say it. */
export function sampleFlag(changes: Partial<Flag> = {}): Flag {
  return { ...unsetFlag(definitionOf("CANONICAL"), "environment"), ...changes };
}

/** The audit kept in memory, newest first, each entry with the hash of the one before. */
function createSampleAudit(isUp: () => void) {
  const entries: AuditEntry[] = [];
  return {
    entries,
    record({ actor, reason }: WriteRequest, { action, subject, ...edited }: Edited, version: number): void {
      const tell = (value: Edited["before"]) => (typeof value === "object" && value !== null ? { ...value } : value);
      const entry = {
        seq: entries.length + 1,
        at: new Date(sampleNow + 1000 * entries.length).toISOString(),
        actor,
        action,
        subject,
        before: tell(edited.before),
        after: tell(edited.after),
        reason,
        version,
        environment: "test",
        previous: entries[0]?.hash ?? "",
      };
      entries.unshift({ ...entry, hash: createHash("sha256").update(JSON.stringify(entry)).digest("hex") });
    },
    deps: {
      async audit({ subject, actor, action, from = "", to = "9", beforeSeq = Infinity, limit }) {
        isUp();
        const asked = (entry: AuditEntry): boolean =>
          (subject === undefined || entry.subject === subject) &&
          (actor === undefined || entry.actor.name === actor) &&
          (action === undefined || entry.action === action) &&
          entry.at >= from &&
          entry.at <= to &&
          entry.seq < beforeSeq;
        return entries.filter(asked).slice(0, limit);
      },
      async checkAudit() {
        isUp();
        return { entries: entries.length, brokenAt: null };
      },
    } satisfies Partial<AdminDeps>,
  };
}

const unpack: (bytes: Uint8Array) => readonly Edit[] = deserialize;

interface Held {
  readonly state: FlagState;
  readonly version: number;
}

function conflictOf(
  { expect: { version: wanted, flags = {}, documents = {} } }: WriteRequest,
  held: Held,
): Extract<PreviewAnswer, { kind: "conflict" }> | null {
  if (wanted !== undefined && wanted !== held.version) {
    return { kind: "conflict", subject: null, expected: wanted, actual: held.version };
  }
  for (const [subject, expected] of Object.entries(flags)) {
    const actual = held.state.flags.get(subject)?.version ?? 0;
    if (actual !== expected) return { kind: "conflict", subject, expected, actual };
  }
  for (const [subject, expected] of Object.entries(documents)) {
    const actual = [...held.state.documents.values()].find(({ id }) => id === subject)?.version ?? 0;
    if (actual !== expected) return { kind: "conflict", subject, expected, actual };
  }
  return null;
}

function countedLists({ subject, members }: Pick<Edited, "subject" | "members">): AdminEdited {
  const lists = members.map(({ list, added, removed }) => ({ list, added: added.length, removed: removed.length }));
  return { subject, lists };
}

function previewOf(answer: WritePreview, version: number): AdminPreview {
  if (answer.kind !== "change") return answer.kind === "unchanged" ? { ...answer, version } : answer;
  const edited = answer.edited.map((one) => ({ ...countedLists(one), before: one.before, after: one.after }));
  return { ...answer, edited, version };
}

const samplePlan = { definitions: sampleDefinitions, routes: [sampleRoute.flags], mayReverse: () => false };

function contextOf(asked: WriteRequest, environment: readonly Flag[], version: number): PlanContext {
  const at = new Date(sampleNow).toISOString();
  return { ...samplePlan, environment, version, at, ...asked, by: asked.actor.name };
}

/** Flags kept in memory: what the registry does, with a store that fails when told to. */
export function createSampleFlags(environment: readonly Flag[] = [], forceOff: readonly string[] = []) {
  let held: Held = { state: emptyFlagState, version: 0 };
  let killed = false;
  let store: StoreView = {
    kind: "sqlite",
    up: true,
    confirmedAt: sampleNow,
    writable: true,
    problem: null,
    unreadable: [],
    unkept: null,
  };
  const kills: KillOrder[] = [];
  const past: FlagsInForce[] = [];
  const listeners = new Set<(version: number) => void>();
  const audit = createSampleAudit(() => {
    if (!store.up) throw new Error(store.problem ?? "no store");
  });
  const inForce = (): FlagsInForce => {
    const { state, version } = held;
    const layers = [
      { source: "sqlite", flags: [...state.flags.values()] },
      { source: "env", flags: environment.map((flag) => withLists(flag, (members) => ShopperTable.of(members))) },
    ] as const;
    const entries = resolveFlags(layers, sampleDefinitions);
    const flags = entries.map(({ flag, source }) => compileFlag(flag, source, state.audiences));
    const snapshot = createSnapshot({
      version,
      killed,
      source: "sqlite",
      forceOff,
      flags,
      routes: [sampleRoute.flags],
    });
    return { snapshot, state, entries, store };
  };
  const preview: AdminDeps["preview"] = async ({ edits: given, ...rest }) => {
    const edits = given instanceof Uint8Array ? unpack(given) : given;
    const asked = { ...rest, edits };
    const conflict = conflictOf(asked, held);
    if (conflict !== null) return conflict;
    return previewOf(previewWrite(held.state, edits, contextOf(asked, environment, held.version + 1)), held.version);
  };
  const planned = async (asked: WriteRequest): Promise<WriteAnswer> => {
    if (!store.up) return { kind: "unavailable", why: store.problem ?? "no store" };
    const conflict = conflictOf(asked, held);
    if (conflict !== null) return conflict;
    const version = held.version + 1;
    const plan = planWrite(held.state, asked.edits, contextOf(asked, environment, held.version + 1));
    if (plan.kind === "unchanged") return { kind: "unchanged", version: held.version };
    if (plan.kind !== "change") return plan;
    past.push(inForce());
    held = { state: plan.next, version };
    for (const edited of plan.edited) audit.record(asked, edited, version);
    for (const listener of listeners) listener(version);
    return { kind: "written", version, edited: plan.edited };
  };
  const write = async ({ edits: given, ...rest }: AdminWrite): Promise<AdminWriteAnswer> => {
    const edits = given instanceof Uint8Array ? unpack(given) : given;
    const answer = await planned({ ...rest, edits });
    if (answer.kind !== "written") return answer;
    return { ...answer, edited: answer.edited.map(countedLists) };
  };
  const aliases = new Map([["business-events", "CANONICAL"]]);
  return {
    kills,
    audit: audit.entries,
    /** The store stops answering. */
    lose(problem: string): void {
      store = { ...store, up: false, problem };
    },
    /** The store answers, with less than it should. */
    ail(changes: Pick<StoreView, "writable" | "problem" | "unreadable">): void {
      store = { ...store, ...changes };
    },
    deps: {
      ...audit.deps,
      flags: (wanted?: number) =>
        wanted === undefined || wanted === held.version
          ? inForce()
          : (past.findLast(({ snapshot }) => snapshot.version === wanted) ?? null),
      keyOf: (name) => aliases.get(name) ?? name,
      aliases,
      write,
      preview,
      killed: () => killed,
      async kill(order) {
        const was = killed;
        kills.push(order);
        ({ killed } = order);
        return { was, killed, shared: store.up, why: store.up ? null : "The store does not answer" };
      },
      onFlags(listener, signal) {
        listeners.add(listener);
        signal.addEventListener("abort", () => listeners.delete(listener));
      },
    } satisfies Partial<AdminDeps>,
  };
}

/** Rules that hide a path by ignoring it; all the rest is unknown. */
export const sampleRules: RulesDeps = {
  file: "config/sombra.yaml",
  ofFile: [],
  parse(value) {
    const given = new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
    const said = (name: string): string | null => {
      const text = given.get(name);
      return typeof text === "string" ? text : null;
    };
    const path = said("path");
    if (path === null || !path.startsWith("/")) {
      return { ok: false, problems: [{ where: "path", is: "missing", must: "a path" }] };
    }
    const expires = said("expires");
    const scope = { route: said("route"), itemKind: said("itemKind"), where: null };
    const [id, owner, reason] = [said("id") ?? "", said("owner") ?? "", said("reason") ?? ""];
    const expiresAt = expires === null || expires === "never" ? null : Date.parse(expires);
    return { ok: true, rule: { id, ...scope, path, action: { kind: "ignore" }, owner, reason, expiresAt } };
  },
  written: ({ id, path, owner, reason, expiresAt, itemKind, route }) => ({
    id,
    path,
    owner,
    reason,
    ...(route === null ? {} : { route }),
    ...(itemKind === null ? {} : { itemKind }),
    ignore: true,
    ...(expiresAt === null ? {} : { expires: new Date(expiresAt).toISOString() }),
  }),
  covers: () => true,
  wouldHide: ({ path }, { divergence }) => {
    if (divergence.kind !== "changed") return "unknown";
    return divergence.path === path ? "yes" : "no";
  },
};

const away = async (): Promise<never> => {
  throw new Error("nobody runs rollouts here");
};

/** There is none, and nobody to run one. */
export const noRollouts: RolloutsDeps = {
  parse: async () => ({ ok: false, problems: [] }),
  known: () => [],
  unreadable: () => [],
  act: async () => ({ kind: "failed", why: "nobody runs rollouts here" }),
  checkpoint: away,
  progress: away,
  checkpoints: away,
  groups: away,
  simulate: away,
  report: away,
  drill: async () => ({ kind: "failed", why: "nobody runs rollouts here" }),
  told: () => 0,
  leader: () => null,
  recall: away,
  remember: away,
};

const noNotifications: AdminDeps["notifications"] = {
  channels: () => [],
  test: async (_by, channel) => (channel === null ? [] : null),
  status: async () => ({ kind: "unknown" }),
};

export async function startAdmin(changes: Partial<AdminDeps> = {}, environment: readonly Flag[] = []) {
  const book = createBook();
  const tally = createTally(() => performance.now());
  const pending: Record<string, number> = {};
  const flags = createSampleFlags(environment);
  /** Brings into the book what `tally` has counted since. */
  const record = (atMs: number): void => void book.apply(tally.drain(atMs, { pending, gauges: [] }));
  const { degraded = () => [] } = changes;
  const app = createAdmin({
    ...flags.deps,
    book,
    rules: sampleRules,
    rollouts: noRollouts,
    notifications: noNotifications,
    version: "1.2.3",
    access: { tokens: [], hosts: [] },
    now: () => sampleNow,
    async flush() {
      record(sampleNow);
    },
    async account() {
      record(sampleNow);
      return readsOf(book);
    },
    erase: async () => ({
      kind: "erased",
      told: { found: true, ids: 1, exchanges: 0, lists: [], removed: [], left: [] },
    }),
    rotate: async () => ({
      kind: "rotated",
      told: {
        key: "0a0a0a0a",
        in_force_at: "2026-01-02T03:04:15.000Z",
        retired: [{ key: "0b0b0b0b", retired_at: "2026-01-02T03:04:15.000Z", gone_at: "2026-01-10T03:04:15.000Z" }],
      },
    }),
    declare: async () => ({ kind: "taken" }),
    selfTest: async () => null,
    checks: async () => [{ name: "store", status: "ok", text: "it answers" }],
    probe: async () => [{ name: "default: probe", status: "ok", text: "all held" }],
    routes: () => [sampleRoute],
    instances: () => [{ name: "here", own: true, killed: flags.deps.killed() }],
    settings: () => [{ name: "SOMBRA_PORT", value: "8080", from: "default", line: null }],
    keys: () => ["sample"],
    environment: "test",
    traceUrl: null,
    degraded,
    ailing: () => degraded().map((text) => ({ text, sinceMs: sampleNow })),
    renderMetrics: () => ({ contentType: "text/plain", text: "" }),
    ...changes,
  });
  const server = await listenAdmin(app, { host: "127.0.0.1", port: 0 });
  return {
    ...server,
    app,
    tally,
    pending,
    record,
    flags,
    kills: flags.kills,
    ask: (path: string, asked?: Asked) => ask(server.port, path, asked),
    /** By GET, with a body by POST, or by the method that is named; both ways JSON. */
    json: async (path: string, { body, ...asked }: AskedJson = {}) => {
      const { status, headers, text } = await ask(
        server.port,
        path,
        body === undefined ? asked : withJson(asked, body),
      );
      const value: unknown = JSON.parse(text);
      return { status, headers, value };
    },
  };
}

export type SampleAdmin = Awaited<ReturnType<typeof startAdmin>>;

/** An admin port that ends with the test. */
export async function startForTest(...options: Parameters<typeof startAdmin>): Promise<SampleAdmin> {
  const admin = await startAdmin(...options);
  onTestFinished(() => admin.close());
  return admin;
}
