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
  it("are what was counted last, in the form that was asked for", async () => {
    let flushed = 0;
    const { ask } = await startForTest({
      flush: async () => void (flushed += 1),
      renderMetrics: (accept) => ({ contentType: `text/${accept}`, text: `flushes ${flushed}\n` }),
    });
    const { text, headers } = await ask("/metrics", { headers: { accept: "plain" } });
    expect(text).toBe("flushes 1\n");
    expect(headers).toMatchObject({ "content-type": "text/plain", vary: "accept" });
  });
});
