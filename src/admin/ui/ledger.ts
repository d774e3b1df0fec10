import { html } from "hono/html";
import type { Ledger } from "../../account/index.ts";
import type { Markup } from "./layout.ts";
import { count } from "./words.ts";

export function ledgerSection(
  all: Ledger,
  byRoute: readonly { readonly name: string; readonly ledger: Ledger }[],
): Markup {
  return html`<section aria-labelledby="ledger">
    <h2 id="ledger">Ledger</h2>
    <p class="muted">received = skipped + compared + failed + pending: every item ends in exactly one state.</p>
    <dl class="tiles">
      <div>
        <dt>received</dt>
        <dd><strong>${count(all.received)}</strong></dd>
      </div>
      ${stateTile("skipped", all.skipped)}${stateTile("compared", all.compared)}${stateTile("failed", all.failed)}
      <div>
        <dt>pending</dt>
        <dd><strong>${count(all.pending)}</strong></dd>
      </div>
    </dl>
    ${byRoute.length > 1 ? routeTable(byRoute) : null}
  </section>`;
}

function stateTile(state: string, { total = 0, ...substates }: Ledger["skipped"]): Markup {
  return html`<div>
    <dt>${state}</dt>
    <dd>
      <strong>${count(total)}</strong>
      <ul class="muted">
        ${Object.entries(substates).map(([name, n]) => html`<li>${name} ${count(n)}</li>`)}
      </ul>
    </dd>
  </div>`;
}

function routeTable(rows: readonly { readonly name: string; readonly ledger: Ledger }[]): Markup {
  const states = ["skipped", "compared", "failed"] as const;
  const cell = (label: string, n: number): Markup => html`<td class="number" data-label="${label}">${count(n)}</td>`;
  return html`<table class="cards">
    <caption>
      By route
    </caption>
    <thead>
      <tr>
        <th scope="col">Route</th>
        ${["received", ...states, "divergent", "pending"].map(
          (word) => html`<th scope="col" class="number">${word}</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ name, ledger }) =>
          html`<tr>
            <th scope="row" data-label="Route">${name}</th>
            ${cell("received", ledger.received)}${states.map((state) => cell(state, ledger[state]["total"] ?? 0))}
            ${cell("divergent", ledger.compared["divergent"] ?? 0)}${cell("pending", ledger.pending)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
