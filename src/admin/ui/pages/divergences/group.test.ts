import { describe, expect, it } from "vitest";
import { sampleToken, startForTest } from "../../../sample.ts";
import { variedDivergences, variedItem, variedRecord } from "../../diff/sample.ts";
import { createReader, sampleDivergence, sampleRecord, tallyExchange } from "../../sample.ts";
import { page, signature, started } from "./sample.ts";

describe("a group", () => {
  it("shows both sides of an example, what differs and what is ignored, with status and time of each", async () => {
    const { reader } = await started();
    const words = await reader.words(page);
    expect(words).toContain("Both send a text, but its text.body differs");
    expect(words).toContain("legacy 200 10.8 ms candidate 200 20.0 ms 3.00 ms in our queue");
    expect(words).toContain("5 differ, 1 ignored by rule, 1 ignored by class, 1 as the twin");
    expect(words).toContain("3 ignored differences");
    expect(words).toMatch(/rule order-numbers.*class uuid|class uuid.*rule order-numbers/);
    const { text } = await reader.open(page);
    expect(text).toContain("<mark>2</mark>");
    expect(text).not.toContain("redact:");
    expect(await reader.words(`${page}?view=unified`)).toContain("legacy, differs: ");
    expect(await reader.words(`${page}?view=patch`)).toContain(
      "&quot;op&quot;:&quot;replace&quot;,&quot;path&quot;:&quot;/body/order/total&quot;",
    );
  });

  it("says that values are not stored, and how they would be", async () => {
    const admin = await startForTest();
    tallyExchange(admin.tally, sampleRecord());
    const words = await createReader(admin).words(`/divergences/${sampleDivergence.signature}`);
    expect(words).toContain("Values are not stored");
    expect(words).toContain("values: { redact:");
    expect(words).toContain("string · 12 #0123456789abcdef");
    expect(words).toContain("candidate no answer: timeout");
  });

  it("is taken along as JSON and as cURL", async () => {
    const { reader } = await started();
    const { text, headers } = await reader.open(`${page}/export.json`);
    expect(headers["content-disposition"]).toBe(`attachment; filename="divergence-${signature}.json"`);
    expect(JSON.parse(text)).toMatchObject({ signature, triage: null, records: [{ exchange: "e1" }] });
    expect(await reader.words(page)).toContain("curl -X POST http");
  });

  it("is not found under another signature", async () => {
    const { reader } = await started();
    for (const path of ["/divergences/0000000000000000", "/divergences/x/ignore", "/divergences/x/export.json"]) {
      expect((await reader.open(path)).status, path).toBe(404);
    }
  });

  it("holds what traffic brought as text", async () => {
    const attack = `x"'><img src=x onerror=alert(1)>&`;
    const admin = await startForTest();
    const divergences = variedDivergences.map((one) => ({
      ...one,
      path: `/body/${attack}`,
      change: attack,
      signature,
      values: { legacy: attack, candidate: `{"${attack}": "${attack}"}` },
      noise: one.noise === null ? null : ({ by: "rule", rule: attack } as const),
    }));
    const effects = [{ side: "legacy" as const, kind: attack, disposition: "held" as const }];
    const request = { route: "/", path: attack, protocolVersion: "1.1" };
    const items = [
      variedItem({
        divergences,
        effects,
        kind: attack,
        reason: attack,
        flags: [{ flag: attack, value: true, reason: attack }],
      }),
    ];
    tallyExchange(admin.tally, variedRecord({ items, request, method: attack }));
    const reader = createReader(admin);
    for (const path of [
      page,
      `${page}?view=unified`,
      `${page}?view=patch`,
      `${page}/ignore`,
      "/divergences",
      "/exchanges/e1",
      "/exchanges",
    ]) {
      const { text, status } = await reader.open(
        `${path}${path.includes("?") ? "&" : "?"}example=${encodeURIComponent(attack)}`,
      );
      expect(status).toBe(200);
      expect(text, path).not.toContain("<img");
      expect(text, path).not.toContain(`"'>`);
    }
  });
});

describe("who may only read", () => {
  it("is offered no change, and refused each", async () => {
    const access = { tokens: [sampleToken("eva", ["read"])], hosts: [] };
    const { reader, flags } = await started({ access });
    await reader.send("/sign-in", { token: "eva", next: "/" }, "/sign-in");
    const { text, status } = await reader.open(page);
    expect(status).toBe(200);
    expect(text).not.toContain(`${page}/triage`);
    expect(text).not.toContain(`${page}/ignore`);
    for (const path of [`${page}/triage`, `${page}/ignore`, `${page}/rules/remove`]) {
      expect((await reader.send(path, { state: "fixed" }, page)).status, path).toBe(403);
    }
    expect(flags.audit).toEqual([]);
  });
});
