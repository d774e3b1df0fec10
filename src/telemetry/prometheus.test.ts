import { describe, expect, it } from "vitest";
import { metrics, type Series } from "../account/index.ts";
import { renderPrometheus } from "./prometheus.ts";

interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Map<string, number>;
}

const sampleForm =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)$/;

/** Text format 0.0.4, strictly: every line a comment or a sample, HELP and TYPE once and before the samples. */
function parse(text: string): Map<string, Family> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("No newline at the end");
  const families = new Map<string, Family>();
  let current = "";
  const helps = new Map<string, string>();
  for (const line of text.split("\n").slice(0, -1)) {
    const comment = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line);
    const [, keyword, name = "", rest = ""] = comment ?? [];
    if (keyword === "HELP") {
      if (helps.has(name)) throw new Error(`HELP twice: ${name}`);
      helps.set(name, rest);
    } else if (keyword === "TYPE") {
      if (families.has(name)) throw new Error(`TYPE twice: ${name}`);
      families.set(name, { type: rest, help: helps.get(name) ?? "", samples: new Map() });
      current = name;
    } else {
      const [, series = "", labels = "", value = ""] = sampleForm.exec(line) ?? [];
      const family = families.get(current);
      const suffixes = family?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!suffixes.some((suffix) => series === `${current}${suffix}`)) throw new Error(`Out of place: ${line}`);
      const key = `${series}{${labels}}`;
      if (family === undefined || family.samples.has(key)) throw new Error(`Series twice: ${line}`);
      family.samples.set(key, value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value));
    }
  }
  return families;
}

const empty: Series = { counters: [], gauges: [], histograms: [] };

describe("the Prometheus page", () => {
  it("is empty where nothing was counted", () => {
    expect(renderPrometheus(empty)).toBe("");
  });

  it("bears the names of SPEC 9 as they are, with help and type", () => {
    const page = parse(
      renderPrometheus({
        ...empty,
        counters: [
          { name: "divergence_count", labels: { route: "default", severity: "critical" }, value: 2 },
          { name: "sombra_deliveries_total", labels: { route: "default", mode: "dual-run" }, value: 7 },
          { name: "divergence_count", labels: { route: "default", severity: "minor" }, value: 1 },
        ],
        gauges: [{ name: "sombra_killed", labels: {}, value: 0 }],
      }),
    );
    expect([...page.keys()]).toEqual(["divergence_count", "sombra_deliveries_total", "sombra_killed"]);
    expect(page.get("divergence_count")).toEqual({
      type: "counter",
      help: metrics.divergence_count.help,
      samples: new Map([
        ['divergence_count{route="default",severity="critical"}', 2],
        ['divergence_count{route="default",severity="minor"}', 1],
      ]),
    });
    expect(page.get("sombra_killed")?.samples).toEqual(new Map([["sombra_killed{}", 0]]));
  });

  it("shows a histogram cumulatively, up to +Inf", () => {
    const { bounds } = metrics.latency_ms;
    const buckets = [...bounds.map((_, i) => i % 3), 5];
    const count = buckets.reduce((a, b) => a + b, 0);
    const labels = { route: "default", side: "legacy" };
    const family = parse(
      renderPrometheus({ ...empty, histograms: [{ name: "latency_ms", labels, buckets, sum: 1234.5, count }] }),
    ).get("latency_ms");
    expect(family?.type).toBe("histogram");
    const samples = [...(family?.samples ?? [])];
    expect(samples).toHaveLength(bounds.length + 3);
    expect(samples[0]).toEqual([`latency_ms_bucket{route="default",side="legacy",le="${bounds[0]}"}`, 0]);
    expect(samples[2]).toEqual([`latency_ms_bucket{route="default",side="legacy",le="${bounds[2]}"}`, 3]);
    expect(samples[bounds.length - 1]?.[1]).toBe(count - 5);
    expect(samples.slice(-3)).toEqual([
      ['latency_ms_bucket{route="default",side="legacy",le="+Inf"}', count],
      ['latency_ms_sum{route="default",side="legacy"}', 1234.5],
      ['latency_ms_count{route="default",side="legacy"}', count],
    ]);
  });

  it("escapes what a label may not hold as it is", () => {
    const route = 'a"b\\c\nd';
    const text = renderPrometheus({
      ...empty,
      gauges: [{ name: "sombra_items_pending", labels: { route }, value: 1 }],
    });
    expect(parse(text).get("sombra_items_pending")?.samples).toEqual(
      new Map([[String.raw`sombra_items_pending{route="a\"b\\c\nd"}`, 1]]),
    );
  });
});
