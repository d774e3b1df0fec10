import { html } from "hono/html";
import type { Markup } from "../../markup.ts";

/** What a gate goes by, on a line. */
export interface Bar {
  readonly estimate: number;
  /** null: it has none. */
  readonly interval: { readonly from: number; readonly to: number } | null;
  readonly limits: readonly number[];
  /** More than it can be; infinite: nothing is. */
  readonly most: number;
  /** All of it, in words. */
  readonly label: string;
  /** Of a number on the line. */
  readonly text: (value: number) => string;
}

/** An interval of which only this many times the limit is shown goes on past the edge: else the limit would lie at zero. */
const limitsShown = 4;
const margin = 1.12;

/** The estimate as a dot, its interval as a band, limits as lines. */
export function barFigure({ estimate, interval, limits, most, label, text }: Bar): Markup {
  const limit = Math.max(0, ...limits);
  const wide = Math.max(interval?.to ?? 0, estimate, limit);
  const shown = Math.max(estimate, limit === 0 ? wide : Math.min(wide, limit * limitsShown)) * margin;
  const end = shown === 0 ? 1 : Math.min(shown, Math.max(most, estimate, limit));
  const least = Math.min(0, estimate, interval?.from ?? 0, ...limits);
  const begin = least < 0 ? least * margin : 0;
  const at = (value: number): number => Math.min(100, Math.max(0, ((value - begin) / (end - begin)) * 100));
  const x = (value: number): string => `${at(value).toFixed(2)}%`;
  const isCut = interval !== null && interval.to > end;
  return html`<div class="interval">
    <svg role="img" aria-label="${label}">
      <rect class="axis" x="0" y="13" width="100%" height="2"></rect>
      ${
        interval === null
          ? null
          : html`<rect
              class="band"
              x="${x(interval.from)}"
              y="9"
              width="${Math.max(0.5, at(interval.to) - at(interval.from)).toFixed(2)}%"
              height="10"
              rx="${isCut ? "0" : "3"}"
            ></rect>`
      }
      ${limits.map((value) => html`<rect class="limit" x="${x(value)}" y="2" width="2" height="24"></rect>`)}
      <circle class="estimate" cx="${x(estimate)}" cy="14" r="5"></circle>
    </svg>
    <p class="scale" aria-hidden="true"><span>${text(begin)}</span><span>${isCut ? "… " : ""}${text(end)}</span></p>
  </div>`;
}
