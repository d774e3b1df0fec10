import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/gates.ts";
import { metricOf } from "../../src/account/index.ts";
import { deliveries } from "../../src/demo/index.ts";
import { startCollector, type Collector } from "../support/collector.ts";
import { freePort } from "../support/free-port.ts";
import { readMetricsPage } from "../support/metrics-page.ts";
import { Opened } from "../support/opened.ts";
import { startRedis } from "../support/redis.ts";
import { startSombra, type LedgerAnswer, type Sombra } from "../support/sombra.ts";
import { compose, portsOf } from "./compose-file.ts";
import { runs, textOf } from "./files.ts";
import { mayBe } from "./tables.ts";

/**
 * docker/compose.yaml without an engine: its commands as processes of this machine, with its settings; what they call each
 * other is this machine's loopback, and each listens on a free port there.
 */
const opened = new Opened();
let sombra: Sombra;
let collector: Collector;
const ports = new Map<string, number>();

/** A text of the stack, with its services where they are here. */
function here(text: string): string {
  return text.replaceAll(/\b([a-z]+):(\d+)\b/g, (whole, host: string, port: string) => {
    const found = ports.get(`${host}:${port}`);
    return found === undefined ? whole : `127.0.0.1:${found}`;
  });
}

function environmentOf(name: string): Readonly<Record<string, string>> {
  const environment = compose.services[name]?.environment ?? {};
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, here(value)]));
}

/** The whole of the demo's deliveries in seconds. */
const faster = { PER_SECOND: "25" };

/** A service that runs the demo's sources. */
async function demo(name: string): Promise<void> {
  const [program, ...args] = compose.services[name]?.command ?? [];
  expect(program).toBe("node");
  const [port = 0] = (portsOf[name] ?? []).map((inside) => ports.get(`${name}:${inside}`) ?? 0);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: String(port), ...environmentOf(name), ...faster },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  opened.add({
    close: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  });
  // Each says a line once it is there.
  await Promise.race([once(child.stdout, "data"), gone.then(() => Promise.reject(new Error(`${name} ended`)))]);
}

const token = { authorization: `Bearer ${compose.services["sombra"]?.environment?.["SOMBRA_ADMIN_TOKEN"] ?? ""}` };

async function startAll(): Promise<void> {
  const redis = opened.add(await startRedis());
  collector = opened.add(await startCollector());
  const [exportsTo = ""] = Object.values(collector.env);
  ports.set("redis:6379", redis.port).set("collector:4318", Number(new URL(exportsTo).port));
  for (const name of ["sombra", "graph", "legacy", "candidate"]) {
    for (const port of portsOf[name] ?? []) ports.set(`${name}:${port}`, await freePort());
  }
  const portOf = (inside: number): string => String(ports.get(`sombra:${inside}`));
  await Promise.all(["graph", "legacy", "candidate"].map(demo));
  const configDir = mkdtempSync(join(tmpdir(), "sombra-stack-"));
  writeFileSync(join(configDir, "sombra.yaml"), textOf("demo/sombra.yaml"));
  sombra = await startSombra({
    ...environmentOf("sombra"),
    ...collector.env,
    SOMBRA_CONFIG: join(configDir, "sombra.yaml"),
    SOMBRA_ADMIN_HOST: "127.0.0.1",
    SOMBRA_EGRESS_HOST: "127.0.0.1",
    SOMBRA_PORT: portOf(8080),
    SOMBRA_ADMIN_PORT: portOf(8081),
    SOMBRA_EGRESS_PORT: portOf(8082),
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  });
  opened.add({
    close: async () => {
      await sombra.stop();
      rmSync(configDir, { recursive: true });
    },
  });
  await demo("load");
}

async function asked(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await fetch(sombra.adminUrl + path, { headers: { ...token, ...headers } });
  expect(answer.status).toBe(200);
  return answer.text();
}

