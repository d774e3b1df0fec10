import { describe, expect, it } from "vitest";
import { sampleToken, startForTest } from "./sample.ts";
import { createReader } from "./ui/sample.ts";

describe("errors", () => {
  it("are problems, for an unknown path", async () => {
    const { ask } = await startForTest();
    const { status, headers, text } = await ask("/api/nowhere");
    expect(headers["content-type"]).toBe("application/problem+json");
    expect({ status, ...JSON.parse(text) }).toMatchObject({ status: 404, type: "about:blank", title: "Not found" });
  });

  it("are pages to people, in their language, with nothing on them for who is not let in", async () => {
    const access = { tokens: [sampleToken("eva", ["read"])], hosts: [] };
    const admin = await startForTest({
      access,
      checks: async () => {
        throw new Error("it breaks");
      },
    });
    const { send, open, cookies } = createReader(admin);
    await send("/sign-in", { token: "eva" }, "/sign-in");
    cookies.set("sombra_language", "pt-BR");
    const refused = await send("/kill", {});
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("Isto exige o papel operate")]);
    expect(refused.headers["content-security-policy"]).toContain("default-src 'none'");
    const broken = await open("/settings?doctor=run");
    expect([broken.status, broken.text]).toEqual([500, expect.stringContaining("A página falhou dentro do Sombra.")]);
    const headers = { accept: "text/html", origin: "http://elsewhere.example" };
    const foreign = await admin.ask("/sign-in", { method: "POST", headers });
    expect([foreign.status, foreign.text]).toEqual([403, expect.stringContaining("from a page of another site")]);
    for (const { text } of [refused, broken, foreign]) expect(text).not.toMatch(/class="(?:pinned|menu)"/);
    expect((await admin.ask("/kill", { method: "POST", headers: { "hx-request": "true" } })).text).toContain(
      "about:blank",
    );
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
