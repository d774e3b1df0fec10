import { html } from "hono/html";
import type { ExchangeRecord } from "../../../../model/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, exchangeLink, modeBadge } from "../../parts.ts";
import { overviewTexts } from "./texts.ts";

export function recentSection(view: View, records: readonly ExchangeRecord[]): Markup | null {
  if (records.length === 0) return null;
  const t = overviewTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="recent">
    <h2 id="recent">${t.recent}</h2>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${t.received}</th>
          <th scope="col">${t.route}</th>
          <th scope="col">${t.items}</th>
          <th scope="col">${t.mode}</th>
          <th scope="col" class="number">${t.latency}</th>
          <th scope="col">${t.exchange}</th>
        </tr>
      </thead>
      <tbody>
        ${records.map((record) => recentRow(view, record))}
      </tbody>
    </table>
  </section>`;
}

function recentRow(view: View, { exchange, route, receivedAt, mode, items, latencyMs }: ExchangeRecord): Markup {
  const t = overviewTexts.in(view.locale);
  return html`<tr>
    <td data-label="${t.received}"><small>${view.format.time(receivedAt)}</small></td>
    <td data-label="${t.route}"><span>${route}</span></td>
    <td data-label="${t.items}">
      <ul class="plain">
        ${items.map(({ kind, state }) => html`<li>${kind} ${badge(state.substate)}</li>`)}
      </ul>
    </td>
    <td data-label="${t.mode}">${modeBadge(mode)}</td>
    <td class="number" data-label="${t.latency}">${view.format.ms(latencyMs)} ms</td>
    <td data-label="${t.exchange}">${exchangeLink(exchange)}</td>
  </tr>`;
}
