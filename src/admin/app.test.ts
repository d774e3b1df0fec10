import { describe, expect, it } from "vitest";
import { startForTest } from "./sample.ts";

describe("errors", () => {
  it("are problems, for an unknown path", async () => {
    const { ask } = await startForTest();
    const { status, headers, text } = await ask("/api/nowhere");
    expect(headers["content-type"]).toBe("application/problem+json");
    expect({ status, ...JSON.parse(text) }).toMatchObject({ status: 404, type: "about:blank", title: "Not found" });
  });

  it("are problems, for a method that a path does not take", async () => {
    const { ask } = await startForTest();
    const { status, headers } = await ask("/api/kill");
    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow: "POST, DELETE", "content-type": "application/problem+json" });
    expect((await ask("/api/ledger", { method: "PUT" })).headers["allow"]).toBe("GET, HEAD");
  });

  it("are problems that tell nothing of a fault inside, which is reported", async () => {
    const faults: unknown[] = [];
    const broken = new Error("5511999990000");
    const { ask } = await startForTest({
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
