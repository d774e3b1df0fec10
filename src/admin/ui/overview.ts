import { html } from "hono/html";
import type { AdminDeps } from "../deps.ts";
import { flagsNow } from "../in-force.ts";
import { latencyOf } from "../latency.ts";
import { divergencesSection, maxGroups } from "./divergences.ts";
import { flagsSection } from "./flags.ts";
import { degradedNotice, killSwitch } from "./kill.ts";
import { latencySection } from "./latency.ts";
import { layout, type Markup } from "./layout.ts";
import { ledgerSection } from "./ledger.ts";
import { recentSection } from "./recent.ts";
import { routesSection } from "./routes.ts";
import { time } from "./words.ts";

const recentShown = 10;

/** Everything on one page, as it stands now. */
export async function overview(deps: AdminDeps): Promise<Markup> {
  const { book } = deps;
  const account = await deps.account();
  const routes = deps.routes();
  const flags = flagsNow(deps);
  const [ledger, groups, ...byRoute] = await Promise.all([
    account.ledger(),
    account.groups({ offset: 0, limit: maxGroups }),
    ...routes.map(async ({ name }) => ({ name, ledger: await account.ledger(name) })),
  ]);
  const heading = html`<h1>Sombra</h1>
    <p class="at muted">As of ${time(deps.now())} · <a href="/">Reload</a></p>`;
  return layout(
    { title: "Sombra", heading, version: deps.version },
    html`${killSwitch(deps.killed())} ${degradedNotice(deps.degraded(), !flags.store.up)} ${routesSection(routes)}
    ${flagsSection(flags)} ${ledgerSection(ledger, byRoute)} ${divergencesSection(groups)}
    ${latencySection(routes.map(({ name }) => ({ name, latency: latencyOf(book, name) })))}
    ${recentSection(book.recent(recentShown))}`,
  );
}
