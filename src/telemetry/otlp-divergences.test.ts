import { describe, expect, it } from "vitest";
import { plain } from "../../test/support/collector.ts";
import { exported, exportedWith } from "../../test/support/otel/exporting.ts";
import { named, type Span } from "../../test/support/otel/received.ts";
import { divergence, item, record } from "./sample.ts";

describe("the trace of a delivery", () => {
  it("bears each divergence as an event", async () => {
    const compare = named(await exported(record), "compare");
    expect(plain(compare.attributes)).toEqual({
      "sombra.exchange": "0123456789abcdef",
      "sombra.route": "default",
      "sombra.mode": "dual-run",
      "sombra.item_kind": "message.text",
      "sombra.verdict": "divergent",
      "sombra.divergences": 2,
    });
    expect(compare.events.map(({ name, attributes }) => [name, plain(attributes)])).toEqual([
      [
        "sombra.divergence",
        {
          path: "/status",
          kind: "changed",
          severity: "critical",
          signature: "00112233aabbccdd",
          downstream: false,
          change: "number",
        },
      ],
      [
        "sombra.divergence",
        {
          path: "/body/id",
          kind: "changed",
          severity: "minor",
          signature: "ffeeddccbbaa9988",
          downstream: false,
          change: "number",
        },
      ],
    ]);
  });

  it("says of noise what makes it noise, and of what follows an earlier divergence that it does", async () => {
    const noise = { ...divergence, severity: "noise" } as const;
    const divergences = [
      { ...noise, noise: { by: "class", class: "uuid" } },
      { ...noise, noise: { by: "rule", rule: "order-ids" } },
      { ...noise, noise: { by: "twin" } },
      { ...divergence, downstream: true },
    ] as const;
    const compare = named(await exported({ ...record, items: [{ ...item, divergences }] }), "compare");
    const told = compare.events.map(({ attributes }) => plain(attributes));
    expect(told.map(({ noise: cause, downstream }) => [cause, downstream])).toEqual([
      ["class:uuid", false],
      ["rule:order-ids", false],
      ["twin", false],
      [undefined, true],
    ]);
  });

  it("bears at most a hundred of them and counts the rest", async () => {
    const divergences = Array.from({ length: 120 }, () => divergence);
    const many = { ...record, items: [{ ...item, divergences, divergenceCount: 250 }] };
    const compare = named(await exported(many), "compare");
    expect([compare.events.length, compare.droppedEventsCount]).toEqual([100, 150]);
  });

  it("links to the first trace of each group of its divergences, and to nothing where it is the first", async () => {
    const trace = (n: number) => ({ ...record.trace, traceId: `${n}`.repeat(32), spanId: `${n}`.repeat(16) });
    const spans = await exported(
      { ...record, trace: trace(1), items: [{ ...item, divergences: [divergence] }] },
      { ...record, trace: trace(2) },
      { ...record, trace: trace(3) },
    );
    const [first, second, third] = spans.filter(({ name }) => name === "compare");
    const linksOf = (span: Span | undefined) =>
      span?.links.map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes: plain(attributes) }));
    const signatures = (...of: readonly string[]) => ({
      signatures: { values: of.map((stringValue) => ({ stringValue })) },
    });
    expect(linksOf(first)).toEqual([]);
    const toFirst = {
      traceId: "1".repeat(32),
      spanId: first?.spanId,
      attributes: signatures("00112233aabbccdd"),
    };
    expect(linksOf(second)).toEqual([toFirst]);
    expect(linksOf(third)).toEqual([
      toFirst,
      { traceId: "2".repeat(32), spanId: second?.spanId, attributes: signatures("ffeeddccbbaa9988") },
    ]);
  });

  it("links to where the archive says that a group was first found, and asks once for each group", async () => {
    const trace = (n: number) => ({ ...record.trace, traceId: `${n}`.repeat(32), spanId: `${n}`.repeat(16) });
    const before = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 };
    const asked: string[] = [];
    const bearing = { ...item, divergences: [divergence] };
    const records = [1, 2].map((n) => ({ ...record, trace: trace(n), items: [bearing] }));
    const { spans } = await exportedWith(
      {
        async firstOf(signature) {
          asked.push(signature);
          return before;
        },
      },
      ...records,
    );
    const links = spans.filter(({ name }) => name === "compare").map((span) => span.links);
    expect(links.map((of) => of.map(({ traceId, spanId }) => [traceId, spanId]))).toEqual([
      [[before.traceId, before.spanId]],
      [[before.traceId, before.spanId]],
    ]);
    expect(asked).toEqual([divergence.signature]);
  });

  it("is the first of its group where the archive cannot say, or knows of this very trace", async () => {
    const bearing = { ...record, items: [{ ...item, divergences: [divergence] }] };
    const { spans: lost } = await exportedWith(
      { firstOf: () => Promise.reject(new Error("The archive is away")) },
      bearing,
    );
    expect(named(lost, "compare").links).toEqual([]);
    const itself = { ...record.trace, traceFlags: 1 };
    const { spans: own } = await exportedWith({ firstOf: async () => itself }, bearing);
    expect(named(own, "compare").links).toEqual([]);
  });
});
