import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { sideName, tile } from "../../parts.ts";
import { divergencesPer100, divergentShare, errorRate } from "./figures.ts";
import { overviewTexts } from "./texts.ts";

export const nowMinutes = 10;

/** The figures of the last minutes: what one looks at first. */
export function nowSection(view: View, { book }: Pick<AdminDeps, "book">): Markup {
  const t = overviewTexts.in(view.locale);
  const { percent, ms, short } = view.format;
  const [last] = book.history.stretches(view.nowMs, { minutes: nowMinutes, count: 1 });
  if (last === undefined) return html``;
  const both = (one: string, other: string): Markup =>
    html`<span class="both"
      ><span>${sideName("legacy")} ${one}</span> <span>${sideName("candidate")} ${other}</span></span
    >`;
  const quantile = (side: string, q: number): string => ms(last.quantile("latency_ms", q, side));
  const added = (q: number): string => ms(last.quantile("sombra_added_latency_ms", q));
  const overhead = (q: number): string => ms(last.quantile("sombra_overhead_ms", q));
  const critical = divergencesPer100(last, "critical");
  return html`<section class="card" aria-labelledby="now">
    <div class="head">
      <h2 id="now">${t.now(String(nowMinutes))}</h2>
      <p class="muted">${t.ofThisInstance}</p>
    </div>
    <dl class="tiles wide">
      ${tile(t.traffic, short(last.count("sombra_deliveries_total") / nowMinutes), t.perMinute)}
      ${tile(t.errors, both(percent(errorRate(last, "legacy")), percent(errorRate(last, "candidate"))), t.errorsWhat)}
      ${tile(t.latencyP95, both(quantile("legacy", 0.95), quantile("candidate", 0.95)), "ms")}
      ${tile(t.addedLatency, added(0.5), html`ms, p50 · p95 ${added(0.95)}`)}
      ${tile(t.overheadTile, overhead(0.5), html`ms, p50 · p95 ${overhead(0.95)}`)}
      ${tile(t.divergent, percent(divergentShare(last)), t.divergentWhat(critical === null ? "–" : short(Math.round(critical))))}
    </dl>
  </section>`;
}
