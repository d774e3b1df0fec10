import { expect, it } from "vitest";
import { sampleToken, startAdmin } from "../../src/admin/sample.ts";
import { sessionMs } from "../../src/admin/sessions.ts";
import { timezoneId, type OpenOptions } from "./browser.ts";
import type { World } from "./world.ts";

const paths = ["/", "/divergences", "/exchanges", "/flags", "/settings?doctor=run", "/kill"];

const desk: OpenOptions = { language: "en", colours: "light", width: 1280 };
const phone: OpenOptions = { language: "pt-BR", colours: "dark", width: 375 };

/** What holds of each page: soundness, languages, colours, width, and the red button. */
export function everyPage(world: () => World): void {
  it.each([desk, phone])("is sound in either language and colour scheme, wide and narrow (%o)", async (options) => {
    await using tab = await world().open("/", options);
    for (const path of paths) {
      await tab.go(path);
      expect(await tab.page.getAttribute("html", "lang")).toBe(options.language);
      await tab.expectSound();
      if (options.language === "pt-BR") await tab.expectPortuguese();
    }
  });

  it("is read without script, times in UTC; with it in the viewer's zone", async () => {
    await using plain = await world().open("/", { script: false });
    expect(await plain.page.textContent("main")).toContain("Ledger");
    expect(await plain.page.locator("main time").first().textContent()).toContain("UTC");
    await using local = await world().open("/");
    const time = local.page.locator("main time").first();
    await expect.poll(() => time.textContent()).not.toContain("UTC");
    const at = new Date((await time.getAttribute("datetime")) ?? "");
    const there = new Intl.DateTimeFormat("en", { timeStyle: "medium", timeZone: timezoneId }).format(at);
    expect(await time.textContent()).toContain(there);
  });

  it("is changed to the other language and dark colours, and stays so", async () => {
    await using tab = await world().open("/flags");
    await tab.page.click(".tools > summary");
    await tab.page.selectOption("select[name=language]", "pt-BR");
    await tab.page.selectOption("select[name=theme]", "dark");
    await tab.page.click(".tools button");
    await tab.page.waitForURL("**/flags");
    await tab.go("/");
    expect(await tab.page.textContent("h1")).toBe("Visão geral");
    expect(await tab.page.evaluate("getComputedStyle(document.body).colorScheme")).toBe("dark");
  });

  it("stops the candidate by the red button, for deliveries that come then, and lets it go on by the other", async () => {
    const { demo, deliver } = world();
    /** How many more of some deliveries go to both sides. */
    const goToBoth = async (): Promise<number> => {
      const before = await dualRuns(demo.admin);
      await deliver(1);
      return (await dualRuns(demo.admin)) - before;
    };
    expect(await goToBoth()).toBeGreaterThan(0);
    // Whatever comes of it, what follows finds the candidate called.
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => void (await fetch(`${demo.admin}/api/kill`, { method: "DELETE" })));
    const tab = stack.use(await world().open("/flags"));
    const other = stack.use(await world().open("/"));
    // Each page says itself when: this process is busy with its browser.
    await tab.page.evaluate("addEventListener('submit', () => { sessionStorage.setItem('pressed', Date.now()) })");
    await other.page.evaluate(
      `new MutationObserver(() => {
        if (document.querySelector(".banner.killed") !== null) globalThis.seen ??= Date.now();
      }).observe(document.body, { subtree: true, childList: true, attributes: true })`,
    );
    // By keyboard alone: the button, the reason, and the button that says yes.
    await tab.page.locator(".banner a.danger").focus();
    await tab.page.keyboard.press("Enter");
    await tab.page.keyboard.type("the demo is over");
    await tab.page.keyboard.press("Tab");
    await tab.page.keyboard.press("Enter");
    await tab.page.waitForSelector(".banner.killed");
    await other.page.getByText("Everything is on legacy").waitFor();
    const pressed = Number(await tab.page.evaluate("sessionStorage.getItem('pressed')"));
    expect(pressed).toBeGreaterThan(0);
    expect(Number(await other.page.evaluate("globalThis.seen")) - pressed).toBeLessThan(2_000);
    expect(tab.page.url()).toBe(`${demo.admin}/flags`);
    expect(await goToBoth()).toBe(0);
    await other.expectSound(".banner");
    // What the keyboard reaches is below the bar, which is tall now on a telephone.
    await other.page.setViewportSize({ width: 375, height: 700 });
    const room = "parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)";
    await expect
      .poll(() => other.page.evaluate(`${room} - document.querySelector(".pinned").offsetHeight`))
      .toBeGreaterThan(0);
    expect(Number(await other.page.evaluate("document.querySelector('.pinned').offsetHeight"))).toBeGreaterThan(96);
    await other.page.click(".banner button");
    await tab.page.waitForSelector(".banner:not(.killed)");
    expect(await goToBoth()).toBeGreaterThan(0);
  });

  it("asks for the token again when the session ends, and keeps what was typed", async () => {
    let now = Date.now();
    const access = { tokens: [sampleToken("eva", ["operate"])], hosts: [] };
    const admin = await startAdmin({ access, now: () => now });
    try {
      await using tab = await world().browser.open(`http://127.0.0.1:${admin.port}`);
      await tab.go("/flags");
      await tab.page.fill("input[name=token]", "eva");
      await tab.page.click("#sign-in button");
      await tab.page.waitForURL("**/flags");
      await tab.page.click(".banner a.danger");
      await tab.page.fill("#kill input[name=reason]", "typed before");
      now += sessionMs;
      await tab.page.evaluate("document.documentElement.dataset.ends = '0'");
      await tab.page.fill("#expired input[name=token]", "wrong");
      await tab.page.click("#expired button");
      await tab.page.waitForSelector("#expired .wrong");
      await tab.page.fill("#expired input[name=token]", "eva");
      await tab.page.click("#expired button");
      await tab.page.waitForSelector("#expired:not([open])", { state: "attached" });
      expect(await tab.page.inputValue("#kill input[name=reason]")).toBe("typed before");
      await tab.page.click("#kill button.danger");
      await tab.page.waitForSelector(".banner.killed");
      expect(admin.kills).toMatchObject([{ killed: true, reason: "typed before" }]);
      // A wrong token is refused with 403, which the browser notes.
      tab.faults.splice(0);
    } finally {
      await admin.close();
    }
  });

  it("says that it is old when Sombra is gone, and since when", async () => {
    const admin = await startAdmin();
    await using tab = await world().browser.open(`http://127.0.0.1:${admin.port}`);
    await tab.go("/");
    await admin.close();
    await tab.page.waitForSelector("#stale:not([hidden])");
    expect(await tab.page.textContent("#stale")).toMatch(/Not live.*\d/);
    tab.faults.splice(0);
  });
}

/** Deliveries that were sent to both sides at once, as the metrics have it. */
async function dualRuns(admin: string): Promise<number> {
  const page = await (await fetch(`${admin}/metrics`)).text();
  const [, count = "0"] = /^sombra_deliveries_total\{[^}]*mode="dual-run"[^}]*\} (\d+)/m.exec(page) ?? [];
  return Number(count);
}
