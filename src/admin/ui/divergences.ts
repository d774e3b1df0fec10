import { html } from "hono/html";
import type { Group, GroupPage } from "../../account/index.ts";
import type { Markup } from "./layout.ts";
import { badge, count, exchangeLink, time } from "./words.ts";

/** The gravest; the API has all. */
export const maxGroups = 100;

export function divergencesSection({ groups, total }: GroupPage): Markup {
  return html`<section aria-labelledby="divergences">
    <h2 id="divergences">Divergences</h2>
    ${groups.length === 0 ? html`<p class="muted">None so far.</p>` : groupTable(groups, total - groups.length)}
  </section>`;
}

function groupTable(groups: readonly Group[], more: number): Markup {
  return html`<p class="muted">
      Grouped by what differs, gravest first. Values are shown as type, length and keyed hash.
    </p>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col">What differs</th>
          <th scope="col" class="number">Found</th>
          <th scope="col" class="number">Shoppers</th>
          <th scope="col" class="number">Items compared</th>
          <th scope="col">Last seen</th>
          <th scope="col">Examples</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(groupRow)}
      </tbody>
    </table>
    ${more > 0 ? html`<p>${count(more)} more: <a href="/api/divergences">/api/divergences</a></p>` : null}`;
}

function groupRow(group: Group): Markup {
  return html`<tr>
    <td data-label="Severity">${badge(group.severity)}</td>
    <th scope="row" data-label="What">
      <span
        ><code>${group.path}</code> ${group.kind} <small>${group.change}</small><br />
        <small>${group.where}, ${group.item_kind}, route ${group.route}</small></span
      >
    </th>
    <td class="number" data-label="Found">${found(group)}</td>
    <td class="number" data-label="Shoppers">${shoppers(group)}</td>
    <td class="number" data-label="Items">${count(group.items)}</td>
    <td data-label="Last seen"><small>${time(group.last_seen)}</small></td>
    <td data-label="Examples">
      <span class="examples">${group.examples.length === 0 ? "–" : group.examples.map(exchangeLink)}</span>
    </td>
  </tr>`;
}

/** With those among them that say less. */
function found({ count: all, noise, downstream, severity }: Group): Markup {
  const among = [
    ...(noise > 0 && severity !== "noise" ? [`noise ${count(noise)}`] : []),
    ...(downstream > 0 ? [`downstream ${count(downstream)}`] : []),
  ];
  return html`<span>${count(all)}${among.map((words) => html`<br /><small>${words}</small>`)}</span>`;
}

function shoppers({ shoppers: number, shoppers_at_least: atLeast }: Group): string {
  if (number === null) return "–";
  return atLeast ? `${count(number)} or more` : count(number);
}
