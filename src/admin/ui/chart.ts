import { html } from "hono/html";
import type { Markup } from "./markup.ts";
import type { View } from "./page.ts";
import { chartTexts } from "./chart-texts.ts";

/** Names of colours in app.css. */
type Colour = "legacy" | "candidate" | "twin" | "red" | "amber" | "blue" | "green" | "muted";

export interface Series {
  readonly name: string;
  readonly colour: Colour;
  /** One for each time; null: there is none. */
  readonly values: readonly (number | null)[];
  /** Drawn broken, so that it is told from others without its colour. */
  readonly dashed?: boolean;
}

export interface Chart {
  readonly title: string;
  /** What stands after a value. */
  readonly unit: string;
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

/** Of all values that are drawn, so many stand in the table. */
const rowsShown = 12;
/** Enough for a line, and short: most of a page's bytes would else be digits. */
const digits = 4;

/** Values over time: drawn by a script (`ui/assets/chart.js`), and in a table for everybody. */
export function chartFigure(view: View, { title, unit, times, series }: Chart): Markup {
  const data = JSON.stringify({
    unit,
    time: chartTexts.in(view.locale).time,
    x: times.map((at) => Math.round(at / 1000)),
    series: series.map(({ values, ...rest }) => ({ ...rest, values: values.map(shortened) })),
  });
  return html`<figure class="chart" data-chart="${data}">
    <figcaption>${title} <small>${unit}</small></figcaption>
    <div class="plot" hx-morph-skip-children></div>
    ${numbers(view, { title, unit, times, series })}
  </figure>`;
}

function numbers(view: View, { title, times, series }: Chart): Markup {
  const t = chartTexts.in(view.locale);
  const rows = times
    .map((at, i) => ({ at, i }))
    .slice(-rowsShown)
    .toReversed();
  return html`<details>
    <summary>${t.numbers}</summary>
    <table>
      <caption class="visually-hidden">
        ${title}
      </caption>
      <thead>
        <tr>
          <th scope="col">${t.from}</th>
          ${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ at, i }) =>
            html`<tr>
              <th scope="row">${view.format.time(at)}</th>
              ${series.map(({ values }) => html`<td class="number">${view.format.ms(values[i] ?? null)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function shortened(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(digits));
}

/** Shares of a whole beside each other, as wide as they are large. */
export function splitBar(
  parts: readonly { readonly word: string; readonly share: number; readonly text: string }[],
): Markup {
  let from = 0;
  const shown = parts.map((part) => {
    const x = from;
    from += part.share * 100;
    return { ...part, x };
  });
  return html`<svg class="split" role="img" aria-label="${parts.map(({ text }) => text).join(", ")}">
    ${shown.map(
      ({ word, share, x }) =>
        html`<rect
          class="split-${word}"
          x="${x.toFixed(2)}%"
          width="${(share * 100).toFixed(2)}%"
          height="100%"
        ></rect>`,
    )}
  </svg>`;
}
