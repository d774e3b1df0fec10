import { html } from "hono/html";
import type { ExchangeRecord } from "../../model/index.ts";
import type { Markup } from "./layout.ts";
import { badge, exchangeLink, ms, time } from "./words.ts";

export function recentSection(records: readonly ExchangeRecord[]): Markup | null {
  if (records.length === 0) return null;
  return html`<section aria-labelledby="recent">
    <h2 id="recent">Latest exchanges</h2>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">Received</th>
          <th scope="col">Route</th>
          <th scope="col">Items</th>
          <th scope="col">Mode</th>
          <th scope="col" class="number">Latency</th>
          <th scope="col">Exchange</th>
        </tr>
      </thead>
      <tbody>
        ${records.map(recentRow)}
      </tbody>
    </table>
  </section>`;
}

function recentRow({ exchange, route, receivedAt, mode, items, latencyMs }: ExchangeRecord): Markup {
  return html`<tr>
    <td data-label="Received"><small>${time(receivedAt)}</small></td>
    <td data-label="Route"><span>${route}</span></td>
    <td data-label="Items">
      <ul class="plain-list">
        ${items.map(({ kind, state }) => html`<li>${kind} ${badge(state.substate)}</li>`)}
      </ul>
    </td>
    <td data-label="Mode"><span>${mode}</span></td>
    <td class="number" data-label="Latency">${ms(latencyMs)} ms</td>
    <td data-label="Exchange">${exchangeLink(exchange)}</td>
  </tr>`;
}
