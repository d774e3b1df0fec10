import { describe, expect, it } from "vitest";
import { sampleRoute } from "../../../test/support/admin-flags.ts";
import type { RouteLatency } from "../latency.ts";
import { startForTest } from "../sample.ts";
import { sampleDivergence, sampleItem, sampleRecord, tallyExchange } from "../ui/sample.ts";

describe("the ledger", () => {
  it("reconciles with everything the data plane counted until now", async () => {
    const { json, tally, pending } = await startForTest();
    tallyExchange(tally, sampleRecord());
    tallyExchange(
      tally,
      sampleRecord({ items: [sampleItem({ divergences: [], state: { state: "compared", substate: "match" } })] }),
    );
    tallyExchange(
      tally,
      sampleRecord({ items: [sampleItem({ divergences: [], state: { state: "failed", substate: "timeout" } })] }),
    );
    tallyExchange(
      tally,
      sampleRecord({ items: [sampleItem({ divergences: [], state: { state: "skipped", substate: "not-enabled" } })] }),
    );
    pending["default"] = 2;
    const expected = {
      received: 6,
      skipped: { total: 1, "not-enabled": 1 },
      compared: { total: 2, match: 1, noise: 0, divergent: 1 },
      failed: { total: 1, timeout: 1 },
      pending: 2,
      source: "memory",
      cells: null,
    };
    expect((await json("/api/ledger")).value).toEqual(expected);
    expect((await json("/api/ledger?route=default")).value).toEqual(expected);
  });

  it("is of one route where one is named", async () => {
    const { json, tally } = await startForTest({ routes: () => [sampleRoute, { ...sampleRoute, name: "orders" }] });
    tallyExchange(tally, sampleRecord());
    expect((await json("/api/ledger?route=orders")).value).toMatchObject({ received: 0 });
  });

  it.each(["/api/ledger?route=nowhere", "/api/divergences?route=nowhere"])(
    "knows no other route (%s)",
    async (path) => {
      const { ask } = await startForTest();
      expect(await ask(path)).toMatchObject({ status: 404 });
    },
  );
});

describe("divergences", () => {
  it("are groups in the shape of the specification", async () => {
    const { json, tally } = await startForTest();
    tallyExchange(tally, sampleRecord());
    const seen = "2026-01-02T03:04:05.000Z";
    expect((await json("/api/divergences?route=default")).value).toEqual({
      groups: [
        {
          signature: "00000000000000aa",
          route: "default",
          item_kind: "message.text",
          where: "answer",
          path: "/body/messages/*/id",
          kind: "changed",
          change: "string>absent",
          severity: "critical",
          count: 1,
          noise: 0,
          downstream: 0,
          cells: null,
          shoppers: null,
          shoppers_at_least: false,
          items: 1,
          in_items: 1,
          share: 1,
          first_seen: seen,
          last_seen: seen,
          trend: [{ hour: "2026-01-02T03:00:00.000Z", count: 1 }],
          examples: ["e1"],
          noise_rate: null,
          exceeds_noise: null,
          suggestion: null,
          triage: null,
        },
      ],
      source: "memory",
      total: 1,
      next: null,
    });
  });

  it("are filtered, and come page by page", async () => {
    const { json, tally } = await startForTest();
    const divergences = [
      { ...sampleDivergence, signature: "1" },
      { ...sampleDivergence, signature: "2", severity: "minor" as const },
      { ...sampleDivergence, signature: "3", where: "effect" as const },
    ];
    tallyExchange(tally, sampleRecord({ items: [sampleItem({ divergences })] }));
    const found = async (query: string) => {
      const { value } = await json(`/api/divergences?${query}`);
      const page: { groups: { signature: string }[]; total: number; next: number | null } = JSON.parse(
        JSON.stringify(value),
      );
      return [page.groups.map(({ signature }) => signature).join(""), page.total, page.next];
    };
    expect(await found("")).toEqual(["132", 3, null]);
    expect(await found("limit=2")).toEqual(["13", 3, 2]);
    expect(await found("limit=2&offset=2")).toEqual(["2", 3, null]);
    expect(await found("severity=minor")).toEqual(["2", 1, null]);
    expect(await found("where=effect&severity=critical")).toEqual(["3", 1, null]);
    expect(await found("since=2026-01-02T03:04:05Z")).toEqual(["132", 3, null]);
    expect(await found("since=2026-01-02T03:04:06Z")).toEqual(["", 0, null]);
  });

  it.each(["severity=grave", "where=nowhere", "since=yesterday", "offset=-1", "limit=0", "limit=1001", "limit=x"])(
    "are not asked for by %s",
    async (query) => {
      const { ask } = await startForTest();
      expect(await ask(`/api/divergences?${query}`)).toMatchObject({ status: 400 });
    },
  );

  it("are shown one by one with the records of their examples", async () => {
    const { json, ask, tally } = await startForTest();
    const record = sampleRecord();
    tallyExchange(tally, record);
    expect((await json(`/api/divergences/${sampleDivergence.signature}`)).value).toMatchObject({
      signature: sampleDivergence.signature,
      count: 1,
      examples: ["e1"],
      records: [record],
    });
    expect(await ask("/api/divergences/ffff")).toMatchObject({ status: 404 });
  });
});

describe("an exchange", () => {
  it("is its record, found as soon as it was kept", async () => {
    const { json, ask, tally } = await startForTest();
    expect(await ask("/api/exchanges/e1")).toMatchObject({ status: 404 });
    tallyExchange(tally, sampleRecord());
    expect((await json("/api/exchanges/e1")).value).toEqual(sampleRecord());
  });
});

describe("routes", () => {
  it("come with their latencies, null where nothing was recorded", async () => {
    const { json, ask, tally } = await startForTest();
    const nothing = { p50: null, p95: null, p99: null };
    const empty = {
      latency_ms: { legacy: nothing, candidate: nothing },
      added_latency_ms: nothing,
      overhead_ms: nothing,
    };
    expect((await json("/api/routes")).value).toEqual({ routes: [{ ...sampleRoute, ...empty }] });
    tally.histogram("latency_ms", { route: "default", side: "legacy" }).record(12);
    tally.histogram("sombra_added_latency_ms", { route: "default" }).record(-3);
    tally.histogram("sombra_overhead_ms", { route: "default" }).record(0.4);
    const { routes }: { routes: readonly RouteLatency[] } = JSON.parse((await ask("/api/routes")).text);
    const between = (value: number | null, from: number, to: number): void => {
      expect(value ?? Number.NaN).toBeGreaterThan(from);
      expect(value ?? Number.NaN).toBeLessThanOrEqual(to);
    };
    expect(routes).toHaveLength(1);
    for (const route of routes) {
      expect(route.latency_ms.candidate).toEqual(nothing);
      between(route.latency_ms.legacy.p50, 10, 15);
      between(route.added_latency_ms.p95, -5, -2);
      between(route.overhead_ms.p99, 0.25, 0.5);
    }
  });
});
