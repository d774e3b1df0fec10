/** An admin port for tests, on a real server, with a book that a real tally fills and flags that are really planned. */
import { createHash } from "node:crypto";
import { request, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";
import { createSampleFlags, sampleNow, sampleRoute } from "../../test/support/admin-flags.ts";
import { createBook, createTally, readsOf } from "../account/index.ts";
import type { Flag } from "../flags/index.ts";
import { createAdmin } from "./app.ts";
import type { AdminDeps, Token } from "./deps.ts";
import { listenAdmin } from "./listen.ts";
import type { RolloutsDeps } from "./rollouts.ts";
import type { RulesDeps } from "./rules.ts";

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

/** A token whose text is its name. */
export function sampleToken(name: string, roles: Token["roles"]): Token {
  return { name, roles, sha256: createHash("sha256").update(name).digest("hex") };
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
