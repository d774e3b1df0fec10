import { html } from "hono/html";
import type { CallRecord, ExchangeRecord, Side } from "../../../model/index.ts";
import type { Markup } from "../markup.ts";
import type { View } from "../page.ts";
import { sideName } from "../parts.ts";
import type { Statuses } from "./lines.ts";
import { curlOf } from "./curl.ts";
import { diffTexts } from "./texts.ts";

function callOf({ calls }: ExchangeRecord, item: number, side: Side): CallRecord | null {
  return calls.findLast((call) => call.side === side && call.items.includes(item)) ?? null;
}

/** What stands for legacy: in reverse shadow that may be its twin. */
function firstSide(record: ExchangeRecord, item: number): Side {
  return callOf(record, item, "legacy") === null && callOf(record, item, "twin") !== null ? "twin" : "legacy";
}

export function statusesOf(record: ExchangeRecord, item: number): Statuses {
  const status = (side: Side): number | null => callOf(record, item, side)?.status ?? null;
  return { legacy: status(firstSide(record, item)), candidate: status("candidate") };
}

/** Status and time of both sides. */
export function sideHead(view: View, record: ExchangeRecord, item: number): Markup {
  const t = diffTexts.in(view.locale);
  const { ms } = view.format;
  return html`<div class="side-heads">
    ${[firstSide(record, item), "candidate" as const].map((side) => {
      const call = callOf(record, item, side);
      return html`<p>
        ${sideName(side)}
        ${
          call === null
            ? html`<span class="muted">${t.notCalled}</span>`
            : html`<strong class="answer ${isBad(call) ? "bad" : ""}"
                  >${call.status ?? t.noAnswer(call.failure ?? "")}</strong
                >
                <span>${ms(call.latencyMs)} ms</span>
                ${call.waitedMs >= 1 ? html`<small>${t.waited(ms(call.waitedMs))}</small>` : null}`
        }
      </p>`;
    })}
  </div>`;
}

function isBad({ status }: CallRecord): boolean {
  return status === null || status >= 400;
}

/** A text to take along; a script copies it, and without one it is there to be marked. */
export function copyBlock(view: View, id: string, text: string): Markup {
  const t = diffTexts.in(view.locale);
  return html`<div class="copying">
    <pre id="${id}" tabindex="0"><code>${text}</code></pre>
    <p>
      <button type="button" class="small" data-copy="${id}" data-copied="${t.copied}">${t.copy}</button>
      <span role="status"></span>
    </p>
  </div>`;
}

/** A delivery to take along: as cURL for the candidate at `url`, and the JSON at `json`. */
export function takesBlock(
  view: View,
  record: ExchangeRecord,
  { url, json }: { url: string | null; json: string },
): Markup {
  const t = diffTexts.in(view.locale);
  return html`<div class="takes">
    <details>
      <summary>${t.curl}</summary>
      <p class="muted">${t.curlWhat}</p>
      ${copyBlock(view, "curl", curlOf(record, url))}
    </details>
    <a href="${json}">${t.json}</a>
  </div>`;
}
