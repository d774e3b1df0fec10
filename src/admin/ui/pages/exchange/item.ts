import { html } from "hono/html";
import type { ExchangeRecord, ItemRecord, Side } from "../../../../model/index.ts";
import { diffView, sideHead, statusesOf } from "../../diff/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, exchangeLink, modeBadge, severityBadge, sideName } from "../../parts.ts";
import { sentence } from "../../sentence.ts";
import { groupPath } from "../divergences/words.ts";
import { exchangeTexts } from "./texts.ts";

const sentencesShown = 8;

type Fact = readonly [name: string, value: Markup | string];

/** One item of an exchange: what was decided, how it ended, what both sides answered and did. */
export function itemSection(view: View, record: ExchangeRecord, index: number): Markup | null {
  const item = record.items[index];
  if (item === undefined) return null;
  const t = exchangeTexts.in(view.locale);
  const isCompared = item.state.state === "compared" || item.divergenceCount > 0;
  return html`<section class="card" aria-labelledby="item-${index}">
    <div class="head">
      <h2 id="item-${index}">${t.item(index + 1, item.kind)}</h2>
      <p>${badge(item.state.substate)}</p>
    </div>
    ${factList(factsOf(view, item))} ${flagList(view, item)} ${effectList(view, item)}
    ${
      isCompared
        ? html`${differingList(view, item)} ${sideHead(view, record, index)}
          ${diffView(view, {
            item,
            statuses: statusesOf(record, index),
            id: `item-${index}`,
            href: (to) => hrefOf(view, record, { to, index }),
          })}`
        : null
    }
  </section>`;
}

function hrefOf(
  view: View,
  { exchange }: ExchangeRecord,
  { to, index }: { readonly to: string; readonly index: number },
): string {
  const said = new URLSearchParams(to === "split" ? {} : { view: to });
  const offset = view.query("offset");
  if (offset !== "") said.set("offset", offset);
  return `/exchanges/${encodeURIComponent(exchange)}${said.size === 0 ? "" : `?${said.toString()}`}#item-${index}`;
}

export function factList(facts: readonly Fact[]): Markup {
  return html`<dl class="facts dense">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function factsOf(view: View, item: ItemRecord): readonly Fact[] {
  const t = exchangeTexts.in(view.locale);
  const { ms } = view.format;
  const { state, mode, reason, shopper, addedLatencyMs, notCompared, orderUncertain, overlapping, story } = item;
  return [
    [t.verdict, html`${state.state} ${badge(state.substate)}`],
    [t.decision, html`${modeBadge(mode)} <small>${reason}</small>`],
    [t.shopper, shopper === null ? t.unknown : html`<code>${shopper}</code>`],
    ...(addedLatencyMs === null ? [] : [[t.added, `${ms(addedLatencyMs)} ms`] as const]),
    ...(notCompared === undefined ? [] : [[t.answers, t.notCompared(notCompared)] as const]),
    ...(orderUncertain ? [[t.order, t.orderUncertain] as const] : []),
    ...(overlapping ? [[t.overlapping, t.overlappingWhat] as const] : []),
    ...(story === null
      ? []
      : [
          [
            t.before,
            html`${exchangeLink(story.exchange)}
              <small>${t.legacySaid(story.attempts.map((status) => status ?? t.none).join(", "))}</small>`,
          ] as const,
        ]),
  ];
}

function flagList(view: View, { flags }: ItemRecord): Markup | null {
  if (flags.length === 0) return null;
  const t = exchangeTexts.in(view.locale);
  return html`<details>
    <summary>${t.flags}</summary>
    <ul class="plain">
      ${flags.map(
        ({ flag, value, reason }) =>
          html`<li>
            <a href="/flags/${encodeURIComponent(flag)}"><code>${flag}</code></a>
            <strong>${value ? t.on : t.off}</strong>
            <small>${reason}</small>
          </li>`,
      )}
    </ul>
  </details>`;
}

/** In sentences, each once: as many as are read. */
function differingList(view: View, { divergences }: ItemRecord): Markup | null {
  const counting = divergences.filter(({ noise }) => noise === null);
  const groups = [...new Map(counting.map((one) => [one.signature, one])).values()].slice(0, sentencesShown);
  if (groups.length === 0) return null;
  return html`<h3>${exchangeTexts.in(view.locale).differs}</h3>
    <ul class="plain">
      ${groups.map(
        (one) => html`<li>${severityBadge(one.severity)} <a href="${groupPath(one)}">${sentence(view, one)}</a></li>`,
      )}
    </ul>`;
}

/** What each side did outside. */
function effectList(view: View, { effects }: ItemRecord): Markup | null {
  if (effects.length === 0) return null;
  const t = exchangeTexts.in(view.locale);
  const did = (wanted: Side): boolean => effects.some(({ side }) => side === wanted);
  // In reverse shadow a twin may stand in for legacy.
  const sides: readonly Side[] = did("legacy") || !did("twin") ? ["legacy", "candidate"] : ["candidate"];
  const shown = did("twin") ? [...sides, "twin" as const] : sides;
  return html`<h3>${t.effects}</h3>
    <dl class="effects">
      ${shown.map((side) => {
        const done = effects.filter((effect) => effect.side === side);
        return html`<div>
          <dt>${sideName(side)}</dt>
          <dd>
            ${
              done.length === 0
                ? html`<span class="muted">${t.none}</span>`
                : done.map(
                    ({ kind, disposition }) =>
                      html`<span class="done"><code>${kind}</code> ${badge(disposition)}</span> `,
                  )
            }
          </dd>
        </div>`;
      })}
    </dl>`;
}
