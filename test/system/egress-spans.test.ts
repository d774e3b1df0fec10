import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startCollector, type Collector, type Span } from "../support/collector.ts";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Behaviour, type SideServer } from "../support/side.ts";

const shopper = "447700900123";
const phone = "100000000000001";
const ownSpan = "abcdefabcdefabcd";

const opened = new Opened();
afterEach(opened.close);

interface World {
  readonly collector: Collector;
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly graph: SideServer;
  readonly url: string;
}

/** Legacy is instrumented: its calls bear a span of its own. The candidate passes nothing on. */
async function world(env: Readonly<Record<string, string>> = {}, hasTwin = false): Promise<World> {
  const dir = opened.directory("sombra-spans-");
  const egress = await freePort();
  const calls = (side: "legacy" | "candidate" | "twin"): Behaviour => {
    return (request, response) => {
      const [, traceId] = String(request.headers["traceparent"]).split("-");
      const headers: Readonly<Record<string, string>> =
        side === "legacy" ? { traceparent: `00-${traceId}-${ownSpan}-01`, authorization: "Bearer EAAsecret" } : {};
      const send = async (): Promise<void> => {
        const base = `http://127.0.0.1:${egress}/${side}`;
        const body = JSON.stringify({
          messaging_product: "whatsapp",
          to: shopper,
          type: "text",
          text: { body: "Olá" },
        });
        await post(`${base}/graph/v23.0/${phone}/messages`, body, headers);
        if (side === "legacy") {
          await post(`${base}/crm/contacts/${shopper}/notes`, "{}", headers);
          await post(`${base}/crm/people/${shopper}`, "{}", headers);
        }
      };
      void send().then(() => json(200, {})(request, response));
    };
  };
  const graph = opened.add(await startSide(json(200, { messages: [{ id: "wamid.HBgMNDQ3NzAwOTAwMTIz" }] })));
  const twin = opened.add(await startSide(calls("twin")));
  const [collector, legacy, candidate] = [
    opened.add(await startCollector()),
    opened.add(await startSide(calls("legacy"))),
    opened.add(await startSide(calls("candidate"))),
  ];
  writeFileSync(
    join(dir, "sombra.yaml"),
    `routes: [{ settle: { quietMs: 300, maxMs: 800 }, twinShare: 1 }]
egress:
  upstreams: { crm: { url: "${graph.url}" } }
  rules: [{ match: { upstream: crm, path: "/contacts/*/notes" }, classify: write }]
`,
  );
  const { url } = await opened.sombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_CONFIG: join(dir, "sombra.yaml"),
    ...(hasTwin ? { SOMBRA_TWIN_URL: twin.url } : {}),
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    ...collector.env,
    ...env,
  });
  return { collector, legacy, candidate, graph, url };
}

/** The spans of the only delivery, once there are so many. */
async function trace({ collector, legacy, candidate }: World, count: number): Promise<readonly Span[]> {
  const [seen] = [...legacy.seen, ...candidate.seen];
  const [, traceId] = String(seen?.headers["traceparent"]).split("-");
  const spans = (): readonly Span[] => collector.spans.filter((span) => span.traceId === traceId);
  await expect.poll(() => spans().length, { timeout: 20_000 }).toBe(count);
  return spans();
}

const inShort = ({ name, parentSpanId, attributes }: Span) => ({
  name,
  parentSpanId,
  side: attributes["sombra.side"],
  disposition: attributes["sombra.disposition"],
});

test("a trace shows the calls that each side made outside, below whoever made them, and nothing personal", async () => {
  const all = await world();
  await post(all.url, textFrom(shopper));
  const spans = await trace(all, 8);
  const call = (side: string): Span | undefined => spans.find(({ name }) => name === side);
  const outside = ["legacy", "candidate"].flatMap((side) =>
    spans.filter(({ attributes }) => attributes["sombra.upstream"] !== undefined && attributes["sombra.side"] === side),
  );
  expect(outside.map(inShort)).toEqual([
    { name: "POST /v23.0/{id}/messages", parentSpanId: ownSpan, side: "legacy", disposition: "released" },
    { name: "POST /contacts/*/notes", parentSpanId: ownSpan, side: "legacy", disposition: "released" },
    { name: "POST", parentSpanId: ownSpan, side: "legacy", disposition: "released" },
    {
      name: "POST /v23.0/{id}/messages",
      parentSpanId: call("candidate")?.spanId,
      side: "candidate",
      disposition: "held",
    },
  ]);
  const { hostname, port } = new URL(all.graph.url);
  expect(outside[0]?.attributes).toMatchObject({
    "server.address": hostname,
    "server.port": Number(port),
    "http.response.status_code": 200,
    "sombra.effect": "send.text",
  });
  expect(outside[3]?.attributes).not.toHaveProperty("server.address");
  // Legacy's calls go out with the bytes that it sent.
  expect(all.graph.seen[0]?.headers["traceparent"]).toBe(`00-${spans[0]?.traceId}-${ownSpan}-01`);
  const exported = all.collector.bodies.join("\n");
  for (const personal of [shopper, phone, "wamid", "EAAsecret", "Olá"]) expect(exported).not.toContain(personal);
});

test("where nothing is compared a handler that joins the trace has its calls in it", async () => {
  const all = await world({ WHATSAPP_CANONICAL_EVENTS_ENABLED: "false" });
  await post(all.url, textFrom(shopper));
  const spans = await trace(all, 5);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === ownSpan).map(({ name }) => name)).toEqual([
    "POST /v23.0/{id}/messages",
    "POST /contacts/*/notes",
    "POST",
  ]);
});

test("what a twin calls is in the trace as well, held, below the call of the twin", async () => {
  const all = await world({}, true);
  await post(all.url, textFrom(shopper));
  const spans = await trace(all, 10);
  const called = spans.find(({ name }) => name === "twin");
  const outside = spans.filter(
    ({ attributes }) => attributes["sombra.upstream"] !== undefined && attributes["sombra.side"] === "twin",
  );
  const parentSpanId = called?.spanId;
  const name = "POST /v23.0/{id}/messages";
  expect(outside.map(inShort)).toEqual([{ name, parentSpanId, side: "twin", disposition: "held" }]);
});
