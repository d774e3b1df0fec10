import { html, raw } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import { chartFigure, type Chart, type Series } from "../../chart.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { divergencesPer100, errorRate } from "./figures.ts";
import { overviewTexts } from "./texts.ts";

/** As many points as a line needs. */
const ranges = {
  "1h": { minutes: 1, count: 60 },
  "6h": { minutes: 5, count: 72 },
  "24h": { minutes: 15, count: 96 },
} as const;

type Range = keyof typeof ranges;

const names: readonly Range[] = ["1h", "6h", "24h"];

function rangeOf(view: View): Range {
  return names.find((name) => name === view.query("range")) ?? "1h";
}

export function chartsSection(view: View, deps: Pick<AdminDeps, "book">): Markup {
  const t = overviewTexts.in(view.locale);
  const range = rangeOf(view);
  return html`<section class="card" aria-labelledby="charts">
    <div class="head">
      <h2 id="charts">${t.overTime}</h2>
      <ul class="choices" aria-label="${t.range}">
        ${names.map(
          (name) =>
            html`<li>
              <a href="/?range=${name}" ${name === range ? raw('aria-current="true"') : ""}
                >${name.replace("h", " h")}</a
              >
            </li>`,
        )}
      </ul>
    </div>
    <div class="charts">${chartsOf(view, deps).map((chart) => chartFigure(view, chart))}</div>
  </section>`;
}

function chartsOf(view: View, { book }: Pick<AdminDeps, "book">): readonly Chart[] {
  const t = overviewTexts.in(view.locale);
  const { minutes, count } = ranges[rangeOf(view)];
  const stretches = book.history.stretches(view.nowMs, { minutes, count });
  const times = stretches.map(({ fromMs }) => fromMs);
  const percent = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100);
  const perMinute = (mode: string): (number | null)[] =>
    stretches.map((stretch) => stretch.count("sombra_deliveries_total", { mode }) / minutes);
  const modes: readonly Series[] = [
    { name: "legacy", colour: "legacy", values: perMinute("legacy") },
    { name: "shadow", colour: "candidate", values: perMinute("shadow"), dashed: true },
    { name: "dual-run", colour: "candidate", values: perMinute("dual-run") },
    { name: "cutover", colour: "amber", values: perMinute("cutover") },
  ];
  const latency = (side: "legacy" | "candidate") =>
    stretches.map((stretch) => stretch.quantile("latency_ms", 0.95, side));
  const errors = (side: "legacy" | "candidate") => stretches.map((stretch) => percent(errorRate(stretch, side)));
  const per100 = (severity: string) => stretches.map((stretch) => divergencesPer100(stretch, severity));
  return [
    {
      title: t.divergencesChart,
      unit: t.per100,
      times,
      series: [
        { name: "critical", colour: "red", values: per100("critical") },
        { name: "major", colour: "amber", values: per100("major"), dashed: true },
        { name: "minor", colour: "blue", values: per100("minor") },
      ],
    },
    {
      title: t.latencyChart,
      unit: "ms",
      times,
      series: [
        { name: "legacy", colour: "legacy", values: latency("legacy") },
        { name: "candidate", colour: "candidate", values: latency("candidate"), dashed: true },
      ],
    },
    {
      title: t.errorsChart,
      unit: "%",
      times,
      series: [
        { name: "legacy", colour: "legacy", values: errors("legacy") },
        { name: "candidate", colour: "candidate", values: errors("candidate"), dashed: true },
      ],
    },
    {
      title: t.trafficChart,
      unit: t.perMinute,
      times,
      // Those that did not occur would only lie on each other at nothing.
      series: modes.filter(({ values }, i) => i === 0 || values.some((value) => value !== 0)),
    },
  ];
}
