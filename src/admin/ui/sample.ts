/** Exchanges for tests, and what the data plane would count of them. */
import { cellOf, type Tally } from "../../account/index.ts";
import type { Divergence, ExchangeRecord, ItemRecord } from "../../model/index.ts";
import type { Reply, SampleAdmin } from "../sample.ts";

export const sampleDivergence: Divergence = {
  where: "answer",
  path: "/body/messages/0/id",
  kind: "changed",
  severity: "critical",
  signature: "00000000000000aa",
  legacy: { type: "string", length: 12, hash: "0123456789abcdef" },
  candidate: { type: "absent" },
  change: "string>absent",
  noise: null,
  downstream: false,
};

export function sampleItem(changes: Partial<ItemRecord> = {}): ItemRecord {
  return {
    kind: "message.text",
    id: "00000000000000ff",
    shopper: "9f86d081884c7d65",
    mode: "dual-run",
    reason: "percent",
    flags: [{ flag: "CANONICAL", value: true, reason: "percent" }],
    state: { state: "compared", substate: "divergent" },
    divergences: [sampleDivergence],
    divergenceCount: 1,
    addedLatencyMs: 4.1,
    compareMs: 0.2,
    orderUncertain: false,
    overlapping: false,
    story: null,
    effects: [{ side: "legacy", kind: "send.text", disposition: "released" }],
    ...changes,
  };
}

export function sampleRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const call = { items: [0], spanId: "00f067aa0ba902b7", startMs: 0.25, endMs: 11, latencyMs: 10.75, waitedMs: 0 };
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
    mode: "dual-run",
    answeredBy: "legacy",
    status: 200,
    latencyMs: 12.5,
    overheadMs: 0.4,
    egress: [],
    calls: [
      { side: "legacy", ...call, status: 200, failure: null },
      { side: "candidate", ...call, status: null, failure: "timeout" },
    ],
    items: [sampleItem()],
    ...changes,
  };
}

/** What the data plane would count of an exchange. */
export function tallyExchange(tally: Tally, record: ExchangeRecord): void {
  const { route, exchange, receivedAt: at } = record;
  for (const { kind, state, divergences, shopper } of record.items) {
    tally.counter("sombra_items_total", { route, state: state.state, substate: state.substate }).add();
    if (state.state === "compared") tally.counter("sombra_items_compared_total", { route, item_kind: kind }).add();
    if (state.state !== "compared" && divergences.length === 0) continue;
    const cell = shopper === null ? null : cellOf(at, shopper);
    tally.compared(exchange, { route, itemKind: kind, at, cell }, divergences);
  }
  tally.keep(record);
}

/** What a browser does with a page and its forms: keeps cookies, sends forms as they are. */
export function createReader({ ask }: Pick<SampleAdmin, "ask">) {
  const cookies = new Map<string, string>();
  const headers = (): Record<string, string> => ({
    accept: "text/html",
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
  });
  const keep = (reply: Reply): Reply => {
    for (const line of reply.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  };
  const open = async (path: string, more: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    keep(await ask(path, { headers: { ...headers(), ...more } }));
  return {
    cookies,
    open,
    /** What a reader sees, without markup. */
    words: async (path: string): Promise<string> => wordsOf((await open(path)).text),
    /** Sends a form as the page at `from` has it. */
    send: async (path: string, fields: Readonly<Record<string, string>>, from = "/"): Promise<Reply> => {
      const [, form = ""] = /name="form_token" value="([^"]*)"/.exec((await open(from)).text) ?? [];
      const body = new URLSearchParams({ form_token: form, ...fields }).toString();
      const sent = {
        ...headers(),
        "content-type": "application/x-www-form-urlencoded",
        referer: `http://localhost${from}`,
      };
      return keep(await ask(path, { method: "POST", headers: sent, body }));
    },
  };
}

function wordsOf(page: string): string {
  const [, body = ""] = page.split(/<body[^>]*>/);
  return body.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}
