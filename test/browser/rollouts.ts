import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { z } from "zod";
import { appSecret } from "../../src/cli/commands/demo-world.ts";
import { deliveries, send } from "../../src/demo/index.ts";
import type { World } from "./world.ts";

const plan = `plan: story
flag: WHATSAPP_CANONICAL_EVENTS_ENABLED
author: messaging-team
prechecks: { automatic: [drill], manual: [load test] }
phases:
  - { name: watch, compare: 100, minDuration: 24h }
  - { name: cut, serve: 100, compare: 0, minDuration: 24h }
gates:
  - { type: errorRate, budget: 0.1%, onFail: hold }
  - { type: serverErrors, max: 50%, onFail: hold }
fastLane: false
rollback: { procedures: [{ component: event consumers, steps: [tell their owners], expected: 15m }] }
`;

const path = "/rollouts/story";

const checkpointForm = z.object({
  gates: z.array(z.object({ gate: z.string(), figures: z.record(z.string(), z.number()) })),
});

export function rolloutPages(world: () => World): void {
  /** In which mode the next delivery is decided, as the proxy counts it. */
  const modeNow = async (): Promise<string> => {
    const { demo } = world();
    const counts = async (): Promise<ReadonlyMap<string, number>> => {
      const text = await (await fetch(`${demo.admin}/metrics`)).text();
      return new Map(
        [...text.matchAll(/^sombra_deliveries_total\{.*mode="([^"]+)"\} (\d+)/gm)].map(([, mode = "", n]) => [
          mode,
          Number(n),
        ]),
      );
    };
    const before = await counts();
    const [delivery] = deliveries({ seed: `mode ${Math.random()}`, appSecret });
    if (delivery === undefined) throw new Error("There is no delivery");
    await send(demo.base, delivery);
    const grown = async (): Promise<string | undefined> =>
      [...(await counts())].find(([mode, n]) => n > (before.get(mode) ?? 0))?.[0];
    await expect.poll(grown, { timeout: 20_000 }).toBeTypeOf("string");
    return (await grown()) ?? "";
  };

  /** Pairs that a checkpoint goes by after one more delivery: the proxy hears in its own time that the phase is in force. */
  const pairsAfterOne = async (): Promise<number> => {
    await modeNow();
    const answer = await fetch(`${world().demo.admin}/api${path}/checkpoints`, { method: "POST" });
    const { gates } = checkpointForm.parse(await answer.json());
    return gates.find(({ gate }) => gate === "errorRate")?.figures["N"] ?? 0;
  };

  /** Opens what asks for an order, in a dialog on the page, fills it in and says yes. */
  const order = async (page: Page, name: string, fill: (dialog: ReturnType<Page["locator"]>) => Promise<void>) => {
    const link = page.locator(".asks a", { hasText: new RegExp(`^${name}$`) });
    if (!(await link.isVisible())) await page.click("#asks-more summary");
    await link.click();
    const dialog = page.locator("dialog[open]");
    await fill(dialog);
    await dialog.locator("button").click();
    await page.waitForSelector("p.said");
  };
  const reason = (text: string) => (dialog: ReturnType<Page["locator"]>) => dialog.locator("[name=reason]").fill(text);
  const sure = (dialog: ReturnType<Page["locator"]>) => dialog.locator("[name=sure]").check();

  it("begin with a plan that is pasted, told by line and column what is wrong, then what it does", async () => {
    await using tab = await world().open("/rollouts");
    const { page } = tab;
    await page.click("text=New rollout");
    await page.fill("textarea", plan.replace("serve: 100", "serve: 500"));
    await page.click("button[value=look]");
    expect(await page.textContent(".plan-problems")).toMatch(/line 7, column 25: phases\[1\]\.serve is 500/);
    // That a plan is wrong is answered with 400, which the browser notes.
    tab.faults.splice(0);
    await page.fill("textarea", plan);
    await page.click("button[value=look]");
    expect(await page.textContent("main")).toContain("It moves WHATSAPP_CANONICAL_EVENTS_ENABLED in 2 phases.");
    await page.click("button[value=save]");
    await page.waitForURL(`**${path}`);
    expect(await page.textContent("h1")).toContain("prechecks missing");
    expect(await page.textContent("section[aria-labelledby=prechecks]")).toMatch(/not yet\s*load test/);
    expect(await page.textContent("section[aria-labelledby=procedures]")).toContain("15 min");
  });

  it("show before the start what the plan would do", async () => {
    await using tab = await world().open(path);
    await tab.page.click("text=Simulate");
    await tab.page.fill("[name=candidate]", "errors=5%@1h");
    await tab.page.fill("[name=runs]", "3");
    // The click lasts until the page of the answer comes, and that until the plan has run three times.
    await tab.page.click("form[action$=simulate] button", { timeout: 30_000 });
    await tab.page.waitForSelector("#simulation");
    expect(await tab.page.textContent("section[aria-labelledby=simulation]")).toMatch(/Bad answers served.*of 3 runs/s);
    await expect.poll(() => tab.page.locator(".phase-bar").count()).toBe(2);
    await tab.expectSound("section[aria-labelledby=simulation]");
  });

  it("are moved by who may: each order is done, seen by others without a reload, and on the proxy", async () => {
    await using tab = await world().open(path);
    await using other = await world().open(path, { language: "pt-BR", colours: "dark", width: 375 });
    await other.page.evaluate("globalThis.isTheSamePage = true");
    const { page } = tab;
    const seen = (selector: string): Promise<string | null> => other.page.locator(selector).textContent();
    await page.click("section[aria-labelledby=prechecks] a.button");
    await page.fill("dialog[open] [name=evidence]", "run 412 <b>");
    await page.click("dialog[open] button");
    await page.waitForSelector("text=run 412 <b>");
    await order(page, "Drill", sure);
    expect(await page.textContent("p.said")).toMatch(/Everybody was on legacy after [\d.]+ s/);
    await order(page, "Start", sure);
    await expect.poll(() => seen("h1")).toContain("em andamento");
    await expect.poll(() => seen(".step-now strong")).toBe("watch");
    expect(await modeNow()).toBe("dual-run");
    await expect.poll(pairsAfterOne, { timeout: 30_000 }).toBeGreaterThan(0);
    await order(page, "Take a checkpoint", (dialog) => dialog.locator("[name=name]").fill("T+1"));
    await page.click(".checkpoints summary:has-text('T+1')");
    expect(await page.textContent(".checkpoints details[open]")).toMatch(/errorRate.*budget 0.1 %.*put up with/is);
    await expect.poll(() => seen(".checkpoints"), { timeout: 30_000 }).toContain("T+1");
    expect(await seen(".gate-tiles")).toMatch(/errorRate.*inconclusivo.*Só o candidate falha em menos de 0,1 %/s);
    expect(await other.page.locator("#gate-errorRate svg").getAttribute("aria-label")).toMatch(
      /Estimativa .* intervalo .* budget 0,1 %/,
    );
    await other.expectSound("main");
    await other.expectPortuguese();
    await order(page, "Advance", async (dialog) => {
      await dialog.locator("[name=to]").selectOption("cut");
      await dialog.locator("[name=reason]").fill("a test of the page");
      await dialog.locator(".glass summary").click();
      await dialog.locator("[name=break_glass]").check();
      await sure(dialog);
    });
    await expect.poll(() => seen(".step-now strong")).toBe("cut");
    await expect.poll(modeNow).toBe("cutover");
    expect(await page.textContent("section[aria-labelledby=log]")).toMatch(/glass broken/);
    const pressed = Date.now();
    await order(page, "Roll back", reason("orders are lost"));
    await expect.poll(() => seen(".outcome-red")).toContain("orders are lost");
    expect(Date.now() - pressed).toBeLessThan(5_000);
    expect(await modeNow()).toBe("dual-run");
    expect(await page.textContent("h1")).toContain("rolled back");
    await other.expectPortuguese();
    expect(await other.page.evaluate("globalThis.isTheSamePage")).toBe(true);
  });

  it("are read and noted on without script", async () => {
    await using plain = await world().open(path, { script: false });
    const { page } = plain;
    await page.click("#asks-more summary");
    await page.click(".asks a[href$='/note']");
    await page.fill("textarea", "seen without script");
    await page.click("form[data-question] button");
    expect(await page.textContent("section[aria-labelledby=people]")).toContain("seen without script");
    expect(await page.textContent("section[aria-labelledby=both]")).toContain("Error rate");
    const report = await page.getAttribute("section[aria-labelledby=reports] a[href*='final'][href*='html']", "href");
    const answer = await fetch(`${world().demo.admin}${report}`);
    expect(await answer.text()).toContain("seen without script");
  });

  it("are kept from advancing by an incident, until it is closed; and give up their flags in the end", async () => {
    await using tab = await world().open("/incidents", { width: 375 });
    await using other = await world().open("/incidents");
    const { page } = tab;
    await page.fill("[name=title]", "orders are lost");
    await page.click("form[action='/incidents'] button");
    await other.page.waitForSelector("text=1 critical incident keeps every rollout from advancing.");
    await tab.expectSound("main");
    await page.click("section[aria-labelledby=open] a.button");
    await page.fill("dialog[open] [name=reason]", "mended");
    await page.click("dialog[open] button");
    await page.waitForSelector("text=is closed.");
    await other.page.waitForSelector("section[aria-labelledby=open] >> text=None is open.");
    await using foreign = await world().open("/incidents", { language: "pt-BR" });
    for (const other of ["/rollouts", path, "/audit", "/audiences", "/exchanges", "/divergences", "/flags-new"]) {
      await foreign.expectPortuguese();
      await foreign.go(other);
    }
    await tab.go(path);
    await order(page, "Give up", reason("the story is over"));
    expect(await page.textContent("h1")).toContain("given up");
    expect(await page.locator(".asks .danger").count()).toBe(0);
  });
}
