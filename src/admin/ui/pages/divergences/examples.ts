import { html } from "hono/html";
import type { ExchangeRecord } from "../../../../model/index.ts";
import type { RouteEntry } from "../../../deps.ts";
import { diffView, sideHead, statusesOf, takesBlock, viewOf } from "../../diff/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { exchangeLink, modeBadge } from "../../parts.ts";
import type { ToldGroup } from "./filter.ts";
import { groupTexts } from "./group-texts.ts";
import { groupPath } from "./words.ts";

export interface Examples {
  readonly group: ToldGroup;
  readonly records: readonly ExchangeRecord[];
  readonly route: RouteEntry | null;
}

/** One example at a time: both sides, beside each other. */
export function examplesSection(view: View, { group, records, route }: Examples): Markup {
  const t = groupTexts.in(view.locale);
  const wanted = view.query("example");
  const at = Math.max(
    0,
    records.findIndex(({ exchange }) => exchange === wanted),
  );
  const record = records[at];
  return html`<section class="card" aria-labelledby="examples">
    <div class="head">
      <h2 id="examples">${t.examples}</h2>
      ${records.length < 2 ? null : exampleLinks(view, { group, records, at })}
    </div>
    ${record === undefined ? html`<p class="muted">${t.noExample}</p>` : exampleOf(view, { group, record, route })}
  </section>`;
}

function search(view: View, changes: Readonly<Record<string, string>>): string {
  const kept = { view: viewOf(view), example: view.query("example"), ...changes };
  const said = new URLSearchParams(Object.entries(kept).filter(([, value]) => value !== "" && value !== "split"));
  return said.size === 0 ? "" : `?${said.toString()}`;
}

function exampleLinks(
  view: View,
  {
    group,
    records,
    at,
  }: { readonly group: ToldGroup; readonly records: readonly ExchangeRecord[]; readonly at: number },
): Markup {
  const t = groupTexts.in(view.locale);
  return html`<nav class="switch" aria-label="${t.examples}">
    ${records.map(({ exchange }, index) => {
      const href = `${groupPath(group)}${search(view, { example: index === 0 ? "" : exchange })}#examples`;
      const words = html`<span class="visually-hidden">${t.example(index + 1, records.length)}</span
        ><span aria-hidden="true">${index + 1}</span>`;
      return index === at
        ? html`<a href="${href}" aria-current="true">${words}</a>`
        : html`<a href="${href}">${words}</a>`;
    })}
  </nav>`;
}

function exampleOf(
  view: View,
  {
    group,
    record,
    route,
  }: { readonly group: ToldGroup; readonly record: ExchangeRecord; readonly route: RouteEntry | null },
): Markup {
  const t = groupTexts.in(view.locale);
  const index = record.items.findIndex(({ divergences }) =>
    divergences.some(({ signature }) => signature === group.signature),
  );
  const item = record.items[index];
  if (item === undefined) return html`<p class="muted">${t.noExample}</p>`;
  const own = item.divergences.find(({ signature }) => signature === group.signature);
  return html`<p>
      ${exchangeLink(record.exchange)} ${record.items.length > 1 ? html`<small>${t.item(index + 1)}</small>` : null}
      ${modeBadge(item.mode)} <small>${view.format.time(record.receivedAt)}</small>
    </p>
    ${sideHead(view, record, index)} ${own?.downstream === true ? html`<p class="muted">${t.downstream}</p>` : null}
    ${diffView(view, {
      item,
      statuses: statusesOf(record, index),
      id: "example",
      href: (to) => `${groupPath(group)}${search(view, { view: to })}#examples`,
      signature: group.signature,
    })}
    ${takesBlock(view, record, { url: route?.candidate ?? null, json: `${groupPath(group)}/export.json` })}`;
}
