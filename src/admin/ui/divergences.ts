import { html } from "hono/html";
import type { Group } from "../../account/index.ts";
import type { Markup } from "./layout.ts";
import { badge, count, exchangeLink, time } from "./words.ts";

/** The gravest; the API has all. */
const maxShown = 100;

export function divergencesSection(groups: readonly Group[]): Markup {
  return html`<section aria-labelledby="divergences">
    <h2 id="divergences">Divergences</h2>
    ${groups.length === 0 ? html`<p class="muted">None so far.</p>` : groupTable(groups)}
  </section>`;
}

function groupTable(groups: readonly Group[]): Markup {
  const more = groups.length - maxShown;
  return html`<p class="muted">
      Grouped by what differs, gravest first. Values are shown as type, length and keyed hash.
    </p>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col">What differs</th>
          <th scope="col" class="number">Found</th>
          <th scope="col" class="number">Items compared</th>
          <th scope="col">Last seen</th>
          <th scope="col">Examples</th>
        </tr>
      </thead>
      <tbody>
        ${groups.slice(0, maxShown).map(groupRow)}
      </tbody>
    </table>
    ${more > 0 ? html`<p>${count(more)} more: <a href="/api/divergences">/api/divergences</a></p>` : null}`;
}

function groupRow(group: Group): Markup {
  return html`<tr>
    <td data-label="Severity">${badge(group.severity)}</td>
    <th scope="row" data-label="What">
      <span
        ><code>${group.path}</code> ${group.kind}<br />
        <small>${group.where}, ${group.item_kind}, route ${group.route}</small></span
      >
    </th>
    <td class="number" data-label="Found">${count(group.count)}</td>
    <td class="number" data-label="Items">${count(group.items)}</td>
    <td data-label="Last seen"><small>${time(group.last_seen)}</small></td>
    <td data-label="Examples">
      <span class="examples">${group.examples.length === 0 ? "–" : group.examples.map(exchangeLink)}</span>
    </td>
  </tr>`;
}
