import { describe, expect, it } from "vitest";
import { plain } from "../../test/support/collector.ts";
import { exported, start } from "../../test/support/otel/exporting.ts";
import { named } from "../../test/support/otel/received.ts";
import type { ExchangeRecord } from "../model/index.ts";
import { divergence, item, record } from "./sample.ts";

const unsampled = { ...record, trace: { ...record.trace, sampled: false } };

describe("the trace of a delivery", () => {
  it("is not exported where it is not sampled", async () => {
    const calm = { ...item, divergences: [{ ...divergence, severity: "major" }] } as const;
    expect(await exported({ ...unsampled, items: [calm] })).toEqual([]);
  });
});

describe("a trace that was not sampled at its head", () => {
  const [legacy, candidate] = record.calls;
  if (legacy === undefined || candidate === undefined) throw new Error("The sample has two sides");
  const matching = { ...item, state: { state: "compared", substate: "match" }, divergences: [] } as const;
  const failed = { ...item, state: { state: "failed", substate: "timeout" }, divergences: [] } as const;

  it.each<readonly [string, ExchangeRecord]>([
    ["a critical divergence", unsampled],
    ["an item that failed", { ...unsampled, items: [matching, failed] }],
    [
      "a side without an answer",
      { ...unsampled, items: [matching], calls: [legacy, { ...candidate, status: null, failure: "reset" }] },
    ],
  ])("is kept at its end for %s, and says so", async (_, grave) => {
    const spans = await exported(grave);
    expect(plain(named(spans, "POST /hook").attributes)).toMatchObject({ "sombra.sampled": "tail" });
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(["legacy", "candidate", "compare"]));
  });

  it("says nothing of it where it was sampled at its head", async () => {
    expect(plain(named(await exported(record), "POST /hook").attributes)).not.toHaveProperty("sombra.sampled");
  });

  it("is kept ten times a second, and each beyond that is counted", async () => {
    let nowMs = 0;
    let unkept = 0;
    const { otlp, collector } = await start(200, {}, { clock: () => nowMs, onUnkept: () => void (unkept += 1) });
    for (let n = 0; n < 25; n += 1) otlp.export(unsampled);
    expect(unkept).toBe(15);
    nowMs = 500;
    for (let n = 0; n < 25; n += 1) otlp.export(unsampled);
    expect(unkept).toBe(35);
    // Those that were sampled have no part in it.
    otlp.export(record);
    await otlp.stop(10_000);
    expect(collector.spans.filter(({ name }) => name === "POST /hook")).toHaveLength(16);
  });
});
