import { afterEach, describe, expect, it } from "vitest";
import type { AdminDeps, FlagShape } from "./deps.ts";
import type { RouteLatency } from "./latency.ts";
import {
  sampleDivergence,
  sampleItem,
  sampleRecord,
  sampleRoute,
  startAdmin,
  tallyExchange,
  type Asked,
  type SampleAdmin,
} from "./sample.ts";

interface Description {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, object>>;
}

let admin: SampleAdmin | undefined;

async function start(changes: Partial<AdminDeps> = {}) {
  const started = await startAdmin(changes);
  admin = started;
  const json = async <T = unknown>(path: string, asked?: Asked): Promise<T> => {
    const value: T = JSON.parse((await started.ask(path, asked)).text);
    return value;
  };
  return { ...started, json };
}

afterEach(async () => {
  await admin?.close();
  admin = undefined;
});

const flag: FlagShape = {
  key: "CANONICAL",
  description: "New pipeline",
  enabled: true,
  percent: 5,
  allowlist: null,
  denylist: [],
  forceOn: [],
  audience: null,
  default: false,
  salt: null,
  bucketing: "murmur3",
  settings: { speed: 2 },
  version: 7,
  updatedAt: null,
  updatedBy: "environment",
};

describe("health", () => {
  it("is alive, and ready although degraded", async () => {
    const { json } = await start({ degraded: () => ["Store is stale"] });
    expect(await json("/healthz")).toEqual({ status: "ok" });
    expect(await json("/readyz")).toEqual({ status: "ready", degraded: ["Store is stale"] });
  });

  it("answers HEAD without a body", async () => {
    const { ask } = await start();
    expect(await ask("/healthz", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

describe("metrics", () => {
  it("are Prometheus text of what was counted last", async () => {
    let flushed = 0;
    const { ask } = await start({
      flush: async () => void (flushed += 1),
      renderMetrics: () => `flushes ${flushed}\n`,
    });
    const { text, headers } = await ask("/metrics");
    expect(text).toBe("flushes 1\n");
    expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  });
});

describe("flags", () => {
  it("are listed as they are written, with their source", async () => {
    const { json } = await start({ flags: () => [{ flag, source: "env" }] });
    expect(await json("/feature-flags")).toEqual({ flags: [{ ...flag, source: "env" }] });
  });

  it.each([
    ["shopper_id", "/feature-flags/CANONICAL?shopper_id=ana", "ana"],
    ["user_id", "/feature-flags/CANONICAL?user_id=ana", "ana"],
    ["both, of which shopper_id counts", "/feature-flags/CANONICAL?user_id=eva&shopper_id=ana", "ana"],
    ["nobody", "/feature-flags/CANONICAL", null],
    ["an empty name", "/feature-flags/CANONICAL?shopper_id=", null],
  ])("are decided for %s", async (_whom, path, shopper) => {
    const asked: unknown[] = [];
    const decision = {
      enabled: true,
      reason: "percent",
      bucket: 4711,
      version: 7,
      source: "env",
      settings: { speed: 2 },
    };
    const { json } = await start({
      decide(...about) {
        asked.push(about);
        return decision;
      },
    });
    expect(await json(path)).toEqual({ key: "CANONICAL", ...decision });
    expect(asked).toEqual([["CANONICAL", shopper]]);
  });

  it("that nobody knows are not found", async () => {
    const { ask } = await start();
    expect(await ask("/feature-flags/NO_SUCH")).toMatchObject({ status: 404 });
  });
});

describe("the kill switch", () => {
  it("is thrown and undone, saying what was", async () => {
    const { json, kills } = await start();
    expect(await json("/api/kill", { method: "POST" })).toEqual({ killed: true, was: false });
    expect(await json("/api/kill", { method: "POST" })).toEqual({ killed: true, was: true });
    expect(await json("/api/kill", { method: "DELETE" })).toEqual({ killed: false, was: true });
    expect(kills).toEqual([
      [true, "admin-api"],
      [true, "admin-api"],
      [false, "admin-api"],
    ]);
  });

  it("says what keeps it on", async () => {
    const { json } = await start({
      killed: () => true,
      degraded: () => ["Store is stale", "SOMBRA_FORCE_LEGACY keeps everything on legacy"],
    });
    expect(await json("/api/kill", { method: "DELETE" })).toEqual({
      killed: true,
      was: true,
      why: "SOMBRA_FORCE_LEGACY keeps everything on legacy",
    });
  });

  it.each(["POST", "DELETE"])("never claims what the data plane has not done (%s)", async (method) => {
    const { ask } = await start({ killed: () => method === "DELETE" });
    const { status, text } = await ask("/api/kill", { method });
    expect(status).toBe(503);
    expect(text).toContain("SIGUSR2");
  });
});

describe("the ledger", () => {
  it("reconciles with everything the data plane counted until now", async () => {
    const { json, tally, pending } = await start();
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
    };
    expect(await json("/api/ledger")).toEqual(expected);
    expect(await json("/api/ledger?route=default")).toEqual(expected);
  });

  it("is of one route where one is named", async () => {
    const { json, tally } = await start({ routes: () => [sampleRoute, { ...sampleRoute, name: "orders" }] });
    tallyExchange(tally, sampleRecord());
    expect(await json("/api/ledger?route=orders")).toMatchObject({ received: 0 });
  });

  it.each(["/api/ledger?route=nowhere", "/api/divergences?route=nowhere"])(
    "knows no other route (%s)",
    async (path) => {
      const { ask } = await start();
      expect(await ask(path)).toMatchObject({ status: 404 });
    },
  );
});

describe("divergences", () => {
  it("are groups in the shape of the specification", async () => {
    const { json, tally } = await start();
    tallyExchange(tally, sampleRecord());
    const seen = "2026-01-02T03:04:05.000Z";
    expect(await json("/api/divergences?route=default")).toEqual({
      groups: [
        {
          signature: "00000000000000aa",
          route: "default",
          item_kind: "message.text",
          where: "answer",
          path: "/body/messages/*/id",
          kind: "changed",
          severity: "critical",
          count: 1,
          items: 1,
          first_seen: seen,
          last_seen: seen,
          examples: ["e1"],
        },
      ],
    });
  });

  it("are shown one by one with the records of their examples", async () => {
    const { json, ask, tally } = await start();
    const record = sampleRecord();
    tallyExchange(tally, record);
    const group = await json<{ records: unknown }>(`/api/divergences/${sampleDivergence.signature}`);
    expect(group).toMatchObject({ signature: sampleDivergence.signature, count: 1, examples: ["e1"] });
    expect(group.records).toEqual([record]);
    expect(await ask("/api/divergences/ffff")).toMatchObject({ status: 404 });
  });
});

describe("an exchange", () => {
  it("is its record, found as soon as it was kept", async () => {
    const { json, ask, tally } = await start();
    expect(await ask("/api/exchanges/e1")).toMatchObject({ status: 404 });
    tallyExchange(tally, sampleRecord());
    expect(await json("/api/exchanges/e1")).toEqual(sampleRecord());
  });
});

describe("routes", () => {
  it("come with their latencies, null where nothing was recorded", async () => {
    const { json, tally } = await start();
    const nothing = { p50: null, p95: null, p99: null };
    const empty = {
      latency_ms: { legacy: nothing, candidate: nothing },
      added_latency_ms: nothing,
      overhead_ms: nothing,
    };
    expect(await json("/api/routes")).toEqual({ routes: [{ ...sampleRoute, ...empty }] });
    tally.histogram("latency_ms", { route: "default", side: "legacy" }).record(12);
    tally.histogram("sombra_added_latency_ms", { route: "default" }).record(-3);
    tally.histogram("sombra_overhead_ms", { route: "default" }).record(0.4);
    const { routes } = await json<{ routes: readonly RouteLatency[] }>("/api/routes");
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

describe("errors", () => {
  it("are problems, for an unknown path", async () => {
    const { ask } = await start();
    const { status, headers, text } = await ask("/api/nowhere");
    expect(headers["content-type"]).toBe("application/problem+json");
    expect({ status, ...JSON.parse(text) }).toMatchObject({ status: 404, type: "about:blank", title: "Not found" });
  });

  it("are problems, for a method that a path does not take", async () => {
    const { ask } = await start();
    const { status, headers } = await ask("/api/kill");
    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow: "POST, DELETE", "content-type": "application/problem+json" });
    expect((await ask("/api/ledger", { method: "PUT" })).headers["allow"]).toBe("GET, HEAD");
  });

  it("are problems that tell nothing of a fault inside, which is reported", async () => {
    const faults: unknown[] = [];
    const broken = new Error("5511999990000");
    const { ask } = await start({
      renderMetrics() {
        throw broken;
      },
      fault: (error) => void faults.push(error),
    });
    const { status, headers, text } = await ask("/metrics");
    expect(status).toBe(500);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(text).not.toContain("5511999990000");
    expect(faults).toEqual([broken]);
  });
});

describe("the description", () => {
  it("names the calls there are, and only those", async () => {
    const { json, app } = await start();
    const { openapi, info, paths } = await json<Description>("/openapi.json");
    expect({ openapi, version: info.version }).toEqual({ openapi: "3.1.0", version: "1.2.3" });
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const pages = ["/", "/exchanges/:id", "/kill", "/kill/undo", "/admin", "/admin/"];
    const served = app.routes
      .filter(({ method, path }) => method !== "ALL" && !pages.includes(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    expect(described.toSorted()).toEqual(served.toSorted());
  });
});
