import { html } from "hono/html";
import type { Quantiles, RouteLatency } from "../latency.ts";
import type { Markup } from "./layout.ts";
import { ms } from "./words.ts";

export interface NamedLatency {
  readonly name: string;
  readonly latency: RouteLatency;
}

export function latencySection(routes: readonly NamedLatency[]): Markup {
  return html`<section aria-labelledby="latency">
    <h2 id="latency">Latency in ms</h2>
    <p class="muted">Estimates from histograms, since the start.</p>
    ${routes.map(latencyTable)}
  </section>`;
}

function latencyTable({ name, latency }: NamedLatency): Markup {
  return html`<table>
    <caption>
      Route ${name}
    </caption>
    <thead>
      <tr>
        <th scope="col">Of</th>
        ${["p50", "p95", "p99"].map((q) => html`<th scope="col" class="number">${q}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${row("legacy", "", latency.latency_ms.legacy)} ${row("candidate", "", latency.latency_ms.candidate)}
      ${row("added", "candidate minus legacy, dual-run", latency.added_latency_ms)}
      ${row("overhead", "what the proxy adds to the answer", latency.overhead_ms)}
    </tbody>
  </table>`;
}

function row(name: string, what: string, { p50, p95, p99 }: Quantiles): Markup {
  return html`<tr>
    <th scope="row">${name} <small>${what}</small></th>
    ${[p50, p95, p99].map((value) => html`<td class="number">${ms(value)}</td>`)}
  </tr>`;
}