describe("the stack", () => {
  beforeAll(startAll, 60_000);
  afterAll(opened.close);

  it("compares both handlers under load, effects and all", { timeout: 30_000 }, async () => {
    const ledger = async (): Promise<LedgerAnswer> => JSON.parse(await asked("/api/ledger"));
    await expect.poll(async () => (await ledger()).compared["total"], { timeout: 25_000 }).toBeGreaterThan(10);
    const { compared } = await ledger();
    expect([compared["divergent"], compared["match"]].map((count) => (count ?? 0) > 0)).toContain(true);
    const page = readMetricsPage(await asked("/metrics"));
    const sends = (side: string, disposition: string): boolean =>
      page
        .get("sombra_effects_total")
        ?.samples.some(({ labels }) => labels["side"] === side && labels["disposition"] === disposition) ?? false;
    expect([sends("legacy", "released"), sends("candidate", "held"), sends("candidate", "released")]).toEqual([
      true,
      true,
      false,
    ]);
    const attributed = page.get("sombra_effects_attributed_total")?.samples ?? [];
    expect(attributed.some(({ labels }) => labels["fate"] === "attributed")).toBe(true);
  });

  it("tells nothing on the metrics page but what is declared, in labels that the page of telemetry allows", async () => {
    const pageNow = async () => readMetricsPage(await asked("/metrics"));
    await expect.poll(async () => (await pageNow()).size, { timeout: 30_000 }).toBeGreaterThan(20);
    const page = await pageNow();
    const { flags }: { flags: readonly { key: string }[] } = JSON.parse(await asked("/api/flags"));
    const configured = new Set(["default", ...flags.map(({ key }) => key)]);
    const wrong = [...page].flatMap(([name, { type, help, samples }]) => {
      const metric = metricOf(name);
      if (metric === null || metric.type !== type || metric.help !== help) return [`${name} is not declared so`];
      return samples.flatMap(({ labels }) => {
        const pairs = Object.entries(labels).filter(([label]) => label !== "le");
        const declared = new Set(metric.labels);
        return pairs
          .filter(([label, value]) => !declared.delete(label) || !mayBe(label, value, configured))
          .map((pair) => `${name} ${pair.join(" ")}`)
          .concat([...declared].map((label) => `${name} lacks ${label}`));
      });
    });
    expect(wrong).toEqual([]);
  });

  it("leads from a bucket of the latency to a trace that the collector has", async () => {
    const pointedTo = async (): Promise<readonly string[]> => {
      const page = readMetricsPage(await asked("/metrics", { accept: "application/openmetrics-text" }));
      return (page.get("latency_ms")?.samples ?? []).flatMap(({ exemplar }) => exemplar?.labels["trace_id"] ?? []);
    };
    await expect.poll(async () => (await pointedTo()).length, { timeout: 30_000 }).toBeGreaterThan(0);
    const ids = await pointedTo();
    await expect.poll(() => collector.spans.some(({ traceId }) => ids.includes(traceId))).toBe(true);
  });

  it("exports no number, name or text of all that was delivered", { timeout: 30_000 }, async () => {
    const all = deliveries({ seed: 1, appSecret: "" });
    const ledger = async (): Promise<LedgerAnswer> => JSON.parse(await asked("/api/ledger"));
    await expect.poll(async () => (await ledger()).received, { timeout: 25_000 }).toBeGreaterThan(all.length * 2);
    const exported: Readonly<Record<string, string>> = {
      spans: collector.bodies.join("\n"),
      metrics: await asked("/metrics"),
      logs: sombra.lines.map((line) => JSON.stringify(line)).join("\n"),
    };
    const personal = new Set(all.flatMap(({ body }) => personalIn(JSON.parse(body.toString()))));
    expect(personal.size).toBeGreaterThan(50);
    const found = Object.entries(exported).flatMap(([where, text]) =>
      [...personal]
        .flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)])
        .filter((one) => text.includes(one))
        .map((one) => `${where}: ${one}`),
    );
    expect(found).toEqual([]);
    // What was searched is what it is meant to be.
    expect(exported["spans"]).toContain("sombra.divergence");
    expect(exported["logs"]).toContain("dual_run_comparison");
  });

  it.runIf(runs("prometheus", "--version"))(
    "is scraped by a real Prometheus with the stack's own configuration",
    { timeout: 40_000 },
    async () => {
      const prometheus = await startPrometheus();
      await expect.poll(() => prometheus.query('up{job="sombra"}'), { timeout: 20_000 }).toEqual(["1"]);
      await expect
        .poll(() => prometheus.query("sum(sombra_deliveries_total) > bool 0"), { timeout: 30_000 })
        .toEqual(["1"]);
      expect(await prometheus.query("sum(latency_ms_count) > bool 0")).toEqual(["1"]);
      expect(await prometheus.exemplars("latency_ms_bucket")).toBeGreaterThan(0);
      const healths = await prometheus.rules();
      expect(healths.length).toBeGreaterThan(10);
      await expect.poll(async () => new Set(await prometheus.rules()), { timeout: 30_000 }).toEqual(new Set(["ok"]));
    },
  );
});

