import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../support/call.ts";
import { exportsTo, startCollector, type Collector, type Span } from "../support/collector.ts";
import { refusingUrl, startFaulty } from "../support/fault.ts";
import { settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import { briefRoutes, type LogLine, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}
async function worldIn(opened: Opened, env: Readonly<Record<string, string>>): Promise<World> {
  const timing = `db;dur=4.5;desc=primary, app;desc="${shopper}", ${shopper};dur=1`;
  const legacy = opened.add(
    await startSide((request, response) => {
      response.setHeader("server-timing", timing);
      json(200, { by: "legacy", items: [1, 2] })(request, response);
    }),
  );
  const candidate = opened.add(await startSide(json(500, { by: "candidate", items: [1, 3] })));
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url };
  return { legacy, candidate, sombra: await opened.sombra({ ...urls, ...on, ...env }) };
}

interface Groups {
  readonly groups: readonly {
    readonly signature: string;
    readonly path: string;
    readonly kind: string;
    readonly severity: string;
    readonly examples: readonly string[];
  }[];
}

describe("the trace of a delivery", () => {
  const opened = new Opened();
  let collector: Collector;
  let world: World;
  beforeAll(async () => {
    collector = opened.add(await startCollector());
    world = await worldIn(opened, collector.env);
  });
  afterAll(opened.close);

  /** The spans of one trace, by name, once there are so many. */
  async function traceOf(traceId: string, count = 4): Promise<Readonly<Record<string, Span>>> {
    const spans = (): Span[] => collector.spans.filter((span) => span.traceId === traceId);
    await expect.poll(() => spans().length, { timeout: 20_000 }).toBe(count);
    return Object.fromEntries(spans().map((span) => [span.name, span]));
  }
  /** The traceparent that a side got with its last request, in its parts. */
  const told = (side: SideServer): readonly string[] => String(side.seen.at(-1)?.headers["traceparent"]).split("-");
  async function deliver(headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const calls = world.candidate.seen.length;
    await post(`${world.sombra.url}/webhook`, textFrom(shopper), headers);
    await world.candidate.requests(calls + 1);
  }

  test("is a server span with legacy, candidate and compare below, and the divergences on the last", async () => {
    await deliver();
    const [, traceId = ""] = told(world.legacy);
    const { "POST /": server, legacy, candidate, compare } = await traceOf(traceId);
    expect(server?.parentSpanId).toBeNull();
    expect([legacy, candidate, compare].map((span) => span?.parentSpanId)).toEqual([1, 2, 3].map(() => server?.spanId));
    expect(server?.attributes).toMatchObject({
      "http.response.status_code": 200,
      "sombra.mode": "dual-run",
      "sombra.answered_by": "legacy",
    });
    expect(candidate?.attributes).toMatchObject({ "http.response.status_code": 500 });
    expect(compare?.attributes).toMatchObject({ "sombra.verdict": "divergent", "sombra.item_kind": "message.text" });
    const events = compare?.events ?? [];
    expect(events.map(({ name, attributes: { path, kind, severity } }) => [name, path, kind, severity])).toEqual([
      ["sombra.divergence", "/status", "changed", "critical"],
      ["sombra.divergence", "/body/by", "changed", "major"],
      ["sombra.divergence", "/body/items/1", "changed", "major"],
    ]);
    const { groups } = await world.sombra.get<Groups>("/api/divergences");
    expect(new Set(events.map(({ attributes }) => attributes["signature"]))).toEqual(
      new Set(groups.map(({ signature }) => signature)),
    );
  });

  test("is joined by both sides: what they are told is the span that is exported for them", async () => {
    await deliver();
    const [version, traceId = "", legacySpan, flags] = told(world.legacy);
    expect([version, flags]).toEqual(["00", "01"]);
    expect(told(world.candidate)).toEqual(["00", traceId, expect.stringMatching(/^[0-9a-f]{16}$/), "01"]);
    const { legacy, candidate } = await traceOf(traceId);
    expect([legacySpan, told(world.candidate)[2]]).toEqual([legacy?.spanId, candidate?.spanId]);
  });

  test("is the client's where it sent one", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    await deliver({ traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: "vendor=1" });
    const { "POST /": server, legacy } = await traceOf(traceId);
    expect(server?.parentSpanId).toBe("00f067aa0ba902b7");
    expect(told(world.legacy)).toEqual(["00", traceId, legacy?.spanId, "01"]);
    for (const side of [world.legacy, world.candidate]) {
      expect(side.seen.at(-1)?.headers["tracestate"]).toBe("vendor=1");
    }
  });

  test("goes on through both sides where the client does not record its own, and is kept for a critical divergence alone", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4737";
    await deliver({ traceparent: `00-${traceId}-00f067aa0ba902b7-00` });
    for (const side of [world.legacy, world.candidate]) {
      expect(told(side)).toEqual(["00", traceId, expect.stringMatching(/^[0-9a-f]{16}$/), "00"]);
    }
    const { "POST /": server, legacy } = await traceOf(traceId);
    expect(server?.attributes).toMatchObject({ "sombra.sampled": "tail" });
    expect(told(world.legacy)[2]).toBe(legacy?.spanId);
    // Neither side says anything grave: a later trace that arrives shows that this one had its time.
    const handshake = "4bf92f3577b34da6a3ce929d0e0e4738";
    await fetch(`${world.sombra.url}/webhook`, {
      headers: { traceparent: `00-${handshake}-00f067aa0ba902b7-00` },
    });
    await deliver();
    await traceOf(told(world.legacy)[1] ?? "");
    expect(collector.spans.filter((span) => span.traceId === handshake)).toEqual([]);
  });

  test("bears where its sides are, and what they say of their own time", async () => {
    await deliver();
    const { "POST /": server, legacy, candidate } = await traceOf(told(world.legacy)[1] ?? "");
    expect(server?.attributes).toMatchObject({
      "url.scheme": "http",
      "http.route": "/",
      "url.path": "/{rest}",
      "network.protocol.version": "1.1",
    });
    for (const [span, side] of [
      [legacy, world.legacy],
      [candidate, world.candidate],
    ] as const) {
      const { hostname, port } = new URL(side.url);
      expect(span?.attributes).toMatchObject({ "server.address": hostname, "server.port": Number(port) });
    }
    expect(legacy?.events).toEqual([
      { name: "sombra.server_timing", attributes: { name: "db", duration_ms: 4.5, description: "primary" } },
      { name: "sombra.server_timing", attributes: { name: "app" } },
    ]);
    expect(candidate?.events).toEqual([]);
  });

  test.each([
    ["of zeros", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"],
    ["of a forbidden version", "ff-4bf92f3577b34da6a3ce929d0e0e4738-00f067aa0ba902b7-01"],
    ["in capitals", "00-4BF92F3577B34DA6A3CE929D0E0E4738-00F067AA0BA902B7-01"],
    ["cut off", "00-4bf92f3577b34da6a3ce929d0e0e4738"],
  ])("is a new one where the client's is none: %s", async (_, traceparent) => {
    await deliver({ traceparent });
    const [, traceId = ""] = told(world.legacy);
    expect(traceparent.toLowerCase()).not.toContain(traceId);
    const { "POST /": server } = await traceOf(traceId);
    expect(server?.parentSpanId).toBeNull();
  });

  test("is each delivery's own, and whole", async () => {
    const seen = world.legacy.seen.length;
    await Promise.all(Array.from({ length: 10 }, () => post(world.sombra.url, textFrom(shopper))));
    const ids = world.legacy.seen.slice(seen).map(({ headers }) => String(headers["traceparent"]).split("-")[1] ?? "");
    expect(new Set(ids).size).toBe(10);
    for (const id of ids) {
      expect(Object.keys(await traceOf(id)).toSorted()).toEqual(["POST /", "candidate", "compare", "legacy"]);
    }
  });

  test("is there for what makes no items too: no handler hangs its spans on one that is never exported", async () => {
    await fetch(`${world.sombra.url}/webhook?hub.mode=subscribe`);
    const [, traceId = "", spanId, flags] = told(world.legacy);
    expect(flags).toBe("01");
    const { "GET /": server, legacy } = await traceOf(traceId, 2);
    expect([legacy?.spanId, legacy?.parentSpanId]).toEqual([spanId, server?.spanId]);
  });

  test("comes with metrics by the names of the guides", async () => {
    const names = (): Set<string> => new Set(collector.metrics.map(({ name }) => name));
    const wanted = [
      "latency_ms",
      "divergence_count",
      "sombra_items_total",
      "sombra_added_latency_ms",
      "sombra_overhead_ms",
    ];
    await expect.poll(() => [...names()], { timeout: 20_000 }).toEqual(expect.arrayContaining(wanted));
    const labels = collector.metrics.findLast(({ name }) => name === "latency_ms")?.labels;
    expect(labels).toEqual(
      expect.arrayContaining([
        { route: "default", side: "legacy" },
        { route: "default", side: "candidate" },
      ]),
    );
  });
});

