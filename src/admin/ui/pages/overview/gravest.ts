import { html } from "hono/html";
import { foldGroups, type Fold, type Group, type GroupPage } from "../../../../account/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { severityBadge } from "../../parts.ts";
import { sentence } from "../../sentence.ts";
import { divergencesTexts } from "../divergences/texts.ts";
import { groupPath, shoppers } from "../divergences/words.ts";
import { overviewTexts } from "./texts.ts";

const shown = 5;
/** So many are looked at: what is alike in all but the kind of item is one row. */
export const gravestAsked = 100;

/** What differs most gravely of what is open, whom it touches, and where to look on. `total`: groups that there are. */
export function gravestSection(view: View, { groups, total }: Pick<GroupPage, "groups" | "total">): Markup {
  const t = overviewTexts.in(view.locale);
  const none = total === 0 ? t.noneFound : divergencesTexts.in(view.locale).noneOpen;
  return html`<section class="card" aria-labelledby="gravest">
    <div class="head">
      <h2 id="gravest">${t.gravest}</h2>
      ${total === 0 ? null : html`<a href="/divergences">${t.allGroups}</a>`}
    </div>
    ${groups.length === 0 ? html`<p>${none}</p>` : groupTable(view, foldGroups(groups).slice(0, shown))}
  </section>`;
}

function groupTable(view: View, folds: readonly Fold<Group>[]): Markup {
  const t = overviewTexts.in(view.locale);
  return html`<table class="cards">
    <thead>
      <tr>
        <th scope="col">${t.severity}</th>
        <th scope="col">${t.whatDiffers}</th>
        <th scope="col">${t.items}</th>
        <th scope="col" class="number">${t.inItems}</th>
        <th scope="col" class="number">${t.shoppers}</th>
      </tr>
    </thead>
    <tbody>
      ${folds.map((fold) => groupRow(view, fold))}
    </tbody>
  </table>`;
}

function groupRow(view: View, { first, groups }: Fold<Group>): Markup {
  const t = overviewTexts.in(view.locale);
  const { count } = view.format;
  const inItems = groups.reduce((sum, group) => sum + group.in_items, 0);
  const items = groups.reduce((sum, group) => sum + group.items, 0);
  return html`<tr>
    <td data-label="${t.severity}">${severityBadge(first.severity)}</td>
    <th scope="row" data-label="${t.whatDiffers}">
      <span
        ><a href="${groupPath(first)}">${sentence(view, first)}</a><br /><small
          ><code>${first.path}</code> ${first.kind}</small
        ></span
      >
    </th>
    <td data-label="${t.items}">
      <span
        >${groups.length === 1 ? first.item_kind : t.kinds(count(groups.length))} <small>${first.route}</small></span
      >
    </td>
    <td class="number" data-label="${t.inItems}">${t.countOf(count(inItems), count(items))}</td>
    <td class="number" data-label="${t.shoppers}">${shoppers(view, groups)}</td>
  </tr>`;
}
