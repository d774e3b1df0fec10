import { html } from "hono/html";
import type { RouteEntry } from "../deps.ts";
import type { Markup } from "./layout.ts";
import { badge } from "./words.ts";

const meaning: ReadonlyMap<string, string> = new Map([
  ["legacy", "Legacy answers; nobody else is called"],
  ["shadow", "Legacy answers; the candidate is called afterwards and compared"],
  ["dual-run", "Legacy answers; the candidate is called at the same time and compared"],
  ["cutover", "The candidate answers"],
]);

export function routesSection(routes: readonly RouteEntry[]): Markup {
  return html`<section aria-labelledby="routes">
    <h2 id="routes">Routes</h2>
    <p class="muted">The mode is that of a shopper whom no list names.</p>
    <table class="cards even">
      <thead>
        <tr>
          <th scope="col">Route</th>
          <th scope="col">Mode</th>
          <th scope="col">Sides</th>
          <th scope="col">Flags</th>
        </tr>
      </thead>
      <tbody>
        ${routes.map(routeRow)}
      </tbody>
    </table>
  </section>`;
}

function routeRow({ name, path, profile, legacy, candidate, flags, mode }: RouteEntry): Markup {
  const keys = [flags.enabled, flags.shadow, flags.dualRun, flags.reverseShadow];
  return html`<tr>
    <th scope="row" data-label="Route">
      <span
        >${name}<br /><small><code>${path}</code> ${profile}</small></span
      >
    </th>
    <td data-label="Mode">
      <span>${badge(mode)}<br /><small>${meaning.get(mode)}</small></span>
    </td>
    <td data-label="Sides">
      <ul class="plain-list">
        <li><small>legacy</small> <code>${legacy}</code></li>
        <li><small>candidate</small> ${candidate === null ? "none" : html`<code>${candidate}</code>`}</li>
      </ul>
    </td>
    <td data-label="Flags">
      <ul class="plain-list">
        ${keys.map(
          (key) =>
            html`<li>
              <a href="/feature-flags/${encodeURIComponent(key)}"><code>${key}</code></a>
            </li>`,
        )}
      </ul>
    </td>
  </tr>`;
}
