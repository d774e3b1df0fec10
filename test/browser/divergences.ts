import { expect, it } from "vitest";
import type { Tab } from "./browser.ts";
import type { World } from "./world.ts";

/** The list, a group with both sides, and what people do about it. */
export function divergencesPages(world: () => World): void {
  const answer = async <T>(path: string): Promise<T> => {
    const { demo } = world();
    const value: T = JSON.parse(await (await fetch(`${demo.admin}${path}`)).text());
    return value;
  };

  /** As cURL by the clipboard, as JSON in a file. */
  const takeAlong = async ({ page, context }: Tab): Promise<void> => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click("summary:has-text('As cURL')");
    await page.click("[data-copy=curl]");
    await page.waitForSelector(".copying [role=status]:has-text('Copied')");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await page.textContent("#curl"));
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("a:has-text('As JSON')")]);
    expect(file.suggestedFilename()).toMatch(/^divergence-[0-9a-f]{16}\.json$/);
  };

  it("are listed gravest first, found by a filter, and opened with both sides beside each other, and taken along", async () => {
    await using tab = await world().open("/divergences");
    const { page } = tab;
    expect(await page.locator(".groups .badge").first().textContent()).toBe("critical");
    await page.selectOption("select[name=severity]", "minor");
    await page.fill("input[name=text]", "content-type");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/divergences?*severity=minor*");
    await page.click(".groups details > summary");
    await page.click(".groups details a:has-text('message.interactive')");
    expect(await page.textContent("h1")).toBe("The candidate's answer has a header content-type, legacy's does not");
    expect(await page.locator(".side-heads .answer").allTextContents()).toEqual(["200", "200"]);
    const diff = await page.locator(".diff").boundingBox();
    expect(diff?.height).toBeGreaterThan(90);
    // What does not differ is folded, and opened by a click.
    const fold = page.locator(".fold").first();
    expect(await fold.locator(".line").first().isVisible()).toBe(false);
    await fold.locator("summary").click();
    expect(await fold.locator(".line").first().isVisible()).toBe(true);
    await expect.poll(() => page.locator(".line.is-added").count()).toBeGreaterThan(0);
    await tab.expectSound();
    await page.click(".switch a:has-text('Unified')");
    await page.waitForURL("**view=unified*");
    await expect.poll(() => page.locator(".diff-unified .line.own").count()).toBe(1);
    await page.click(".switch a:has-text('Patch')");
    await page.waitForURL("**view=patch*");
    expect(await page.textContent("#example-patch")).toContain('{"op":"add","path":"/headers/content-type"');
    await takeAlong(tab);
  });

  it("are read without script, in Portuguese and on a small screen", async () => {
    const { groups } = await answer<{ groups: { signature: string }[] }>("/api/divergences");
    const path = `/divergences/${groups[0]?.signature}`;
    await using plain = await world().open(path, { script: false });
    await plain.page.click(".switch a:has-text('Unified')");
    await expect.poll(() => plain.page.locator(".diff-unified").count()).toBe(1);
    expect(await plain.page.locator("[data-copy]:visible").count()).toBe(0);
    await using small = await world().open(path, { language: "pt-BR", colours: "dark", width: 375 });
    expect(await small.page.textContent("#examples")).toBe("Exemplos");
    await small.expectSound();
  });

  it("are ignored by a rule whose effect is shown before, and seen on what comes after it", async () => {
    await using tab = await world().open("/divergences?text=content-type");
    const { page } = tab;
    await page.click(".groups th a");
    await page.click("a:has-text('Ignore this')");
    await page.uncheck("input[name=kind]");
    await page.fill(".rule input[name=reason]", "the provider reads no header");
    await page.fill(".rule input[name=owner]", "bot-team");
    await page.fill(".rule input[name=id]", "no-content-type");
    await page.click("button[value=preview]");
    expect(await page.textContent("#preview")).toMatch(/It would have hidden [1-9]\d* of [1-9]\d* divergences/);
    await tab.expectSound("#preview");
    await page.click("button[value=save]");
    await page.waitForURL("**#rules");
    expect(await page.textContent("#content .said")).toContain("Rule no-content-type is in force");
    const hidden = async () => (await answer<{ hidden: number }>("/api/rules/no-content-type")).hidden;
    expect(await hidden()).toBe(0);
    await world().deliver(3);
    expect(await hidden()).toBeGreaterThan(0);
    await page.reload();
    expect(await page.textContent("section:has(> .head > #rules)")).toContain("no-content-type");
    await page.click("summary:has-text('Take out')");
    await page.fill("form[action$='/rules/remove'] input[name=reason]", "it was not so");
    await page.click("form[action$='/rules/remove'] button");
    await page.waitForSelector(".said:has-text('is taken out')");
    expect((await fetch(`${world().demo.admin}/api/rules/no-content-type`)).status).toBe(404);
  });

  it("are marked as expected, and leave the list of whoever looks at it, without a reload", async () => {
    await using other = await world().open("/divergences?text=/status");
    await using tab = await world().open("/divergences?text=/status");
    const { page } = tab;
    await page.click(".groups th a");
    const signature = new URL(page.url()).pathname.split("/").at(-1);
    await page.click("summary:has-text('Expected')");
    await page.fill("input[name=until]", "2099-01-01");
    await page.fill("details[open] input[name=reason]", "it retries");
    await page.click("details[open] button");
    await page.waitForURL("**#triage");
    await other.page.waitForSelector("text=Nothing fits");
    expect(await answer(`/api/divergences/${signature}`)).toMatchObject({
      triage: { state: "expected", reason: "it retries" },
    });
    await page.click("summary:has-text('Open again')");
    await page.click("details[open] button");
    await other.page.waitForSelector(".groups th a");
  });

  it("count on without a reload, and keep open what somebody has opened", async () => {
    await using tab = await world().open("/divergences?text=/body");
    const { page } = tab;
    await page.click(".groups details > summary");
    const found = page.locator(".groups td.number").first();
    const before = await found.textContent();
    await world().deliver(3);
    await expect.poll(() => found.textContent(), { timeout: 30_000 }).not.toBe(before);
    await expect.poll(() => page.locator(".groups details[open]").count()).toBe(1);
  });
}
