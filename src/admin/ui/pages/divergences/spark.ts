import { html } from "hono/html";
import type { Group } from "../../../../account/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { divergencesTexts } from "./texts.ts";

const hourMs = 3_600_000;
const hours = 48;
/** Of a bar with the room beside it, and of them all, in units of the picture. */
const step = 4;
const height = 28;

/** How often it was found in each of the last 48 hours, the present one last. */
export function hourly(trends: readonly Group["trend"][], nowMs: number): readonly number[] {
  const counts = Array.from({ length: hours }, () => 0);
  const now = Math.floor(nowMs / hourMs);
  for (const { hour, count } of trends.flat()) {
    const at = hours - 1 - (now - Math.floor(Date.parse(hour) / hourMs));
    if (at >= 0 && at < hours) counts[at] = (counts[at] ?? 0) + count;
  }
  return counts;
}

export function sparkline(view: View, trends: readonly Group["trend"][]): Markup {
  const t = divergencesTexts.in(view.locale);
  const counts = hourly(trends, view.nowMs);
  const most = Math.max(...counts);
  const sum = counts.reduce((all, count) => all + count, 0);
  const { count } = view.format;
  const label = t.trendText(count(sum), count(counts.at(-1) ?? 0), count(most));
  const bars = counts.map((n, at) => {
    const tall = Math.max(3, Math.round((n / most) * height));
    return n === 0 ? "" : `M${at * step} ${height}v-${tall}h${step - 1}v${tall}z`;
  });
  return html`<svg
    class="spark"
    viewBox="0 0 ${hours * step} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <title>${label}</title>
    <path d="${bars.join("")}" />
  </svg>`;
}
