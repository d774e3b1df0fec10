import { html } from "hono/html";
import type { ExchangeRecord } from "../../../../model/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, exchangeLink, modeBadge } from "../../parts.ts";
import { exchangeTexts } from "./texts.ts";

/** `missing`: an id that was asked for, of which there is no record. */
export function findForm(view: View, missing: string): Markup {
  const t = exchangeTexts.in(view.locale);
  return html`<form class="card stack" method="get" action="/exchanges" role="search" aria-label="${t.find}">
    <div class="row find">
      <label
        >${t.id} <input name="id" value="${missing}" required maxlength="100" autocomplete="off" spellcheck="false"
      /></label>
      <button class="primary">${t.open}</button>
    </div>
    <p class="muted">${t.idHelp}</p>
    ${missing === "" ? null : html`<p class="wrong" role="alert">${t.notFound(missing)}</p>`}
  </form>`;
}

export function latestSection(view: View, records: readonly ExchangeRecord[]): Markup {
  const t = exchangeTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="latest">
    <h2 id="latest">${t.latest}</h2>
    ${records.length === 0 ? html`<p class="muted">${t.noneYet}</p>` : table(view, records)}
  </section>`;
}

function table(view: View, records: readonly ExchangeRecord[]): Markup {
  const t = exchangeTexts.in(view.locale);
  return html`<table class="cards">
    <thead>
      <tr>
        <th scope="col">Exchange</th>
        <th scope="col">${t.received}</th>
        <th scope="col">${t.route}</th>
        <th scope="col">${t.mode}</th>
        <th scope="col">${t.items}</th>
        <th scope="col" class="number">${t.status}</th>
        <th scope="col" class="number">${t.latency}</th>
      </tr>
    </thead>
    <tbody>
      ${records.map((record) => row(view, record))}
    </tbody>
  </table>`;
}

/** Of a delivery that are named. */
const maxNamed = 3;

function row(view: View, { exchange, route, receivedAt, mode, items, status, latencyMs }: ExchangeRecord): Markup {
  const t = exchangeTexts.in(view.locale);
  const more = items.length - maxNamed;
  return html`<tr>
    <th scope="row" data-label="Exchange">${exchangeLink(exchange)}</th>
    <td data-label="${t.received}"><small>${view.format.time(receivedAt)}</small></td>
    <td data-label="${t.route}"><span>${route}</span></td>
    <td data-label="${t.mode}"><span>${modeBadge(mode)}</span></td>
    <td data-label="${t.items}">
      <ul class="plain">
        ${items.slice(0, maxNamed).map(({ kind, state }) => html`<li>${kind} ${badge(state.substate)}</li>`)}
        ${more > 0 ? html`<li class="muted">+ ${view.format.count(more)}</li>` : null}
      </ul>
    </td>
    <td class="number" data-label="${t.status}">${status ?? "–"}</td>
    <td class="number" data-label="${t.latency}">${view.format.ms(latencyMs)} ms</td>
  </tr>`;
}
