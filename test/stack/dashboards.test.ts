import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { root } from "../../scripts/gates.ts";
import { documentIn } from "./files.ts";
import { labelsLeft, problemsIn } from "./promql.ts";

const source = z.strictObject({ type: z.literal("prometheus"), uid: z.string() });
const panelShape = z.strictObject({
  id: z.number(),
  type: z.enum(["stat", "timeseries", "table", "heatmap"]),
  title: z.string().min(1),
  description: z.string().optional(),
  datasource: source,
  targets: z
    .array(
      z.strictObject({
        refId: z.string(),
        datasource: source,
        expr: z.string(),
        legendFormat: z.string(),
        exemplar: z.literal(true).optional(),
        instant: z.literal(true).optional(),
        format: z.enum(["table", "heatmap"]).optional(),
      }),
    )
    .min(1),
  fieldConfig: z.strictObject({ defaults: z.record(z.string(), z.unknown()), overrides: z.tuple([]) }),
  options: z.record(z.string(), z.unknown()).optional(),
  gridPos: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
});
const dashboardShape = z.looseObject({
  uid: z.string(),
  title: z.string(),
  panels: z.array(panelShape).min(1),
  templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.object({ query: z.string() }) })) }),
});

const folder = join(root, "docker/grafana/dashboards");
const names = readdirSync(folder).toSorted();
const dashboards = names.map(
  (name) => [name, dashboardShape.parse(JSON.parse(readFileSync(join(folder, name), "utf8")))] as const,
);

describe("the dashboards", () => {
  it("are those of the stack, each with a name of its own", () => {
    expect(names).toEqual(["divergences.json", "health.json", "latency.json", "overview.json", "rollout.json"]);
    expect(new Set(dashboards.flatMap(([, { uid, title }]) => [uid, title])).size).toBe(10);
  });

  it("are where the provisioned folder has them, and look at the provisioned sources", () => {
    const providers = z.strictObject({
      apiVersion: z.literal(1),
      providers: z.tuple([
        z.strictObject({
          name: z.string(),
          folder: z.string(),
          type: z.literal("file"),
          options: z.strictObject({ path: z.string() }),
        }),
      ]),
    });
    const sources = z.strictObject({
      apiVersion: z.literal(1),
      datasources: z.array(
        z.strictObject({
          name: z.string(),
          uid: z.string(),
          type: z.enum(["prometheus", "jaeger"]),
          access: z.literal("proxy"),
          url: z.url(),
          isDefault: z.literal(true).optional(),
          jsonData: z
            .strictObject({
              timeInterval: z.string(),
              exemplarTraceIdDestinations: z.array(z.strictObject({ name: z.string(), datasourceUid: z.string() })),
            })
            .optional(),
        }),
      ),
    });
    const [{ options }] = documentIn("grafana/provisioning/dashboards/dashboards.yaml", providers).providers;
    const { services } = documentIn(
      "compose.yaml",
      z.object({ services: z.object({ grafana: z.object({ volumes: z.array(z.string()) }) }) }),
    );
    expect(services.grafana.volumes).toContain(`./grafana/dashboards:${options.path}:ro`);
    const { datasources } = documentIn("grafana/provisioning/datasources/datasources.yaml", sources);
    const uids = new Set(datasources.map(({ uid }) => uid));
    for (const [, { panels }] of dashboards) {
      const used = panels.flatMap(({ datasource, targets }) => [datasource, ...targets.map((one) => one.datasource)]);
      expect([...uids]).toEqual(expect.arrayContaining([...new Set(used.map(({ uid }) => uid))]));
    }
    // What OpenMetrics calls the label of an exemplar leads to the traces.
    const [destination] = datasources.flatMap(({ jsonData }) => jsonData?.exemplarTraceIdDestinations ?? []);
    expect(destination?.name).toBe("trace_id");
    expect(uids).toContain(destination?.datasourceUid);
  });
});

describe.each(dashboards)("%s", (_, { panels, templating }) => {
  it("asks for series, labels and values that there are, in PromQL", () => {
    const problems = panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr }) => problemsIn(expr).map((problem) => `${title}: ${problem}`)),
    );
    expect(problems).toEqual([]);
    const queries = templating.list.map(({ query }) => /^label_values\((\w+), (\w+)\)$/.exec(query.query));
    for (const [, metric, label] of queries.map((found) => found ?? [])) {
      expect(problemsIn(`sum by (${label}) (${metric})`)).toEqual([]);
    }
  });

  it("names its lines by labels that the query leaves", () => {
    const wrong = panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const left = labelsLeft(expr);
        const named = [...legendFormat.matchAll(/{{(\w+)}}/g)].map(([, label = ""]) => label);
        return named.filter((label) => left?.includes(label) === false).map((label) => `${title}: ${label}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("uses no variable that it does not have", () => {
    const variables = new Set([...templating.list.map(({ name }) => name), "__rate_interval", "__range"]);
    const used = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name)),
    );
    expect([...new Set(used)].filter((name) => !variables.has(name))).toEqual([]);
  });

  it("has panels that do not lie on each other", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (__, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });
});

describe("what judges the queries", () => {
  it.each([
    ["sum(rate(latency_ms_bucket[5m])", /no PromQL/],
    ["vector(0)", /looks at nothing/],
    ["sombra_no_such_total", /no metric is called "sombra_no_such_total"/],
    ['latency_ms{side="legacy"}', /no metric is called "latency_ms"/],
    ['divergence_count{side="legacy"}', /has no label "side"/],
    ['divergence_count{severity="fatal"}', /severity of divergence_count is never "fatal"/],
    ['sombra_items_total{substate=~"queue-full|queue-empty"}', /never "queue-empty"/],
    ["sum by (side) (divergence_count)", /has no label "side" to group by/],
  ])("finds what is wrong with %s", (expression, problem) => {
    expect(problemsIn(expression).join("; ")).toMatch(problem);
  });

  it("finds nothing wrong with what is right", () => {
    const right =
      'sum by (route, le, instance) (rate(latency_ms_bucket{route=~"$route", side="legacy"}[$__rate_interval]))';
    expect(problemsIn(right)).toEqual([]);
    expect(labelsLeft(right)).toEqual(["route", "le", "instance"]);
  });
});
