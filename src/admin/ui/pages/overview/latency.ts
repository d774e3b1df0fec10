import { html } from "hono/html";
import type { Quantiles, RouteLatency } from "../../../latency.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { sideName } from "../../parts.ts";
import { overviewTexts } from "./texts.ts";

export interface NamedLatency {
  readonly name: string;
  readonly latency: RouteLatency;
}

export function latencySection(view: View, routes: readonly NamedLatency[]): Markup {
  const t = overviewTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="latency">
    <h2 id="latency">${t.latency}</h2>
    <p class="muted">${t.latencyNote}</p>
    ${routes.map((route) => latencyTable(view, route))}
  </section>`;
}

function latencyTable(view: View, { name, latency }: NamedLatency): Markup {
  const t = overviewTexts.in(view.locale);
  const row = (of: Markup | string, what: string, { p50, p95, p99 }: Quantiles): Markup =>
    html`<tr>
      <th scope="row">${of} <small>${what}</small></th>
      ${[p50, p95, p99].map((value) => html`<td class="number">${view.format.ms(value)}</td>`)}
    </tr>`;
  return html`<table>
    <caption>
      ${t.route} ${name}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t.of}</th>
        ${["p50", "p95", "p99"].map((q) => html`<th scope="col" class="number">${q}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${row(sideName("legacy"), "", latency.latency_ms.legacy)}
      ${row(sideName("candidate"), "", latency.latency_ms.candidate)}
      ${row(t.added, t.addedWhat, latency.added_latency_ms)} ${row(t.overhead, t.overheadWhat, latency.overhead_ms)}
    </tbody>
  </table>`;
}
