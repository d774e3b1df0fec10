/** Both real handlers with OpenTelemetry in them: what one trace of a delivery shows, from the provider to the Graph API. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  business,
  deliveries,
  send,
  startCandidate,
  startGraph,
  startLegacy,
  type Delivery,
} from "../../src/demo/index.ts";
import { namesIn, tableOf } from "../stack/tables.ts";
import { startCollector, type Collector, type Span } from "../support/collector.ts";
import { ledgerOf, settled } from "../support/figures.ts";
import { freePort } from "../support/free-port.ts";
import { setUp } from "../support/handlers/drive.ts";
import { itemsIn } from "../support/items.ts";
import { readMetricsPage } from "../support/metrics-page.ts";
import { startSombra, type Sombra } from "../support/sombra.ts";

const instrument = new URL("../support/otel/instrument.ts", import.meta.url);

interface World {
  readonly collector: Collector;
  readonly sombra: Sombra;
}

async function world(
  protocol: "http/json" | "http/protobuf",
): Promise<{ readonly all: World; readonly end: () => Promise<void> }> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "sombra-traced-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, "sombra.yaml"), "routes: [{ settle: { quietMs: 100, maxMs: 600 } }]\n");
  const collector = await startCollector(200, protocol);
  stack.defer(() => collector.close());
  const graph = stack.use(await startGraph());
  const egress = await freePort();
  const started = async (side: "legacy" | "candidate"): Promise<string> => {
    const own = { ...collector.env, OTEL_SERVICE_NAME: `${side}-handler`, NODE_OPTIONS: `--import ${instrument.href}` };
    for (const [name, value] of Object.entries(own)) vi.stubEnv(name, value);
    const start = side === "legacy" ? startLegacy : startCandidate;
    const handler = await start({ ...setUp, graphUrl: `http://127.0.0.1:${egress}/${side}/graph` });
    vi.unstubAllEnvs();
    return stack.use(handler).url;
  };
  const sombra = await startSombra({
    ...collector.env,
    SOMBRA_LEGACY_URL: await started("legacy"),
    SOMBRA_CANDIDATE_URL: await started("candidate"),
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_APP_SECRET: setUp.appSecret,
    SOMBRA_CANDIDATE_APP_SECRET: setUp.appSecret,
    SOMBRA_CONFIG: join(dir, "sombra.yaml"),
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  });
  stack.defer(async () => void (await sombra.stop()));
  const all = stack.move();
  return { all: { collector, sombra }, end: () => all.disposeAsync() };
}

/** Hands everything over, each delivery once the one before is settled. */
async function handOver({ sombra }: World, all: readonly Delivery[]): Promise<void> {
  let items = 0;
  for (const delivery of all) {
    await send(sombra.url, delivery);
    items += itemsIn([delivery.body]);
    await settled(sombra, items);
  }
}

const corpus = deliveries({ seed: 7, appSecret: setUp.appSecret });

/** Every trace of which there is a delivery, once it is whole: spans come from three processes. */
async function tracesOf({ collector }: World, count: number): Promise<readonly (readonly Span[])[]> {
  const traces = (): (readonly Span[])[] => [...Map.groupBy(collector.spans, ({ traceId }) => traceId).values()];
  const isWhole = (spans: readonly Span[]): boolean => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const sides = new Set(spans.map(({ service }) => service));
    const called = ["legacy", "candidate"].filter((side) => spans.some(({ name }) => name === side));
    const joined = called.length > 0 && called.every((side) => sides.has(`${side}-handler`));
    return joined && spans.every(({ parentSpanId }) => parentSpanId === null || ids.has(parentSpanId));
  };
  await vi.waitFor(() => expect(traces().filter(isWhole)).toHaveLength(count), { timeout: 30_000 });
  return traces();
}

/** `service name` from the delivery's own span down to this one. */
function way(spans: readonly Span[], { service, name, parentSpanId }: Span): string {
  const parent = spans.find(({ spanId }) => spanId === parentSpanId);
  return parent === undefined ? `${service} ${name}` : `${way(spans, parent)} > ${service} ${name}`;
}

/** Words of everything in the corpus that could be somebody's: whatever is more than one plain word. */
function personal(): readonly string[] {
  const found = new Set<string>(Object.values(business));
  for (const { body } of corpus) {
    JSON.parse(body.toString(), (key, value: unknown) => {
      if (typeof value !== "string" || key === "timestamp") return value;
      if (value.length >= 4 && /[^!-~]|\d{3}/.test(value)) found.add(value);
      return value;
    });
  }
  return [...found];
}

