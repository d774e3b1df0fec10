import { html } from "hono/html";
import type { ExchangeRecord } from "../../../../model/index.ts";
import type { RouteEntry } from "../../../deps.ts";
import { diffTexts, takesBlock } from "../../diff/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { modeBadge, sideName } from "../../parts.ts";
import { factList, itemSection } from "./item.ts";
import { exchangeTexts } from "./texts.ts";
import { timelineSection } from "./timeline.ts";

/** Of one page. */
const maxItems = 3;

export interface Around {
  readonly route: RouteEntry | null;
  /** As configured. */
  readonly traceUrl: string | null;
}

/** One delivery and what its sides did, as its record has it. */
export function exchangeBody(view: View, record: ExchangeRecord, { route, traceUrl }: Around): Markup {
  const t = exchangeTexts.in(view.locale);
  const d = diffTexts.in(view.locale);
  const { exchange, items } = record;
  const asked = view.query("offset");
  const offset = /^\d{1,5}$/.test(asked) ? Math.min(Number(asked), Math.max(0, items.length - 1)) : 0;
  return html`<p class="crumb"><a href="/exchanges">← ${t.menu}</a></p>
    <h1>Exchange <code id="exchange-id">${exchange}</code></h1>
    ${deliverySection(view, record, traceUrl)} ${timelineSection(view, record)}
    ${items.slice(offset, offset + maxItems).map((_, index) => itemSection(view, record, offset + index))}
    ${pager(view, record, offset)}
    <section class="card" aria-label="${d.curl}">
      ${takesBlock(view, record, { url: route?.candidate ?? null, json: `/exchanges/${encodeURIComponent(exchange)}/export.json` })}
    </section>`;
}

function deliverySection(view: View, record: ExchangeRecord, traceUrl: string | null): Markup {
  const t = exchangeTexts.in(view.locale);
  const { time, ms, count } = view.format;
  const { route, receivedAt, mode, answeredBy, status, latencyMs, overheadMs, flagVersion, trace } = record;
  return html`<section class="card" aria-label="${t.received}">
    ${factList([
      [t.received, time(receivedAt)],
      [t.route, route],
      [t.mode, modeBadge(mode)],
      [t.answeredBy, answeredBy === "sombra" ? answeredBy : sideName(answeredBy)],
      [t.status, status === null ? t.noStatus : String(status)],
      [t.latency, html`${ms(latencyMs)} ms <small>${ms(overheadMs)} ms ${t.overhead}</small>`],
      [t.flagVersion, count(flagVersion)],
      [t.trace, traceFact(view, trace, traceUrl)],
    ])}
  </section>`;
}

/** Its id, to be looked up where traces are kept; a link, where somebody said where that is. */
function traceFact(view: View, { traceId, sampled }: ExchangeRecord["trace"], url: string | null): Markup {
  const t = exchangeTexts.in(view.locale);
  const id = html`<code id="trace-id">${traceId}</code>`;
  return html`<span class="copied-id"
    >${url === null ? id : html`<a href="${url.replaceAll("{trace_id}", traceId)}" rel="noreferrer">${id}</a>`}
    <button type="button" class="small" data-copy="trace-id" data-copied="${t.copied}">
      ${t.copy}<span class="visually-hidden"> ${t.trace}</span>
    </button>
    <span role="status"></span>${sampled ? null : html`<small>${t.notSampled}</small>`}</span
  >`;
}

function pager(view: View, { exchange, items }: ExchangeRecord, offset: number): Markup | null {
  if (items.length <= maxItems) return null;
  const t = exchangeTexts.in(view.locale);
  const link = (to: number, word: string): Markup =>
    html`<a class="button" href="/exchanges/${encodeURIComponent(exchange)}?offset=${to}">${word}</a>`;
  return html`<nav class="pager" aria-label="${t.pages}">
    ${offset > 0 ? link(Math.max(0, offset - maxItems), t.previous) : html`<span></span>`}
    <span>${offset + 1}–${Math.min(items.length, offset + maxItems)} / ${view.format.count(items.length)}</span>
    ${offset + maxItems < items.length ? link(offset + maxItems, t.next) : html`<span></span>`}
  </nav>`;
}