/** Members whose strings are somebody's: who, to whom, what was said. */
const personalMembers =
  /^(from|to|id|wa_id|user_id|parent_user_id|recipient_\w+|\w*name|phone\w*|email|body|text|caption|address|title|description|comentário)$/;

/** Every such string of a document, too short ones aside, which stand everywhere. */
function personalIn(value: unknown, member = ""): readonly string[] {
  if (typeof value === "string") return personalMembers.test(member) && value.length > 5 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => personalIn(inside, Array.isArray(value) ? member : name));
}

/** Prometheus as docker/compose.yaml starts it, on a directory of its own. */
async function startPrometheus() {
  const dir = mkdtempSync(join(tmpdir(), "sombra-prometheus-"));
  writeFileSync(
    join(dir, "prometheus.yaml"),
    here(textOf("prometheus/prometheus.yaml")).replaceAll(/(_interval): \d+s/g, "$1: 1s"),
  );
  writeFileSync(join(dir, "alerts.yaml"), textOf("prometheus/alerts.yaml"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const flags = (compose.services["prometheus"]?.command ?? []).map((flag) =>
    flag.replace("/etc/prometheus/", `${dir}/`).replace("=/prometheus", `=${dir}/data`),
  );
  const child = spawn("prometheus", [...flags, `--web.listen-address=${new URL(url).host}`], { stdio: "ignore" });
  const gone = once(child, "exit");
  opened.add({
    close: async () => {
      child.kill("SIGKILL");
      await gone;
      rmSync(dir, { recursive: true });
    },
  });
  const get = async (path: string): Promise<{ data: unknown }> => {
    const answer = await fetch(url + path).catch(() => null);
    return answer?.ok === true ? JSON.parse(await answer.text()) : { data: null };
  };
  return {
    async query(expression: string): Promise<readonly string[]> {
      const { data } = await get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { result = [] } = (data ?? {}) as { result?: readonly { value: readonly [number, string] }[] };
      return result.map(({ value }) => value[1]);
    },
    async exemplars(name: string): Promise<number> {
      const now = Date.now() / 1000;
      const { data } = await get(`/api/v1/query_exemplars?query=${name}&start=${now - 600}&end=${now + 60}`);
      return ((data ?? []) as readonly { exemplars: readonly unknown[] }[]).flatMap((one) => one.exemplars).length;
    },
    async rules(): Promise<readonly string[]> {
      const { data } = await get("/api/v1/rules");
      const { groups = [] } = (data ?? {}) as { groups?: readonly { rules: readonly { health: string }[] }[] };
      return groups.flatMap((group) => group.rules.map(({ health }) => health));
    },
  };
}
