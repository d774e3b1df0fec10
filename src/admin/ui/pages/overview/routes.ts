import { html } from "hono/html";
import type { AdminDeps, FlagsInForce, RouteEntry } from "../../../deps.ts";
import { entryOf, flagsNow } from "../../../in-force.ts";
import { splitBar } from "../../chart.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { otherModes } from "../../modes.ts";
import { modeBadge, sideName } from "../../parts.ts";
import { stateMarkup } from "../flags/words.ts";
import { nowMinutes } from "./now.ts";
import { overviewTexts } from "./texts.ts";

/** What was decided of late, on all routes. */
type Decided = (route: string) => ReadonlyMap<string, number>;

export function routesSection(view: View, deps: Pick<AdminDeps, "book" | "routes" | "flags">): Markup {
  const flags = flagsNow(deps);
  const [last] = deps.book.history.stretches(view.nowMs, { minutes: nowMinutes, count: 1 });
  const decided: Decided = (route) => last?.by("sombra_deliveries_total", "mode", { route }) ?? new Map();
  const t = overviewTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="routes">
    <h2 id="routes">${t.routes}</h2>
    <p class="muted">${t.routesNote}</p>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${t.route}</th>
          <th scope="col">${t.mode}</th>
          <th scope="col">${t.split(String(nowMinutes))}</th>
          <th scope="col">${t.sides}</th>
          <th scope="col">${t.flags}</th>
        </tr>
      </thead>
      <tbody>
        ${deps.routes().map((route) => routeRow(view, route, { decided: decided(route.name), flags }))}
      </tbody>
    </table>
  </section>`;
}

function meaningOf(view: View, mode: string): string {
  const t = overviewTexts.in(view.locale);
  const meanings: Readonly<Record<string, string>> = {
    legacy: t.modeLegacy,
    shadow: t.modeShadow,
    "dual-run": t.modeDualRun,
    cutover: t.modeCutover,
  };
  return meanings[mode] ?? "";
}

const modes = ["legacy", "shadow", "dual-run", "cutover"];

function split(view: View, decided: ReturnType<Decided>): Markup {
  const all = [...decided.values()].reduce((sum, n) => sum + n, 0);
  if (all === 0) return html`<small>${overviewTexts.in(view.locale).noTraffic}</small>`;
  const parts = modes.flatMap((word) => {
    const share = (decided.get(word) ?? 0) / all;
    return share === 0 ? [] : [{ word, share, text: `${word} ${view.format.percent(share)}` }];
  });
  return html`<div class="split-with">
    ${splitBar(parts)}<small>${parts.map(({ text }) => text).join(" · ")}</small>
  </div>`;
}

function routeRow(
  view: View,
  route: RouteEntry,
  { decided, flags: inForce }: { readonly decided: ReturnType<Decided>; readonly flags: FlagsInForce },
): Markup {
  const { name, path, profile, legacy, candidate, flags, mode } = route;
  const t = overviewTexts.in(view.locale);
  const keys = [flags.enabled, flags.shadow, flags.dualRun, flags.reverseShadow];
  return html`<tr>
    <th scope="row" data-label="${t.route}">
      <span
        >${name}<br /><small><code>${path}</code> ${profile}</small></span
      >
    </th>
    <td data-label="${t.mode}">
      <span
        >${modeBadge(mode)}<br /><small>${meaningOf(view, mode)}</small><br />${otherModes(view, inForce, route)}</span
      >
    </td>
    <td data-label="${t.split(String(nowMinutes))}">${split(view, decided)}</td>
    <td data-label="${t.sides}">
      <ul class="plain">
        <li>${sideName("legacy")} <code>${legacy}</code></li>
        <li>${sideName("candidate")} ${candidate === null ? t.none : html`<code>${candidate}</code>`}</li>
      </ul>
    </td>
    <td data-label="${t.flags}">
      <ul class="plain keys">
        ${keys.map((key) => {
          const entry = entryOf(inForce, key);
          return html`<li>
            <a href="/flags/${encodeURIComponent(key)}"><code>${key}</code></a>
            ${entry === null ? null : html`<br /><small>${stateMarkup(view, entry, inForce)}</small>`}
          </li>`;
        })}
      </ul>
    </td>
  </tr>`;
}