describe("the demo's deliveries, with OpenTelemetry in both handlers", { timeout: 120_000 }, () => {
  let traces: readonly (readonly Span[])[] = [];
  let all: World;
  let endShared: (() => Promise<void>) | undefined;
  afterAll(() => endShared?.());
  beforeAll(async () => {
    ({ all, end: endShared } = await world("http/json"));
    await handOver(all, corpus);
    traces = await tracesOf(all, corpus.length);
  }, 120_000);

  test("are a trace each, from the delivery to what each side sent, and nothing hangs in the air", () => {
    const [text = []] = traces.toSorted((a, b) => order(a) - order(b));
    const handler = (side: string): string => `sombra POST / > sombra ${side} > ${side}-handler POST`;
    expect(text.map((span) => way(text, span)).toSorted()).toEqual([
      "sombra POST /",
      "sombra POST / > sombra candidate",
      handler("candidate"),
      `${handler("candidate")} > candidate-handler POST`,
      `${handler("candidate")} > candidate-handler POST > sombra POST /v23.0/{id}/messages`,
      "sombra POST / > sombra compare",
      "sombra POST / > sombra legacy",
      handler("legacy"),
      `${handler("legacy")} > legacy-handler POST`,
      `${handler("legacy")} > legacy-handler POST > sombra POST /v23.0/{id}/messages`,
    ]);
    const compare = text.find(({ name }) => name === "compare");
    expect(compare?.attributes).toMatchObject({ "sombra.item_kind": "message.text", "sombra.verdict": "divergent" });
    expect(compare?.events.map(({ name, attributes: { path, kind } }) => [name, path, kind])).toEqual([
      ["sombra.divergence", "/headers/content-type", "added"],
      ["sombra.divergence", "/body", "added"],
    ]);
    // Many diverge as an earlier one did, and lead there.
    const later = traces.flat().filter(({ name, links }) => name === "compare" && links.length > 0);
    expect(later.length).toBeGreaterThan(corpus.length / 4);
    const spanIds = new Set(traces.flat().map(({ traceId, spanId }) => `${traceId} ${spanId}`));
    for (const { traceId, spanId } of later.flatMap(({ links }) => links)) {
      expect(spanIds).toContain(`${traceId} ${spanId}`);
    }
  });

  test("say nothing that docs/telemetry.md does not name", () => {
    const ours = traces.flat().filter(({ service }) => service === "sombra");
    const documented = new Set(tableOf("attribute").flatMap(({ attribute }) => namesIn(attribute)));
    const said = new Set(ours.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...said].filter((name) => !documented.has(name))).toEqual([]);
    const events = new Map(tableOf("event | on").map((row) => [namesIn(row["event"])[0], namesIn(row["attributes"])]));
    for (const { name, attributes } of ours.flatMap((span) => span.events)) {
      expect(events.get(name)).toEqual(expect.arrayContaining(Object.keys(attributes)));
    }
    const names = new Set(ours.map(({ name }) => name.replace(/^[A-Z]+( |$)/, "{method}$1")));
    const known = tableOf("span").flatMap(({ span }) =>
      namesIn(span).map((name) => name.replace(/\{(route|template)\}/, "/")),
    );
    for (const name of names) expect(known).toContain(name.replace(/ \/.*/, " /"));
  });

  test("have every call of theirs that was compared tied to its delivery by its trace", async () => {
    const fates = async (): Promise<ReadonlyMap<string, number>> => {
      const page = readMetricsPage(await (await all.sombra.call("GET", "/metrics")).text());
      const samples = page.get("sombra_effects_attributed_total")?.samples ?? [];
      const groups = Map.groupBy(samples, ({ labels }) => labels["fate"] ?? "");
      return new Map([...groups].map(([fate, some]) => [fate, some.reduce((sum, { value }) => sum + value, 0)]));
    };
    const again = deliveries({ seed: 8, appSecret: setUp.appSecret });
    const [{ received }, before] = [await ledgerOf(all.sombra), await fates()];
    // One after the other without a pause: nothing but the trace tells whose a call is.
    for (const delivery of again) await send(all.sombra.url, delivery);
    await settled(all.sombra, received + itemsIn(again.map(({ body }) => body)));
    const grown = [...(await fates())].map(([fate, count]) => [fate, count - (before.get(fate) ?? 0)] as const);
    const counts = new Map(grown.filter(([, count]) => count > 0));
    // Calls for what is not compared, a batch of several kinds say, are tied to nothing.
    const { attributed = 0, "not-compared": apart = 0, ...others } = Object.fromEntries(counts);
    process.stdout.write(`${JSON.stringify({ attributed, apart, others })}\n`);
    expect(others).toEqual({});
    expect(attributed).toBeGreaterThan(again.length);
    expect(apart).toBeLessThan(again.length / 10);
  });

  test("leave no number, name or text in what is exported or logged, by protobuf either", async () => {
    const { all: binary, end } = await world("http/protobuf");
    onTestFinished(end);
    await handOver(binary, corpus);
    const decoded = await tracesOf(binary, corpus.length);
    const told = [
      ...binary.collector.bodiesOf("sombra"),
      JSON.stringify(decoded.flat().filter(({ service }) => service === "sombra")),
      JSON.stringify(binary.sombra.lines),
      await (await binary.sombra.call("GET", "/metrics")).text(),
    ];
    const searched = personal();
    expect(searched.length).toBeGreaterThan(50);
    expect(searched.filter((one) => told.some((text) => text.includes(one)))).toEqual([]);
    // The handlers' own spans say more, and are theirs: the search does find what there is.
    const theirs = binary.collector.spans.filter(({ service }) => service !== "sombra");
    expect(JSON.stringify(theirs)).toContain(business.phoneNumberId);
  });
});

/** The time at which a trace was begun, as its exchange came. */
function order(spans: readonly Span[]): number {
  return Math.min(...spans.map(({ startMs }) => startMs));
}
