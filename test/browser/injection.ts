import { expect, it } from "vitest";
import { startAdmin } from "../../src/admin/sample.ts";
import { variedItem, variedRecord } from "../../src/admin/ui/diff/sample.ts";
import { tallyExchange } from "../../src/admin/ui/sample.ts";
import type { World } from "./world.ts";

const attack = `"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}\${alert(3)}`;

/** Whatever traffic can fill is shown as text. */
export function injections(world: () => World): void {
  it("run nowhere: names of routes, kinds, paths, modes, methods, values of both sides, addresses", async () => {
    const admin = await startAdmin();
    try {
      const [first] = variedItem().divergences;
      if (first === undefined) throw new Error("There is no divergence");
      const divergence = {
        ...first,
        path: `/body/${attack}`,
        kind: attack as never,
        change: attack,
        values: { legacy: attack, candidate: attack },
      };
      const mode = attack as never;
      const item = variedItem({ divergences: [divergence], divergenceCount: 1, kind: attack, reason: attack, mode });
      const request = { route: attack, path: attack, protocolVersion: "1.1" };
      const record = { items: [item], request, method: attack, exchange: attack, route: attack, mode };
      tallyExchange(admin.tally, variedRecord(record));
      admin.tally.counter("sombra_deliveries_total", { route: "default", mode: attack }).add();
      admin.tally.counter("sombra_answers_total", { route: attack, side: attack, status_class: attack }).add();
      const named = encodeURIComponent(attack);
      const paths = ["/divergences", `/divergences/${first.signature}`, `/exchanges/${named}`, "/", `/?range=${named}`];
      await using tab = await world().browser.open(`http://127.0.0.1:${admin.port}`);
      for (const path of paths) {
        await tab.go(path);
        await expect.poll(() => tab.page.locator("main").textContent()).toContain("<img src=x");
        expect(await tab.page.locator("main :is(img, script)").count()).toBe(0);
      }
    } finally {
      await admin.close();
    }
  });
}
