import { html } from "hono/html";
import { createTriageNow } from "../../../calls/triage.ts";
import type { AdminDeps } from "../../../deps.ts";
import { latencyOf } from "../../../latency.ts";
import { isOpen } from "../../../triage.ts";
import type { Markup } from "../../markup.ts";
import type { Page, View } from "../../page.ts";
import { chartsSection } from "./charts.ts";
import { gravestAsked, gravestSection } from "./gravest.ts";
import { healthSection } from "./health.ts";
import { latencySection } from "./latency.ts";
import { ledgerSection } from "./ledger.ts";
import { nowSection } from "./now.ts";
import { recentSection } from "./recent.ts";
import { routesSection } from "./routes.ts";
import { overviewTexts } from "./texts.ts";

const recentShown = 8;

export const overviewPage: Page = {
  menu: { path: "/", word: (locale) => overviewTexts.in(locale).title },
  add(site, deps) {
    const triage = createTriageNow(deps);
    const now = site.live("/live/overview", ["counts", "stored", "health", "clock"], (view) =>
      overview(view, deps, triage),
    );
    site.show("/", async (view) => {
      const { title } = overviewTexts.in(view.locale);
      return {
        title,
        body: html`<h1>${title}</h1>
          ${await now(view)}`,
        scripts: ["chart.js"],
      };
    });
  },
};

async function overview(view: View, deps: AdminDeps, triage: ReturnType<typeof createTriageNow>): Promise<Markup> {
  const account = await deps.account();
  const routes = deps.routes();
  const [ledger, { groups, total }, ...byRoute] = await Promise.all([
    account.ledger(),
    account.groups({ offset: 0, limit: gravestAsked }),
    ...(routes.length > 1 ? routes : []).map(async ({ name }) => ({ name, ledger: await account.ledger(name) })),
  ]);
  const open = groups.filter((group) => isOpen(triage(group)));
  const latencies = routes.map(({ name }) => ({ name, latency: latencyOf(deps.book, name) }));
  return html`${nowSection(view, deps)} ${gravestSection(view, { groups: open, total })} ${routesSection(view, deps)}
    ${chartsSection(view, deps)}
    <div class="columns">${ledgerSection(view, ledger, byRoute)} ${healthSection(view, deps, ledger.source)}</div>
    ${latencySection(view, latencies)} ${recentSection(view, deps.book.recent(recentShown))}`;
}
