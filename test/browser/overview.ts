import { expect, it } from "vitest";
import type { Tab } from "./browser.ts";
import type { World } from "./world.ts";

export function overviewPage(world: () => World): void {
  /** While it is open, without a reload, keeping what was opened and focused. */
  const countsOn = async (tab: Tab): Promise<void> => {
    const received = tab.page.locator("section[aria-labelledby=ledger] dd strong").first();
    const before = Number(await received.textContent());
    const numbers = tab.page.locator("figure.chart summary").first();
    await numbers.click();
    await tab.page.evaluate("globalThis.isTheSamePage = true");
    await world().deliver(5);
    await expect.poll(async () => Number(await received.textContent()), { timeout: 30_000 }).toBeGreaterThan(before);
    expect(await tab.page.evaluate("globalThis.isTheSamePage")).toBe(true);
    await expect.poll(() => tab.page.locator("figure.chart details[open]").count()).toBe(1);
    expect(await numbers.evaluate((element) => element.matches(":focus"))).toBe(true);
    await expect.poll(() => tab.page.locator("figure.chart canvas").count()).toBe(4);
  };

  it("says what differs, who answers, how both sides do, what is not as it should be, since when; and counts on", async () => {
    await using tab = await world().open("/");
    const section = (name: string) => tab.page.getByRole("region", { name });
    await expect.poll(() => section("What differs, gravest first").textContent()).toMatch(/critical.*\d+ of \d+/s);
    expect(await section("What is in front of whom").textContent()).toMatch(/default.*legacy answers/is);
    const figures = (await section("The last 10 minutes").textContent()) ?? "";
    for (const name of ["Deliveries", "Errors", "Latency p95", "Added latency", "Overhead", "Divergent items"]) {
      expect(figures).toContain(name);
    }
    expect(figures).toMatch(/Divergent items\s*[\d.]+ %/);
    expect(await section("Health of Sombra").textContent()).toMatch(/same token at the egress.*since .*\d/s);
    const ledger = await section("Ledger").locator("dd strong").allTextContents();
    const [all = "", compared = "", skipped = "", failed = "", pending = ""] = ledger;
    expect(Number(all)).toBe(Number(compared) + Number(skipped) + Number(failed) + Number(pending));
    await countsOn(tab);
  });

  it("draws each chart, in other colours when they change, with its numbers in a table", async () => {
    await using tab = await world().open("/?range=6h", { width: 375 });
    await expect.poll(() => tab.page.locator("figure.chart canvas").count()).toBe(4);
    const drawn = () => tab.page.evaluate("document.querySelector('figure.chart canvas').toDataURL()");
    const light = await drawn();
    await tab.page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(drawn).not.toBe(light);
    await tab.page.locator("figure.chart summary").first().click();
    await expect.poll(() => tab.page.locator("figure.chart details[open] tbody tr").count()).toBe(12);
    expect(await tab.page.locator(".choices [aria-current]").textContent()).toBe("6 h");
  });
}
