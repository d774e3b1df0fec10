import { describe, expect, it } from "vitest";
import { randomHex } from "../model/index.ts";
import { otlpWanted } from "./otel-env.ts";
import { createSampler, exportsTraces, type Sampler } from "./sampling.ts";

const asked = { OTEL_TRACES_EXPORTER: "otlp" };
const low = "0000000000000000ff00000000000000";
const high = "000000000000000000ffffffffffffff";
const sampled = { sampled: true };
const unsampled = { sampled: false };

type Decide = (traceId: string, parent: { readonly sampled: boolean } | null, compared?: boolean) => boolean;

function sampler(env: Readonly<Record<string, string>>, sampleCompared?: number): Decide {
  const made: Sampler | { readonly problem: string } = createSampler(env, sampleCompared);
  if ("problem" in made) throw new Error(made.problem);
  return (traceId, parent, compared = false) => made(traceId, parent, compared);
}

describe("the head sampler", () => {
  it.each([
    // sampler, argument, root low, root high, parent sampled, parent not sampled
    [undefined, undefined, true, true, true, false],
    ["", "", true, true, true, false],
    ["parentbased_always_on", undefined, true, true, true, false],
    ["parentbased_always_off", undefined, false, false, true, false],
    ["parentbased_traceidratio", "0.5", false, true, true, false],
    ["always_on", undefined, true, true, true, true],
    ["always_off", undefined, false, false, false, false],
    ["traceidratio", "0.5", false, true, false, false],
    ["traceidratio", "0", false, false, false, false],
    ["traceidratio", "1", true, true, true, true],
    ["traceidratio", undefined, true, true, true, true],
  ])("%s %s decides %s %s %s %s", (name, argument, rootLow, rootHigh, withSampled, withUnsampled) => {
    const decide = sampler({ ...asked, OTEL_TRACES_SAMPLER: name ?? "", OTEL_TRACES_SAMPLER_ARG: argument ?? "" });
    expect([decide(low, null), decide(high, null), decide(low, sampled), decide(low, unsampled)]).toEqual([
      rootLow,
      rootHigh,
      withSampled,
      withUnsampled,
    ]);
  });

  it("takes its share of random traces", () => {
    const decide = sampler({ ...asked, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.05" });
    const kept = Array.from({ length: 20_000 }, () => decide(randomHex(16), null)).filter(Boolean).length;
    // 1,000 expected with a standard deviation of 31.
    expect(kept).toBeGreaterThan(800);
    expect(kept).toBeLessThan(1_200);
  });

  it("takes a share of what may be compared, whatever the client and the standard variables say, and of nothing else", () => {
    const off = sampler({ ...asked, OTEL_TRACES_SAMPLER: "always_off" }, 0.5);
    expect([off(low, null, true), off(high, null, true), off(high, unsampled, true)]).toEqual([false, true, true]);
    expect([off(high, null, false), off(high, unsampled, false)]).toEqual([false, false]);
    const on = sampler(asked, 0.5);
    expect([on(low, sampled, true), on(low, null, true), on(low, unsampled, true)]).toEqual([true, true, false]);
    expect(sampler(asked, 0)(high, unsampled, true)).toBe(false);
    expect(sampler(asked, 1)(low, unsampled, true)).toBe(true);
  });

  it("keeps at a higher ratio whatever it keeps at a lower one", () => {
    const ratio = (arg: string) =>
      sampler({ ...asked, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: arg });
    const [few, many] = [ratio("0.1"), ratio("0.3")];
    const ids = Array.from({ length: 2_000 }, () => randomHex(16)).filter((id) => few(id, null));
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => many(id, null))).toBe(true);
  });

  it("decides the same whether traces are exported from here or not", () => {
    for (const [name, root] of [
      ["parentbased_always_on", true],
      ["parentbased_always_off", false],
    ] as const) {
      const decide = sampler({ OTEL_TRACES_SAMPLER: name });
      expect([decide(high, null), decide(high, sampled), decide(high, unsampled)]).toEqual([root, true, false]);
    }
    expect(exportsTraces({})).toBe(false);
    expect(exportsTraces({ OTEL_TRACES_EXPORTER: "otlp" })).toBe(true);
    expect(exportsTraces({ OTEL_TRACES_EXPORTER: "jaeger" })).toBe(false);
  });

  it.each([
    [
      { OTEL_TRACES_SAMPLER: "jaeger_remote" },
      /^OTEL_TRACES_SAMPLER is "jaeger_remote": it must be one of always_on, /,
    ],
    [{ OTEL_TRACES_SAMPLER: "constructor" }, /^OTEL_TRACES_SAMPLER is "constructor"/],
    [
      { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "5" },
      /^OTEL_TRACES_SAMPLER_ARG is "5": .* from 0 to 1$/,
    ],
    [
      { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "5%" },
      /^OTEL_TRACES_SAMPLER_ARG is "5%"/,
    ],
    [{ OTEL_TRACES_EXPORTER: "zipkin" }, /^OTEL_TRACES_EXPORTER is "zipkin": it must be one of otlp, none$/],
    [{ OTEL_METRICS_EXPORTER: "statsd" }, /^OTEL_METRICS_EXPORTER is "statsd"/],
    [{ ...asked, OTEL_EXPORTER_OTLP_PROTOCOL: "http" }, /^OTEL_EXPORTER_OTLP_PROTOCOL is "http": it must be one of/],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "collector" },
      /^OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is "collector": it must be a URL/,
    ],
  ])("refuses %j", (env, message) => {
    expect(createSampler(env)).toEqual({ problem: expect.stringMatching(message) });
  });
});

describe("what is exported", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
  const proto = "http/protobuf";
  it.each([
    [{}, null, null],
    [endpoint, proto, proto],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, null, null],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" }, proto, null],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://127.0.0.1:4318/v1/metrics" }, null, proto],
    [asked, proto, null],
    [{ OTEL_METRICS_EXPORTER: "prometheus, otlp" }, null, proto],
    [{ ...endpoint, OTEL_METRICS_EXPORTER: "prometheus" }, proto, null],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: "none" }, null, proto],
    [{ ...endpoint, OTEL_SDK_DISABLED: "TRUE" }, null, null],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "grpc", "grpc"],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: "http/json" }, proto, "http/json"],
  ])("with %j is traces by %s, metrics by %s", (env, traces, metrics) => {
    expect(otlpWanted(env)).toEqual({ traces, metrics });
  });
});
