import { html } from "hono/html";
import type { CallRecord, EgressCallRecord, ExchangeRecord } from "../../../../model/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, modeBadge, sideName } from "../../parts.ts";
import { exchangeTexts } from "./texts.ts";

/** Something that happened, or lasted. Times are milliseconds since the delivery was received. */
interface Step {
  readonly startMs: number;
  readonly endMs: number;
  /** Of it, before anything was sent. */
  readonly waitedMs: number;
  /** Whose it is. */
  readonly side: string;
  readonly what: Markup;
}

/** Of the items of a delivery that are named in it. */
const maxNamed = 5;

export function timelineSection(view: View, record: ExchangeRecord): Markup {
  const t = exchangeTexts.in(view.locale);
  const steps = stepsOf(view, record);
  const endMs = Math.max(1, ...steps.map((step) => step.endMs));
  return html`<section class="card" aria-labelledby="timeline">
    <h2 id="timeline">${t.timeline}</h2>
    <p class="muted">${t.timelineWhat}</p>
    <ol class="timeline plain">
      ${steps.map(
        (step) =>
          html`<li>
            <span class="at number">${view.format.ms(step.startMs)}</span>
            <div class="what">${step.what}</div>
            ${bar(step, endMs)}
          </li>`,
      )}
    </ol>
  </section>`;
}

const width = 1_000;

function bar({ startMs, endMs, waitedMs, side }: Step, ofMs: number): Markup {
  const at = (ms: number): number => Math.round((Math.max(0, ms) / ofMs) * width);
  const from = Math.min(at(startMs), width - 4);
  const sent = Math.min(at(startMs + waitedMs), width - 4);
  return html`<svg class="bar-of side-${side}" viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true">
    ${waitedMs > 0 ? html`<rect class="wait" x="${from}" y="0" width="${Math.max(0, sent - from)}" height="10" />` : null}
    <rect x="${sent}" y="0" width="${Math.max(4, at(endMs) - sent)}" height="10" />
  </svg>`;
}

function stepsOf(view: View, record: ExchangeRecord): readonly Step[] {
  const t = exchangeTexts.in(view.locale);
  const { calls, egress, items, status, latencyMs, answeredBy, request, method } = record;
  const moment = (atMs: number, what: Markup): Step => ({
    startMs: atMs,
    endMs: atMs,
    waitedMs: 0,
    side: "sombra",
    what,
  });
  const came = moment(0, html`<strong>${t.stepReceived}</strong> <code>${method} ${request?.path ?? ""}</code>`);
  const decided = items
    .slice(0, maxNamed)
    .map(({ kind, mode, reason }) =>
      moment(0, html`<strong>${t.stepDecided}</strong> ${kind}: ${modeBadge(mode)} <small>${reason}</small>`),
    );
  const answered = moment(
    latencyMs,
    html`<strong>${t.stepAnswered}</strong>
      ${status ?? t.noStatus}${answeredBy === "sombra" ? html` <small>sombra</small>` : html` ${sideName(answeredBy)}`}`,
  );
  const lasting = [
    ...calls.map((call) => callStep(view, call, items.length)),
    ...egress.map((call) => egressStep(view, call)),
    answered,
  ].toSorted((a, b) => a.startMs - b.startMs);
  const endMs = Math.max(latencyMs, ...lasting.map((step) => step.endMs));
  const compared = items
    .slice(0, maxNamed)
    .filter(({ state }) => state.state === "compared")
    .map(({ kind, state, compareMs }) =>
      moment(
        endMs,
        html`<strong>${t.stepCompared}</strong> ${kind}: ${badge(state.substate)}
          <small>${t.took(view.format.ms(compareMs))}</small>`,
      ),
    );
  return [came, ...decided, ...lasting, ...compared];
}

function callStep(
  view: View,
  { side, items, status, failure, startMs, endMs, waitedMs, latencyMs }: CallRecord,
  of: number,
): Step {
  const t = exchangeTexts.in(view.locale);
  const which =
    items.length === of ? null : html` <small>${t.ofItems(items.map((item) => item + 1).join(", "))}</small>`;
  return {
    startMs,
    endMs,
    waitedMs,
    side,
    what: html`${sideName(side)} ${t.called}: <strong>${status ?? t.noAnswer(failure ?? "")}</strong>
      <small>${t.took(view.format.ms(latencyMs))}</small>${which}`,
  };
}

function egressStep(
  view: View,
  { side, kind, disposition, status, method, path, startMs, endMs }: EgressCallRecord,
): Step {
  const t = exchangeTexts.in(view.locale);
  return {
    startMs,
    endMs,
    waitedMs: 0,
    side,
    what: html`<span class="below"
      >${sideName(side)} <code>${kind}</code> ${badge(disposition)} ${status}
      <small><code>${method} ${path}</code></small> <small>${t.took(view.format.ms(endMs - startMs))}</small></span
    >`,
  };
}
