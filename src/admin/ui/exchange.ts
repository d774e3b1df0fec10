import { html } from "hono/html";
import type { CallRecord, ExchangeRecord } from "../../model/index.ts";
import { itemSection } from "./item.ts";
import { layout, type Markup } from "./layout.ts";
import { ms, time } from "./words.ts";

/** One delivery and what its sides did, as its record has it. */
export function exchangePage(record: ExchangeRecord, version: string): Markup {
  const heading = html`<h1>Exchange <code>${record.exchange}</code></h1>
    <p class="at"><a href="/">All of Sombra</a></p>`;
  const facts: readonly (readonly [string, Markup | string])[] = [
    ["Route", record.route],
    ["Method", record.method],
    ["Received", time(record.receivedAt)],
    ["Answered by", record.answeredBy],
    ["Status", record.status === null ? "none: the client was gone, or the answer broke off" : String(record.status)],
    ["Latency", `${ms(record.latencyMs)} ms`],
    ["Overhead", `${ms(record.overheadMs)} ms`],
    ["Flag version", String(record.flagVersion)],
    ["Trace", html`<code>${record.trace.traceId}</code>`],
  ];
  return layout(
    { title: `Exchange ${record.exchange}`, heading, version },
    html`<section aria-labelledby="delivery">
        <h2 id="delivery">Delivery</h2>
        <dl class="facts">
          ${facts.map(
            ([name, value]) =>
              html`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
        </dl>
      </section>
      ${callsSection(record)} ${record.items.map(itemSection)}`,
  );
}

function callsSection({ calls, items }: ExchangeRecord): Markup {
  return html`<section aria-labelledby="sides">
    <h2 id="sides">Sides</h2>
    <p class="muted">Times in ms since the delivery was received; waited is time in our queues.</p>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">Side</th>
          <th scope="col">Items</th>
          <th scope="col">Answer</th>
          ${["Start", "End", "Latency", "Waited"].map((word) => html`<th scope="col" class="number">${word}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${calls.map((call) => callRow(call, items.length))}
      </tbody>
    </table>
  </section>`;
}

function callRow(call: CallRecord, of: number): Markup {
  const { side, items, status, failure } = call;
  const times = { Start: call.startMs, End: call.endMs, Latency: call.latencyMs, Waited: call.waitedMs };
  return html`<tr>
    <th scope="row" data-label="Side">${side}</th>
    <td data-label="Items"><span>${items.length === of ? "all" : items.map((item) => item + 1).join(", ")}</span></td>
    <td data-label="Answer"><span>${status ?? html`none: ${failure}`}</span></td>
    ${Object.entries(times).map(([label, value]) => html`<td class="number" data-label="${label}">${ms(value)}</td>`)}
  </tr>`;
}
