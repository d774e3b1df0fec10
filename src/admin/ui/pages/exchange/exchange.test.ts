import { describe, expect, it } from "vitest";
import { startForTest } from "../../../sample.ts";
import { variedItem, variedRecord } from "../../diff/sample.ts";
import { createReader, sampleItem, tallyExchange } from "../../sample.ts";

async function started(
  changes: Parameters<typeof variedRecord>[0] = {},
  deps: Parameters<typeof startForTest>[0] = {},
) {
  const admin = await startForTest(deps);
  tallyExchange(admin.tally, variedRecord(changes));
  admin.record(Date.parse("2026-01-02T03:04:05.000Z"));
  return createReader(admin);
}

describe("an exchange", () => {
  it("is told in the order of its events, with what each side did outside, and the verdict", async () => {
    const reader = await started();
    expect(await reader.words("/exchanges/e1")).toMatch(
      /0\.00 delivery received POST \/webhook .*decided message\.text: dual-run percent .*0\.25 legacy called: 200 took 10\.8 ms .*1\.50 candidate called: 200 took 20\.0 ms .*2\.00 legacy send\.text released 200 POST \/v23\.0\/\{id\}\/messages .*12\.5 the client has its answer 200 legacy .*24\.5 compared message\.text: divergent/,
    );
    const { text } = await reader.open("/exchanges/e1");
    expect(text).toContain('<code id="trace-id">0af7651916cd43dd8448eb211c80319c</code>');
    expect(text).toContain("not sampled");
    expect(text.match(/class="wait"/g)).toHaveLength(1);
  });

  it("leads to its trace where somebody said where traces are looked at", async () => {
    const reader = await started({}, { traceUrl: "https://jaeger.example/trace/{trace_id}?embed=1&id={trace_id}" });
    const id = "0af7651916cd43dd8448eb211c80319c";
    expect((await reader.open("/exchanges/e1")).text).toContain(
      `<a href="https://jaeger.example/trace/${id}?embed=1&amp;id=${id}" rel="noreferrer"><code id="trace-id">`,
    );
  });

  it("shows what a delivery before it has to do with it, and what is uncertain", async () => {
    const story = { exchange: "e0", attempts: [500, null] };
    const reader = await started({ items: [variedItem({ story, orderUncertain: true, overlapping: true })] });
    const words = await reader.words("/exchanges/e1");
    expect(words).toMatch(/Order uncertain.*Overlapping what the sides did.*Delivered before.*legacy said 500, none/);
  });

  it("shows three items at a time", async () => {
    const items = Array.from({ length: 25 }, () => sampleItem({ divergences: [], divergenceCount: 0 }));
    const reader = await started({ items });
    const first = await reader.words("/exchanges/e1");
    expect(first).toContain("Item 3: message.text");
    expect(first).not.toContain("Item 4: message.text");
    const last = await reader.open("/exchanges/e1?offset=24&view=unified");
    expect(last.text).toContain("Item 25: message.text");
    expect(last.text).toContain('href="/exchanges/e1?view=patch&amp;offset=24#item-24"');
  });

  it("is found by its id, and said to be gone where there is none", async () => {
    const reader = await started();
    expect(await reader.words("/exchanges")).toContain("Latest on this instance");
    expect((await reader.open("/exchanges")).text).toContain('href="/exchanges/e1"');
    const found = await reader.open("/exchanges?id=+e1+");
    expect(found.text).toContain('<code id="exchange-id">e1</code>');
    expect(await reader.open("/exchanges?id=nowhere")).toMatchObject({
      status: 404,
      text: expect.stringContaining("No record of nowhere"),
    });
    expect((await reader.open("/exchanges/nowhere")).status).toBe(404);
    expect((await reader.open("/exchanges/nowhere/export.json")).status).toBe(404);
  });

  it("is found by as much of its id as lists show", async () => {
    const reader = await started({ exchange: "ece09f4402" });
    expect((await reader.open("/exchanges")).text).toContain("<code>ece09f44</code>");
    const found = await reader.open("/exchanges?id=ece09f44");
    expect(found.text).toContain('<code id="exchange-id">ece09f4402</code>');
    expect((await reader.open("/exchanges?id=ece09f4")).status).toBe(404);
  });

  it("is taken along as JSON", async () => {
    const reader = await started();
    const { text, headers } = await reader.open("/exchanges/e1/export.json");
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(text)).toMatchObject({ exchange: "e1", items: [{ kind: "message.text" }] });
  });
});
