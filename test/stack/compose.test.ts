import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { root } from "../../scripts/gates.ts";
import { load } from "../../src/cli/config/sample.ts";
import { compose, portsOf } from "./compose-file.ts";
import { documentIn, runs, textOf } from "./files.ts";

const { services, volumes } = compose;
const all = Object.entries(services);
/** Every `host:port` in a text, of hosts that are services. */
const addressesIn = (text: string): readonly (readonly [string, number])[] =>
  [...text.matchAll(/\b([a-z]+):(\d+)\b(?!\.)/g)].flatMap(([, host = "", port]) =>
    Object.hasOwn(services, host) ? [[host, Number(port)] as const] : [],
  );

describe("the compose file", () => {
  it("brings up Sombra, what it needs, both handlers under load, and what shows it", () => {
    expect(Object.keys(services).toSorted()).toEqual(Object.keys(portsOf).toSorted());
  });

  it("pins every image by tag, save those it builds", () => {
    const wrong = all.filter(
      ([, { image, build }]) => build === undefined && !/^[a-z0-9./-]+:v?\d+\.\d+\.\d+(-[a-z]+)?$/.test(image),
    );
    expect(wrong).toEqual([]);
  });

  it("builds stages that the Dockerfile has", () => {
    const stages = [...textOf("Dockerfile").matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage);
    const built = all.flatMap(([, { build }]) => build ?? []);
    expect(built.length).toBeGreaterThan(0);
    for (const { context, dockerfile, target } of built) {
      expect(existsSync(join(root, "docker", context, dockerfile))).toBe(true);
      if (target !== undefined) expect(stages).toContain(target);
    }
  });

  it("mounts files that are there, read-only, and volumes that it has", () => {
    for (const mount of all.flatMap(([, one]) => one.volumes ?? [])) {
      const [from = "", , mode] = mount.split(":");
      if (!from.startsWith(".")) expect(Object.keys(volumes)).toContain(from);
      else expect([existsSync(join(root, "docker", from)), mode]).toEqual([true, "ro"]);
    }
  });

  it("speaks to services where they listen, as do the files that it mounts", () => {
    const mounted = [
      "collector/collector.yaml",
      "prometheus/prometheus.yaml",
      "grafana/provisioning/datasources/datasources.yaml",
    ];
    const addresses = [JSON.stringify(services), ...mounted.map(textOf)].flatMap(addressesIn);
    expect(addresses.length).toBeGreaterThan(10);
    expect(addresses.filter(([host, port]) => portsOf[host]?.includes(port) !== true)).toEqual([]);
    const awaited = all.flatMap(([, one]) => Object.keys(one.depends_on ?? {}));
    expect(awaited.filter((name) => !Object.hasOwn(services, name))).toEqual([]);
  });

  it("publishes ports on loopback alone, each once, and never the egress", () => {
    const published = all.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, /^127\.0\.0\.1:(\d+):(\d+)$/.exec(port)] as const),
    );
    const outside = published.map(([, found]) => found?.[1]);
    expect(new Set(outside).size).toBe(published.length);
    expect(outside).not.toContain(undefined);
    for (const [name, found] of published) expect(portsOf[name]).toContain(Number(found?.[2]));
    expect(outside).not.toContain("8082");
  });

  it("gives Sombra settings that it takes, and time to stop in good order", () => {
    const { environment = {}, read_only, stop_grace_period = "0s" } = services["sombra"] ?? {};
    const config = load(environment, { "config/sombra.yaml": textOf("demo/sombra.yaml") });
    expect(config.routes).toMatchObject([{ candidate: { url: "http://candidate:3000" } }]);
    expect(config.file).toBe("config/sombra.yaml");
    expect(read_only).toBe(true);
    // What an egress and a log may take after graceMs is 7 s.
    expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(config.graceMs / 1000 + 7);
  });

  it("tells Prometheus the token, handlers the app secret", () => {
    const { SOMBRA_ADMIN_TOKEN: token, SOMBRA_APP_SECRET: secret } = services["sombra"]?.environment ?? {};
    expect(textOf("prometheus/prometheus.yaml")).toContain(`credentials: ${token ?? ""} }`);
    for (const name of ["legacy", "candidate", "load"])
      expect(services[name]?.environment?.["APP_SECRET"]).toBe(secret);
  });
});

/** There is no collector in Debian to ask: these are the parts of its configuration that the stack uses, spelled out. */
describe("the collector's configuration", () => {
  const endpoint = z.strictObject({ endpoint: z.string() });
  const { service, ...components } = documentIn(
    "collector/collector.yaml",
    z.strictObject({
      receivers: z.strictObject({
        otlp: z.strictObject({ protocols: z.strictObject({ grpc: endpoint, http: endpoint }) }),
      }),
      processors: z.strictObject({
        memory_limiter: z.strictObject({ check_interval: z.string().regex(/^\d+s$/), limit_mib: z.number() }),
        batch: z.strictObject({}),
      }),
      exporters: z.record(
        z.string().regex(/^otlp(\/[a-z]+)?$/),
        z.strictObject({ endpoint: z.string(), tls: z.strictObject({ insecure: z.literal(true) }) }),
      ),
      service: z.strictObject({
        pipelines: z.record(
          z.enum(["traces", "metrics", "logs"]),
          z
            .strictObject({
              receivers: z.array(z.string()),
              processors: z.array(z.string()),
              exporters: z.array(z.string()),
            })
            .optional(),
        ),
      }),
    }),
  );

  it("has pipelines of components that it defines, and no component that no pipeline uses", () => {
    for (const part of ["receivers", "processors", "exporters"] as const) {
      const used = Object.values(service.pipelines).flatMap((pipeline) => pipeline?.[part] ?? []);
      expect(new Set(used)).toEqual(new Set(Object.keys(components[part])));
    }
  });

  it("receives where Sombra sends", () => {
    const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = "" } = services["sombra"]?.environment ?? {};
    const { http } = components.receivers.otlp.protocols;
    expect(new URL(endpoint).port).toBe(http.endpoint.split(":")[1]);
  });

  it("limits memory first, and makes batches last", () => {
    expect(service.pipelines.traces?.processors).toEqual(["memory_limiter", "batch"]);
  });
});

/** Where the plugin is installed: a client is enough, no engine. */
describe.runIf(runs("docker", "compose", "version"))("docker compose", () => {
  it("takes the file", () => {
    const config = execFileSync("docker", ["compose", "-f", "docker/compose.yaml", "config", "--services"], {
      cwd: root,
    });
    expect(config.toString().trim().split("\n").toSorted()).toEqual(Object.keys(services).toSorted());
  });
});
