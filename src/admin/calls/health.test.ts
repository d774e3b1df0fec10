import { describe, expect, it } from "vitest";
import { startForTest } from "../sample.ts";

describe("health", () => {
  it("is alive, and ready although degraded", async () => {
    const { json } = await startForTest({ degraded: () => ["Store is stale"] });
    expect((await json("/healthz")).value).toEqual({ status: "ok" });
    expect((await json("/readyz")).value).toEqual({ status: "ready", degraded: ["Store is stale"] });
  });

  it("answers HEAD without a body", async () => {
    const { ask } = await startForTest();
    expect(await ask("/healthz", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

describe("metrics", () => {
  it("are Prometheus text of what was counted last", async () => {
    let flushed = 0;
    const { ask } = await startForTest({
      flush: async () => void (flushed += 1),
      renderMetrics: () => `flushes ${flushed}\n`,
    });
    const { text, headers } = await ask("/metrics");
    expect(text).toBe("flushes 1\n");
    expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  });
});
