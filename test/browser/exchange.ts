import { expect, it } from "vitest";
import type { World } from "./world.ts";

/** One delivery in time, and how it is found. */
export function exchangePages(world: () => World): void {
  it("is found by its id, and told as a timeline of what each side answered and did", async () => {
    await using tab = await world().open("/exchanges");
    const { page, context } = tab;
    // New deliveries are there without a reload.
    const first = page.locator("a.id").first();
    const before = await first.getAttribute("title");
    await world().deliver(1);
    await expect.poll(() => first.getAttribute("title"), { timeout: 30_000 }).not.toBe(before);
    await page.fill("input[name=id]", "nowhere");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=alert]:has-text('No record of nowhere')");
    // The page is not found, which the browser notes.
    tab.faults.splice(0);
    const found: { groups: { examples: string[] }[] } = JSON.parse(
      await (await fetch(`${world().demo.admin}/api/divergences`)).text(),
    );
    const id = found.groups[0]?.examples[0] ?? "";
    await page.fill("input[name=id]", ` ${id} `);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#exchange-id");
    expect(await page.textContent("#exchange-id")).toBe(id);
    const steps = await page.locator(".timeline .what").allTextContents();
    expect(steps[0]).toContain("delivery received");
    expect(steps.join(" ")).toMatch(/decided.*called: *\d{3}.*the client has its answer.*compared/s);
    await expect
      .poll(() => page.locator(".timeline svg.side-legacy, .timeline svg.side-candidate").count())
      .toBeGreaterThan(1);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click("[data-copy=trace-id]");
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^[0-9a-f]{32}$/);
    await tab.expectSound();
    await using small = await world().open(`/exchanges/${id}`, { language: "pt-BR", colours: "dark", width: 375 });
    expect(await small.page.textContent("#timeline")).toBe("Linha do tempo");
    await small.expectSound();
  });
}
