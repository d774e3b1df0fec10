import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { deliveries, send } from "../../src/demo/index.ts";
import { appSecret } from "../../src/cli/commands/demo-world.ts";
import type { Tab } from "./browser.ts";
import type { World } from "./world.ts";

const shadow = "WHATSAPP_CANONICAL_SHADOW_MODE";
const dualRun = "WHATSAPP_DUAL_RUN";

interface Answer {
  readonly enabled?: boolean;
  readonly percent?: number;
  readonly denylist_count?: number;
  readonly forceOn?: readonly string[];
}

/** Flags, audiences and the audit, by what people do with them. */
export function flagPages(world: () => World): void {
  const call = async (path: string, init?: RequestInit): Promise<Answer> =>
    JSON.parse(await (await fetch(`${world().demo.admin}${path}`, init)).text());
  const saved = async ({ page }: Tab, path: string): Promise<void> => {
    await page.waitForURL(`**${path}`);
    await page.waitForSelector(".said");
  };

  it("a flag is made, looked at, changed by a list from a file, explained, turned off and put back", async () => {
    await using tab = await world().open("/flags");
    const { page } = tab;
    await page.click("a[href='/flags-new']");
    await page.fill("input[name=key]", "browser_made");
    await page.selectOption("select[name=enabled]", "true");
    await page.fill("input[name=percent]", "5");
    await page.fill(".flag-form input[name=reason]", "made by hand");
    await page.click("button[value=save]");
    await saved(tab, "/flags/browser_made");
    expect(await call("/api/flags/browser_made")).toMatchObject({ enabled: true, percent: 5 });
    expect(await page.textContent(".lead")).toContain("on for 5 %");
    const file = join(tmpdir(), `sombra-shoppers-${process.pid}.txt`);
    await writeFile(file, Array.from({ length: 10_000 }, (_, n) => `55119${n}`).join("\n"));
    await page.click(".actions a.primary");
    await page.click("summary:has-text('denylist')");
    await page.selectOption("select[name='denylist.do']", "replace");
    await page.setInputFiles("input[data-into=denylist-members]", file);
    await expect.poll(() => page.inputValue("#denylist-members")).toContain("10,000");
    await page.fill("input[name=percent]", "25");
    await page.click("button[value=preview]");
    await page.waitForSelector(".preview");
    expect(await page.textContent(".preview")).toMatch(/browser_made.*turns on for.*20 % of the shoppers/s);
    expect(await page.textContent(".preview")).toContain("denylist: 10,000 put on");
    await tab.expectSound(".preview");
    expect(await call("/api/flags/browser_made")).toMatchObject({ percent: 5 });
    await page.fill(".flag-form input[name=reason]", "a quarter, save those");
    await page.click("button[value=save]");
    await saved(tab, "/flags/browser_made");
    expect(await call("/api/flags/browser_made")).toMatchObject({ percent: 25, denylist_count: 10_000 });
    expect((await page.content()).length).toBeLessThan(100_000);

    await page.fill("input[name=shopper]", "5511977");
    await page.click("button:has-text('Explain')");
    await page.waitForSelector("#explained .lead");
    expect(await page.textContent("#explained")).toContain("the shopper is in the denylist");
    expect(page.url()).not.toContain("5511977");

    await page.click(".actions a.danger");
    await page.fill("#turn-off input[name=reason]", "enough");
    await page.click("#turn-off button.danger");
    await saved(tab, "/flags/browser_made");
    expect(await call("/api/flags/browser_made")).toMatchObject({ enabled: false, percent: 25 });
    await page.click(".history li:first-child a.button");
    await page.fill("form.card input[name=reason]", "not enough");
    await page.click("button[value=save]");
    await saved(tab, "/flags/browser_made");
    expect(await call("/api/flags/browser_made")).toMatchObject({ enabled: true, percent: 25 });
  });

  it("two people edit one flag: the second is told what the first did, keeps what was typed, and saves it on top", async () => {
    await call("/api/flags/browser_two?reason=begin", { method: "PATCH", body: '{"enabled": true, "percent": 5}' });
    await using one = await world().open("/flags/browser_two/edit");
    await using two = await world().open("/flags/browser_two/edit", { width: 375 });
    for (const [{ page }, percent, reason] of [
      [one, "10", "first"],
      [two, "20", "second"],
    ] as const) {
      await page.fill("input[name=percent]", percent);
      await page.fill(".flag-form input[name=reason]", reason);
    }
    await two.page.fill("input[name=description]", "typed meanwhile");
    await one.page.click("button[value=save]");
    await saved(one, "/flags/browser_two");
    await two.page.click("button[value=save]");
    await two.page.waitForSelector("#conflict");
    expect(await two.page.textContent("#outcome")).toMatch(/Somebody else changed it meanwhile.*first.*5.*10/s);
    expect(await two.page.inputValue("input[name=description]")).toBe("typed meanwhile");
    await two.expectSound("#outcome");
    expect(await call("/api/flags/browser_two")).toMatchObject({ percent: 10 });
    await two.page.click("button[value=save]");
    await saved(two, "/flags/browser_two");
    expect(await call("/api/flags/browser_two")).toMatchObject({ percent: 20, description: "typed meanwhile" });
  });

  it("a cutover is asked for as such, naming how many, and answered by the candidate from then on", async () => {
    const { demo } = world();
    await using tab = await world().open("/flags");
    const { page } = tab;
    await page.click("a[href='/flags-cutover/default']");
    await page.fill("input[name=percent]", "100");
    await page.fill("form.card input[name=reason]", "the demo cuts over");
    await page.click("button[value=save]");
    await page.waitForSelector("#outcome .preview");
    const asked = (await page.textContent("#outcome")) ?? "";
    expect(asked).toContain("this cuts over 1 shopper that a list names");
    if (asked.includes("Checks fail")) {
      await page.check("#outcome input[name=break_glass]");
      await page.click("button[value=save]");
    }
    await page.click("#outcome button.danger");
    await saved(tab, "/flags");
    expect(await call(`/api/flags/${shadow}`)).toMatchObject({ enabled: false });
    const [delivery] = deliveries({ seed: "cut over by hand", appSecret });
    if (delivery === undefined) throw new Error("There is no delivery");
    await send(demo.base, delivery);
    await tab.go("/flags-cutover/default");
    await page.check("input[value=shadow]");
    await page.fill("form.card input[name=reason]", "and back");
    await page.click("button[value=save]");
    await saved(tab, "/flags");
    expect(await call(`/api/flags/${shadow}`)).toMatchObject({ enabled: true, percent: 100 });
    // As the demo began.
    await call(`/api/flags/${dualRun}?reason=as+it+was`, { method: "PATCH", body: '{"enabled": true}' });
  });

  it("an audience is imported, and the audit filtered and checked, in Portuguese on a phone", async () => {
    await using tab = await world().open("/audiences-new", { language: "pt-BR", width: 375, colours: "dark" });
    const { page } = tab;
    await page.fill("input[name=name]", "browser_vip");
    await page.fill("textarea[name=members]", "1, 2\n3");
    await page.fill("form.card input[name=reason]", "de mão");
    await page.click("button[value=save]");
    await saved(tab, "/audiences/browser_vip");
    await tab.go("/audit?subject=browser_vip");
    expect(await page.textContent(".audit")).toMatch(/browser_vip.*audience-set.*de mão.*3/s);
    await page.click("a[hx-get='/audit/check']");
    await page.waitForSelector("#audit-check .good");
    expect(await page.textContent("#audit-check")).toContain("cada uma segue da anterior");
    await tab.expectSound();
  });

  it("is read, and changed, without script", async () => {
    await using tab = await world().open("/flags/browser_two/edit", { script: false });
    const { page } = tab;
    await page.fill("input[name=percent]", "30");
    await page.click("button[value=preview]");
    expect(await page.textContent(".preview")).toContain("10 % of the shoppers");
    expect(await page.inputValue("input[name=percent]")).toBe("30");
    await page.fill(".flag-form input[name=reason]", "without script");
    await page.click("button[value=save]");
    await page.waitForURL("**/flags/browser_two");
    expect(await call("/api/flags/browser_two")).toMatchObject({ percent: 30 });
  });
}
