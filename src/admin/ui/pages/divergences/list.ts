import { html, raw } from "hono/html";
import type { Fold } from "../../../../account/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { severityBadge } from "../../parts.ts";
import { sentence } from "../../sentence.ts";
import {
  firstSeen,
  foundIn,
  isAnything,
  lastSeen,
  places,
  searchOf,
  severities,
  sorts,
  states,
  type Filter,
  type ToldGroup,
} from "./filter.ts";
import { sparkline } from "./spark.ts";
import { divergencesTexts } from "./texts.ts";
import { groupPath, shoppers, stateBadge } from "./words.ts";

const pageSize = 25;
/** So long it is called new. */
const newMs = 24 * 3_600_000;

interface Choices {
  readonly routes: readonly string[];
  readonly kinds: readonly string[];
}

export function filterForm(view: View, filter: Filter, { routes, kinds }: Choices): Markup {
  const t = divergencesTexts.in(view.locale);
  const select = (name: keyof Filter, label: string, options: readonly (readonly [string, string])[]): Markup =>
    html`<label
      >${label}
      <select name="${name}">
        ${options.map(
          ([value, word]) =>
            html`<option value="${value}" ${value === filter[name] ? raw("selected") : ""}>${word}</option>`,
        )}
      </select></label
    >`;
  const any = ["", t.any] as const;
  const same = (words: readonly string[]): readonly (readonly [string, string])[] => words.map((word) => [word, word]);
  return html`<form class="filters" method="get" action="/divergences" role="search" aria-label="${t.filter}">
    <label class="wide">${t.path} <input name="text" type="search" value="${filter.text}" placeholder="/body" /></label>
    ${select(
      "state",
      t.state,
      states.map((one) => [one, t[`state_${one}`]]),
    )}
    ${select("severity", t.severity, [any, ...same(severities)])}
    ${routes.length > 1 ? select("route", t.route, [any, ...same(routes)]) : null}
    ${select("where", t.where, [any, ...places.map((one) => [one, t[one]] as const)])}
    ${select("kind", t.itemKind, [any, ...same(kinds)])}
    ${select(
      "sort",
      t.sort,
      sorts.map((one) => [one, t[`sort_${one}`]]),
    )}
    <span class="buttons"
      ><button>${t.filter}</button>
      ${searchOf(filter, { offset: 0 }) === "" ? null : html`<a href="/divergences">${t.reset}</a>`}</span
    >
  </form>`;
}

export function listSection(view: View, filter: Filter, folds: readonly Fold<ToldGroup>[]): Markup {
  const t = divergencesTexts.in(view.locale);
  const { count } = view.format;
  const shown = folds.slice(filter.offset, filter.offset + pageSize);
  const groups = folds.reduce((sum, fold) => sum + fold.groups.length, 0);
  return html`<section class="card" aria-labelledby="groups">
    <div class="head">
      <h2 id="groups">${t.found(count(folds.length))}</h2>
      <p class="muted">${groups > folds.length ? t.folded(count(groups)) : null}</p>
    </div>
    ${shown.length === 0 ? html`<p>${isAnything(filter) ? t.noneOpen : t.none}</p>` : table(view, shown)}
    ${pager(view, filter, folds.length)}
  </section>`;
}

function table(view: View, folds: readonly Fold<ToldGroup>[]): Markup {
  const t = divergencesTexts.in(view.locale);
  return html`<table class="cards groups">
    <thead>
      <tr>
        <th scope="col">${t.severity}</th>
        <th scope="col">${t.what}</th>
        <th scope="col">${t.trend}</th>
        <th scope="col" class="number">${t.foundTimes}</th>
        <th scope="col" class="number">${t.share}</th>
        <th scope="col" class="number">${t.shoppers}</th>
        <th scope="col">${t.lastSeen}</th>
      </tr>
    </thead>
    <tbody>
      ${folds.map((fold) => row(view, fold))}
    </tbody>
  </table>`;
}

function row(view: View, fold: Fold<ToldGroup>): Markup {
  const t = divergencesTexts.in(view.locale);
  const { count, percent, time } = view.format;
  const { first, groups, share } = fold;
  const downstream = groups.reduce((sum, group) => sum + group.downstream, 0);
  const noise = first.severity === "noise" ? 0 : groups.reduce((sum, group) => sum + group.noise, 0);
  return html`<tr>
    <td data-label="${t.severity}"><span>${severityBadge(first.severity)}</span></td>
    <th scope="row" data-label="${t.what}">
      <span class="what">
        <a href="${groupPath(first)}">${sentence(view, first)}</a>
        ${stateBadge(view, first)}
        ${view.nowMs - firstSeen(fold) < newMs ? html`<span class="badge new">${t.new}</span>` : null}<br />
        <small
          ><code>${first.path}</code> ${first.kind} · ${first.change.replace(">", " → ")} · ${first.route} ·
          ${kinds(view, fold)}</small
        >
      </span>
    </th>
    <td data-label="${t.trend}">
      ${sparkline(
        view,
        groups.map(({ trend }) => trend),
      )}
    </td>
    <td class="number" data-label="${t.foundTimes}">
      <span
        >${count(foundIn(fold))}${downstream > 0 ? html`<br /><small>${t.ofThemDownstream(count(downstream))}</small>` : null}${
          noise > 0 ? html`<br /><small>${t.ofThemNoise(count(noise))}</small>` : null
        }</span
      >
    </td>
    <td class="number" data-label="${t.share}">
      <span
        >${percent(share)}<br /><small
          >${t.ofItems(count(groups.reduce((sum, { items }) => sum + items, 0)))}</small
        ></span
      >
    </td>
    <td class="number" data-label="${t.shoppers}"><span>${shoppers(view, groups)}</span></td>
    <td data-label="${t.lastSeen}"><small>${time(lastSeen(fold))}</small></td>
  </tr>`;
}

function kinds(view: View, { groups }: Fold<ToldGroup>): Markup | string {
  const t = divergencesTexts.in(view.locale);
  const [first] = groups;
  if (groups.length === 1 || first === undefined) return first?.item_kind ?? "";
  return html`<details>
    <summary>${t.kinds(view.format.count(groups.length))}</summary>
    <ul class="plain">
      ${groups.map(
        (group) =>
          html`<li>
            <a href="${groupPath(group)}">${group.item_kind}</a>
            ${view.format.count(group.in_items)}/${view.format.count(group.items)}
          </li>`,
      )}
    </ul>
  </details>`;
}

function pager(view: View, filter: Filter, total: number): Markup | null {
  const t = divergencesTexts.in(view.locale);
  const { offset } = filter;
  if (total <= pageSize && offset === 0) return null;
  const { count } = view.format;
  const link = (to: number, word: string, rel: "prev" | "next"): Markup => {
    const search = searchOf(filter, { offset: to });
    return html`<a class="button" rel="${rel}" href="/divergences${search === "" ? "" : `?${search}`}">${word}</a>`;
  };
  return html`<nav class="pager" aria-label="${t.pages}">
    ${offset > 0 ? link(Math.max(0, offset - pageSize), t.previous, "prev") : html`<span></span>`}
    <span>${t.range(count(Math.min(total, offset + 1)), count(Math.min(total, offset + pageSize)), count(total))}</span>
    ${offset + pageSize < total ? link(offset + pageSize, t.next, "next") : html`<span></span>`}
  </nav>`;
}
