import { html } from "hono/html";
import type { Ledger } from "../../../../account/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { tile } from "../../parts.ts";
import { overviewTexts } from "./texts.ts";

export interface RouteLedger {
  readonly name: string;
  readonly ledger: Ledger;
}

export function ledgerSection(view: View, all: Ledger, byRoute: readonly RouteLedger[]): Markup {
  const t = overviewTexts.in(view.locale);
  const { count } = view.format;
  const state = (name: "skipped" | "compared" | "failed"): Markup => {
    const { total = 0, ...substates } = all[name];
    const parts = Object.entries(substates).filter(([, n]) => n > 0);
    return tile(name, count(total), html`${parts.map(([word, n]) => html`<span>${word} ${count(n)}</span> `)}`);
  };
  return html`<section class="card" aria-labelledby="ledger">
    <h2 id="ledger">${t.ledger}</h2>
    <p class="muted">${t.ledgerNote}</p>
    <dl class="tiles">
      ${tile("received", count(all.received))} ${state("compared")} ${state("skipped")} ${state("failed")}
      ${tile("pending", count(all.pending))}
    </dl>
    ${byRoute.length > 1 ? routeTable(view, byRoute) : null}
  </section>`;
}

function routeTable(view: View, rows: readonly RouteLedger[]): Markup {
  const t = overviewTexts.in(view.locale);
  const states = ["skipped", "compared", "failed"] as const;
  const cell = (label: string, n: number): Markup =>
    html`<td class="number" data-label="${label}">${view.format.count(n)}</td>`;
  return html`<table class="cards">
    <caption>
      ${t.byRoute}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t.route}</th>
        ${["received", ...states, "divergent", "pending"].map(
          (word) => html`<th scope="col" class="number">${word}</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ name, ledger }) =>
          html`<tr>
            <th scope="row" data-label="${t.route}">${name}</th>
            ${cell("received", ledger.received)}${states.map((state) => cell(state, ledger[state]["total"] ?? 0))}
            ${cell("divergent", ledger.compared["divergent"] ?? 0)}${cell("pending", ledger.pending)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
