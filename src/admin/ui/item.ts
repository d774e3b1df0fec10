import { html } from "hono/html";
import type { Divergence, ItemRecord, Side } from "../../model/index.ts";
import type { Markup } from "./layout.ts";
import { badge, count, exchangeLink, ms, redacted } from "./words.ts";

/** One item of an exchange: what was decided, how it ended, what differs. */
export function itemSection(item: ItemRecord, index: number): Markup {
  const facts: readonly (readonly [string, Markup | string])[] = [
    ["State", html`${item.state.state}, ${badge(item.state.substate)}`],
    ["Mode", html`${badge(item.mode)} <small>${item.reason}</small>`],
    ["Shopper", item.shopper === null ? "unknown" : html`<code>${item.shopper}</code>`],
    ["Added latency", item.addedLatencyMs === null ? "–" : `${ms(item.addedLatencyMs)} ms`],
    ["Comparison took", `${ms(item.compareMs)} ms`],
    ...storyFacts(item),
    ...effectFacts(item),
  ];
  return html`<section aria-labelledby="item-${index}">
    <h2 id="item-${index}">Item ${index + 1}: ${item.kind}</h2>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${item.flags.length === 0 ? null : flagList(item)} ${item.divergences.length === 0 ? null : divergenceTable(item)}
  </section>`;
}

function storyFacts({
  orderUncertain,
  overlapping,
  story,
}: ItemRecord): readonly (readonly [string, Markup | string])[] {
  const facts: (readonly [string, Markup | string])[] = [];
  if (orderUncertain) facts.push(["Order", "uncertain: an earlier item of the shopper had not ended"]);
  if (overlapping)
    facts.push(["Overlapping", "what the sides did could be for several items of the shopper: compared as one"]);
  if (story !== null) {
    const said = story.attempts.map((status) => status ?? "no answer").join(", ");
    facts.push(["Delivered before", html`${exchangeLink(story.exchange)} <small>legacy said ${said}</small>`]);
  }
  return facts;
}

/** What each side did outside. */
function effectFacts({ effects }: ItemRecord): readonly (readonly [string, Markup | string])[] {
  if (effects.length === 0) return [];
  const did = (wanted: Side): boolean => effects.some(({ side }) => side === wanted);
  // In reverse shadow a twin may stand in for legacy.
  const sides: readonly Side[] = did("legacy") || !did("twin") ? ["legacy", "candidate"] : ["candidate"];
  const shown = did("twin") ? [...sides, "twin" as const] : sides;
  return shown.map((side) => {
    const done = effects
      .filter((effect) => effect.side === side)
      .map(({ kind, disposition }) => `${kind} (${disposition})`);
    return [`Effects of ${side}`, done.length === 0 ? "none" : done.join(", ")];
  });
}

function flagList({ flags }: ItemRecord): Markup {
  return html`<h3>Flags</h3>
    <ul class="plain-list">
      ${flags.map(
        ({ flag, value, reason }) =>
          html`<li><code>${flag}</code> ${value ? "on" : "off"} <small>${reason}</small></li>`,
      )}
    </ul>`;
}

function divergenceTable({ divergences, divergenceCount }: ItemRecord): Markup {
  const more = divergenceCount - divergences.length;
  return html`<h3>Divergences (${count(divergenceCount)})</h3>
    <table class="cards even">
      <thead>
        <tr>
          <th scope="col">Severity</th>
          <th scope="col">What differs</th>
          <th scope="col">Legacy</th>
          <th scope="col">Candidate</th>
        </tr>
      </thead>
      <tbody>
        ${divergences.map(divergenceRow)}
      </tbody>
    </table>
    ${more > 0 ? html`<p class="muted">${count(more)} more were counted and not kept.</p>` : null}`;
}

function divergenceRow({ where, path, kind, severity, signature, legacy, candidate }: Divergence): Markup {
  return html`<tr>
    <td data-label="Severity">${badge(severity)}</td>
    <th scope="row" data-label="What">
      <span
        ><code>${path}</code> ${kind}<br />
        <small
          >${where},
          <a href="/api/divergences/${encodeURIComponent(signature)}">signature <code>${signature}</code></a></small
        ></span
      >
    </th>
    <td data-label="Legacy">${redacted(legacy)}</td>
    <td data-label="Candidate">${redacted(candidate)}</td>
  </tr>`;
}