describe("telemetry.sampleCompared", () => {
  const opened = new Opened();
  afterEach(opened.close);

  /** What both sides are told of a trace whose client records nothing, where nothing else would have it recorded. */
  async function flagsTold(share: string, enabled: string): Promise<readonly (string | undefined)[]> {
    const dir = opened.directory("sombra-sampled-");
    writeFileSync(join(dir, "sombra.yaml"), `telemetry: { sampleCompared: ${share} }\n${briefRoutes}`);
    const collector = opened.add(await startCollector());
    const { sombra, legacy, candidate } = await worldIn(opened, {
      ...collector.env,
      SOMBRA_CONFIG: join(dir, "sombra.yaml"),
      OTEL_TRACES_SAMPLER: "always_off",
      WHATSAPP_CANONICAL_EVENTS_ENABLED: enabled,
    });
    await post(sombra.url, textFrom(shopper), { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-00` });
    await settled(sombra, 1);
    return [legacy, candidate].map(({ seen }) => seen[0]?.headers["traceparent"]?.toString().split("-")[3]);
  }

  test("has both sides record what is compared, whatever the client says", async () => {
    expect(await flagsTold('"100%"', "true")).toEqual(["01", "01"]);
  });

  test("changes nothing where nothing is compared, or at a share of nothing", async () => {
    expect(await flagsTold("1", "false")).toEqual(["00", undefined]);
    expect(await flagsTold("0", "true")).toEqual(["00", "00"]);
  });
});

describe("a collector", () => {
  const faulty = async (opened: Opened, name: "hangs" | "resets"): Promise<Readonly<Record<string, string>>> =>
    exportsTo(opened.add(await startFaulty(name)).url);
  /** Answers without end, as fast as it is read. */
  const flooding = async (opened: Opened): Promise<Readonly<Record<string, string>>> => {
    const chunk = Buffer.alloc(65_536, "x");
    const pouring = await startSide((_, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour);
      pour();
    });
    return exportsTo(opened.add(pouring).url);
  };
  test.concurrent.each<readonly [string, (opened: Opened) => Promise<Readonly<Record<string, string>>>]>([
    ["is down", async () => exportsTo(await refusingUrl())],
    ["hangs", (opened) => faulty(opened, "hangs")],
    ["resets", (opened) => faulty(opened, "resets")],
    ["floods", flooding],
    ["is overloaded", async (opened) => opened.add(await startCollector(503)).env],
  ])(
    "that %s changes no answer and no ledger, and the process ends in time",
    async (_, envIn) => {
      const opened = new Opened();
      try {
        const { sombra } = await worldIn(opened, await envIn(opened));
        for (let i = 0; i < 5; i += 1) {
          const answer = await post(sombra.url, textFrom(shopper, `wamid.${i}`));
          expect([answer.status, await answer.json()]).toEqual([200, { by: "legacy", items: [1, 2] }]);
        }
        expect((await settled(sombra, 5)).compared).toMatchObject({ total: 5, divergent: 5 });
        // Three seconds for the exporters, five for the whole control thread.
        const late = new Promise((resolve) => void setTimeout(() => resolve("still running"), 8_000));
        expect(await Promise.race([sombra.stop(), late])).toBe(0);
      } finally {
        await opened.close();
      }
    },
    30_000,
  );
});

describe("log lines", () => {
  const opened = new Opened();
  afterAll(opened.close);

  test("have the fields of their event", async () => {
    const { sombra, legacy } = await worldIn(opened, {});
    await post(sombra.url, textFrom(shopper));
    await settled(sombra, 1);
    await sombra.call("POST", "/api/kill");
    await sombra.line(({ event }) => event === "kill");
    await sombra.line(({ event }) => event === "dual_run_comparison");
    for (const line of sombra.lines) {
      expect(line).toMatchObject({ event: expect.any(String), tag: expect.any(String) });
      expect(new Date(String(line["timestamp"])).toISOString()).toBe(line["timestamp"]);
      expect(line).toHaveProperty("trace_id");
    }
    const [, traceId] = String(legacy.seen[0]?.headers["traceparent"]).split("-");
    const hashed = expect.stringMatching(/^[0-9a-f]{16}$/);
    const ofDelivery = { trace_id: traceId };
    expect(lineOf(sombra, "feature_flag_check")).toMatchObject({
      ...ofDelivery,
      tag: "FEATURE_FLAG",
      flag_name: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
      enabled: true,
      shopper_id: hashed,
      reason: "enabled",
    });
    expect(lineOf(sombra, "delivery")).toMatchObject({
      ...ofDelivery,
      tag: "DELIVERY",
      route: "default",
      mode: "dual-run",
      answered_by: "legacy",
      status: 200,
      latency_ms: expect.any(Number),
      overhead_ms: expect.any(Number),
    });
    expect(lineOf(sombra, "dual_run_comparison")).toMatchObject({
      ...ofDelivery,
      tag: "DUAL_RUN",
      exchange: expect.stringMatching(/^[0-9a-f]{24}$/),
      route: "default",
      item_kind: "message.text",
      mode: "dual-run",
      shopper_id: hashed,
      legacy_status: 200,
      candidate_status: 500,
      legacy_ms: expect.any(Number),
      candidate_ms: expect.any(Number),
      added_latency_ms: expect.any(Number),
      verdict: "divergent",
      severity: "critical",
      signatures: expect.arrayContaining([hashed]),
    });
    expect(lineOf(sombra, "mode")).toMatchObject({
      tag: "ROLLOUT",
      route: "default",
      enabled: true,
      shadow: true,
      dual_run: true,
      reason: expect.any(String),
    });
    expect(lineOf(sombra, "kill")).toMatchObject({ tag: "ROLLOUT", trace_id: null, killed: true });
    await expect.poll(() => sombra.lines.filter(({ event }) => event === "mode").at(-1)?.["enabled"]).toBe(false);
  });
});

function lineOf(sombra: Sombra, event: string): LogLine | undefined {
  return sombra.lines.find((line) => line.event === event);
}

describe("what leaves the process", () => {
  const opened = new Opened();
  afterEach(opened.close);

  const name = "Ximena Ñandú";
  const message = "Where is my order 4711-XK?";
  const wamid = `wamid.${Buffer.from(`\x1d\x0c${shopper}\x15\x02`).toString("base64")}`;
  const delivery = textFrom(shopper, wamid)
    .replace('"hello"', JSON.stringify(message))
    .replace('"Test"', JSON.stringify(name));
  /** In every form in which they could get out; the number also without its country, the text also in part. */
  const personal = [
    shopper,
    shopper.slice(2),
    name,
    "Ximena",
    encodeURIComponent(name),
    wamid,
    wamid.slice("wamid.".length),
    message,
    "4711-XK",
    Buffer.from(shopper).toString("base64").replace(/=+$/, ""),
    Buffer.from(message).toString("base64").replace(/=+$/, ""),
  ];
  /** An answer that repeats everything it was told, as values, as names of members and in its fields. */
  const echo = (mark: string, type: string) => ({
    type,
    body:
      type === "application/json"
        ? JSON.stringify({
            to: shopper + mark,
            [shopper + mark]: { [name + mark]: message, [wamid + mark]: mark },
            [`+${shopper}`]: [name, message, mark],
            texts: { [message + mark]: name },
          })
        : type === "text/plain"
          ? `${shopper} ${name}\n${message} ${mark}\n`
          : `${shopper}${mark}=${encodeURIComponent(name)}&text=${encodeURIComponent(message + mark)}`,
    location: `/chat/${shopper}?text=${encodeURIComponent(message)}${mark}`,
  });
  const types = ["application/json", "text/plain", "application/x-www-form-urlencoded"];

  async function everything(sombra: Sombra, collector: Collector): Promise<Readonly<Record<string, string>>> {
    const { groups } = await sombra.get<Groups>("/api/divergences");
    const page = async (path: string): Promise<string> => (await sombra.call("GET", path)).text();
    const ofGroups = await Promise.all(groups.map(({ signature }) => page(`/api/divergences/${signature}`)));
    const exchanges = [...new Set(groups.flatMap(({ examples }) => examples))];
    const ofExchanges = await Promise.all(exchanges.map((id) => page(`/api/exchanges/${id}`)));
    const metrics = await page("/metrics");
    await expect.poll(() => collector.metrics.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const pages = await Promise.all(["/", "/api/ledger", "/api/routes", "/readyz"].map(page));
    expect(await sombra.stop()).toBe(0);
    return {
      "spans and metrics": collector.bodies.join("\n"),
      "log lines": sombra.lines.map((line) => JSON.stringify(line)).join("\n"),
      "standard error": sombra.errors.join(""),
      "/metrics": metrics,
      divergences: [JSON.stringify(groups), ...ofGroups].join("\n"),
      exchanges: ofExchanges.join("\n"),
      pages: pages.join("\n"),
    };
  }

  async function traffic(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const collector = opened.add(await startCollector());
    const said =
      (mark: string) =>
      ({ url }: { readonly url: string }) =>
        echo(mark, types.find((type) => url.includes(encodeURIComponent(type))) ?? "application/json");
    const side = (mark: string, status: number) =>
      startSide((seen, response) => {
        if (seen.url.includes("resets") && mark === "b") return response.destroy();
        const { type, body, location } = said(mark)(seen);
        return response.writeHead(status, { "content-type": type, location }).end(body);
      });
    const [legacy, candidate] = [opened.add(await side("a", 200)), opened.add(await side("b", 302))];
    const sombra = await opened.sombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_GRAPH_URL: legacy.url,
      WHATSAPP_CANONICAL_EVENTS_ENABLED_ALLOWLIST: shopper,
      ...collector.env,
      ...env,
    });
    const targets = [...types.map(encodeURIComponent), "resets"].map(
      (last) => `/${shopper}/${encodeURIComponent(name)}/${last}?from=${shopper}&text=${encodeURIComponent(message)}`,
    );
    const headers = [
      "content-type",
      "application/json",
      "x-shopper",
      shopper,
      "cookie",
      `name=${encodeURIComponent(name)}`,
    ];
    for (const [i, target] of targets.entries()) {
      await call(sombra.url, { target, headers, body: delivery.replace(wamid, `${wamid}${i}`) });
    }
    await call(sombra.url, { headers, body: delivery.slice(0, -3) });
    const send = JSON.stringify({ messaging_product: "whatsapp", to: shopper, type: shopper, text: { body: message } });
    for (const address of ["legacy/graph", "candidate/graph", "twin/graph", "candidate/nothing", `${shopper}/graph`]) {
      const target = `/${address}/v23.0/${shopper}/messages?text=${encodeURIComponent(message)}`;
      await call(sombra.egressUrl, { target, headers, body: send });
    }
    await settled(sombra, targets.length + 1);
    await sombra.line((line) => line.event === "dual_run_comparison" && line["verdict"] === "failed");
    return everything(sombra, collector);
  }

  test("has no number, name, message id or text in it", { timeout: 30_000 }, async () => {
    const left = await traffic({});
    for (const [where, text] of Object.entries(left)) {
      for (const secret of personal) expect(text.includes(secret), `${where} shows ${secret}`).toBe(false);
    }
    // What was searched is what it is meant to be.
    const found = {
      "spans and metrics": ["sombra.divergence", "sombra.item_kind", "latency_ms"],
      "log lines": ["dual_run_comparison", "message.text"],
      "/metrics": ["latency_ms_bucket", 'kind="send.other"'],
      divergences: ["/body/", "/headers/location", "message.text"],
      exchanges: ['"shopper":"', "/body/lines/"],
      pages: ["Sombra"],
    };
    for (const [where, words] of Object.entries(found)) {
      for (const word of words) expect(left[where]?.includes(word), `${where} shows ${word}`).toBe(true);
    }
  });

  test(
    "has the number in the log where the operator asks for it, and in no trace or metric",
    { timeout: 30_000 },
    async () => {
      const left = await traffic({ SOMBRA_LOG_SHOPPER: "plain" });
      const showing = Object.entries(left).filter(([, text]) => text.includes(shopper));
      expect(showing.map(([where]) => where)).toContain("log lines");
      expect(showing.map(([where]) => where)).not.toContain("spans and metrics");
      expect(showing.map(([where]) => where)).not.toContain("/metrics");
    },
  );

  test("has nothing of a shopper in the files that outlive it", async () => {
    const sombra = await opened.sombra({
      SOMBRA_LEGACY_URL: opened.add(await startSide(json(200, {}))).url,
      SOMBRA_CANDIDATE_URL: opened.add(await startSide(json(500, {}))).url,
      ...on,
    });
    await post(sombra.url, delivery);
    await call(sombra.egressUrl, { target: "/candidate/graph/v23.0/1/messages", body: delivery });
    await settled(sombra, 1);
    await expect.poll(() => readdirSync(sombra.dataDir)).toContain("egress-used");
    for (const file of readdirSync(sombra.dataDir)) {
      const text = readFileSync(join(sombra.dataDir, file), "latin1");
      for (const secret of personal) expect(text.includes(secret), `${file} shows ${secret}`).toBe(false);
    }
  });
});
