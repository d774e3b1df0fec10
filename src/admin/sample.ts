/** An admin port for tests, on a real server, with a book that a real tally fills. */
import { request, type IncomingHttpHeaders } from "node:http";
import { createBook, createTally, type Tally } from "../account/index.ts";
import type { Divergence, ExchangeRecord, ItemRecord } from "../model/index.ts";
import { createAdmin } from "./app.ts";
import type { AdminDeps, RouteEntry } from "./deps.ts";
import { listenAdmin } from "./listen.ts";

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

export const sampleDivergence: Divergence = {
  where: "answer",
  path: "/body/messages/0/id",
  kind: "changed",
  severity: "critical",
  signature: "00000000000000aa",
  legacy: { type: "string", length: 12, hash: "0123456789abcdef" },
  candidate: { type: "absent" },
};

export function sampleItem(changes: Partial<ItemRecord> = {}): ItemRecord {
  return {
    kind: "message.text",
    shopper: "9f86d081884c7d65",
    mode: "dual-run",
    reason: "percent",
    flags: [{ flag: "CANONICAL", value: true, reason: "percent" }],
    state: { state: "compared", substate: "divergent" },
    divergences: [sampleDivergence],
    divergenceCount: 1,
    addedLatencyMs: 4.1,
    compareMs: 0.2,
    ...changes,
  };
}

export function sampleRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const side = { spanId: "00f067aa0ba902b7", startMs: 0.25, endMs: 11, latencyMs: 10.75, waitedMs: 0 };
  return {
    exchange: "e1",
    route: "default",
    method: "POST",
    receivedAt: Date.parse("2026-01-02T03:04:05.000Z"),
    flagVersion: 1,
    trace: {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: null,
      tracestate: null,
      sampled: false,
    },
    answeredBy: "legacy",
    status: 200,
    latencyMs: 12.5,
    overheadMs: 0.4,
    sides: {
      legacy: { ...side, status: 200, failure: null },
      candidate: { ...side, status: null, failure: "timeout" },
    },
    items: [sampleItem()],
    ...changes,
  };
}

/** What the data plane would count of an exchange. */
export function tallyExchange(tally: Tally, record: ExchangeRecord): void {
  const { route, exchange, receivedAt: at } = record;
  for (const { kind, state, divergences } of record.items) {
    tally.counter("sombra_items_total", { route, state: state.state, substate: state.substate }).add();
    if (state.state === "compared") tally.counter("sombra_items_compared_total", { route, item_kind: kind }).add();
    for (const divergence of divergences) tally.diverged(exchange, { route, itemKind: kind, at }, divergence);
  }
  tally.keep(record);
}

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

/** `flush` brings into the book what `tally` has counted since. */
export async function startAdmin(changes: Partial<AdminDeps> = {}) {
  const book = createBook();
  const tally = createTally(() => performance.now());
  const pending: Record<string, number> = {};
  const kills: (readonly [boolean, string])[] = [];
  let killed = false;
  const app = createAdmin({
    book,
    version: "1.2.3",
    access: { token: null, hosts: [] },
    now: () => Date.parse("2026-01-02T03:04:05.000Z"),
    async flush() {
      book.apply(tally.drain(0, { pending, gauges: [] }));
    },
    flags: () => [],
    decide: () => null,
    killed: () => killed,
    async kill(wanted, actor) {
      kills.push([wanted, actor]);
      killed = wanted;
    },
    routes: () => [sampleRoute],
    degraded: () => [],
    renderMetrics: () => "",
    ...changes,
  });
  const server = await listenAdmin(app, { host: "127.0.0.1", port: 0 });
  return {
    ...server,
    app,
    tally,
    pending,
    kills,
    ask: (path: string, asked?: Asked) => ask(server.port, path, asked),
  };
}

export type SampleAdmin = Awaited<ReturnType<typeof startAdmin>>;
