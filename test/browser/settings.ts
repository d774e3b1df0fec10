import { expect, it } from "vitest";
import type { World } from "./world.ts";

export function settingsPage(world: () => World): void {
  it("says what was given and where: by a variable, in a line of the file; the rest, and what doctor finds, on demand", async () => {
    await using tab = await world().open("/settings");
    const row = (name: string) => tab.page.getByRole("row", { name }).textContent();
    expect(await row("SOMBRA_ENVIRONMENT")).toMatch(/demo\s*variable/);
    expect(await row("SOMBRA_APP_SECRET")).toMatch(/set\s*variable/);
    expect(await row("routes.default.settle.quietMs")).toMatch(/100\s*\S+sombra\.yaml, line 1/);
    expect(await tab.page.getByRole("row", { name: "graceMs" }).count()).toBe(0);
    await tab.page.getByRole("link", { name: "Everything", exact: true }).click();
    await tab.page.waitForURL("**/settings?show=all");
    expect(await row("graceMs")).toMatch(/\d+\s*default/);
    expect(await tab.page.content()).not.toContain("demo-app-secret");
    // Doctor is asked when somebody wants it, by keyboard, and without script too.
    await tab.go("/settings");
    expect(await tab.page.locator("#doctor-answer tr").count()).toBe(0);
    await tab.page.getByRole("button", { name: "Run doctor" }).focus();
    await tab.page.keyboard.press("Enter");
    await tab.page.waitForSelector("#doctor-answer tbody tr");
    expect(await tab.page.textContent("#doctor-answer")).toMatch(/store.*sqlite answers/s);
    expect(tab.page.url()).toMatch(/\/settings$/);
    await tab.page.getByRole("button", { name: "Probe the candidates" }).click();
    await tab.page.waitForSelector("#doctor-answer :text('default: probe')");
    expect(tab.page.url()).toMatch(/\/settings$/);
    await using plain = await world().open("/settings", { script: false });
    await plain.page.getByRole("button", { name: "Run doctor" }).click();
    await plain.page.waitForURL("**/settings?doctor=run");
    expect(await plain.page.textContent("#doctor-answer")).toMatch(/store.*sqlite answers/s);
  });
}
