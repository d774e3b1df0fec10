import { html } from "hono/html";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { severityBadge, tile } from "../../parts.ts";
import { sentence } from "../../sentence.ts";
import type { ToldGroup } from "./filter.ts";
import { groupTexts, ignoreTexts } from "./group-texts.ts";
import { groupPath, shoppers, stateBadge } from "./words.ts";
import { sparkline } from "./spark.ts";
import { divergencesTexts } from "./texts.ts";

export function groupHead(view: View, group: ToldGroup): Markup {
  const t = groupTexts.in(view.locale);
  const { severity, route, item_kind: kind } = group;
  return html`<p class="crumb"><a href="/divergences">← ${t.back}</a></p>
    <div>
      <h1>${sentence(view, group)}</h1>
      <p>
        ${severityBadge(severity)} <code>${group.path}</code>
        <small>${group.kind} · ${group.change.replace(">", " → ")} · ${route} · ${kind}</small>
      </p>
    </div>`;
}

/** What is counted of a group: lives. */
export function factsSection(view: View, group: ToldGroup): Markup {
  const t = groupTexts.in(view.locale);
  const list = divergencesTexts.in(view.locale);
  const { count, percent, time } = view.format;
  const { count: found, noise, downstream, cells, share, items } = group;
  const first = found - noise - downstream;
  return html`<section class="card" aria-labelledby="facts">
    <div class="head">
      <h2 id="facts">${t.facts}</h2>
      <p>${stateBadge(view, group)}</p>
    </div>
    <dl class="tiles">
      ${tile(t.found, count(found), t.foundMore(count(first), count(downstream), count(noise)))}
      ${tile(list.share, percent(share), list.ofItems(count(items)))}
      ${tile(t.shoppers, shoppers(view, [group]), cells === null ? null : t.cells(count(cells)))}
      ${noiseTile(view, group)}
    </dl>
    <div class="trend">
      <p class="muted">${list.trend}</p>
      ${sparkline(view, [group.trend])}
    </div>
    <dl class="facts dense">
      <div>
        <dt>${list.firstSeen}</dt>
        <dd>${time(group.first_seen)}</dd>
      </div>
      <div>
        <dt>${list.lastSeen}</dt>
        <dd>${time(group.last_seen)}</dd>
      </div>
      <div>
        <dt>${t.signature}</dt>
        <dd><code>${group.signature}</code></dd>
      </div>
    </dl>
  </section>`;
}

function noiseTile(view: View, { noise_rate: rate, exceeds_noise: exceeds }: ToldGroup): Markup {
  const t = groupTexts.in(view.locale);
  if (rate === null) return tile(t.noise, view.format.percent(null), t.noTwinWhy);
  return tile(t.noise, view.format.percent(rate), exceeds === true ? t.exceeds : t.within);
}

/** What somebody may do about what differs nearly always. */
export function suggestionSection(view: View, group: ToldGroup): Markup | null {
  if (group.suggestion === null || !view.may("operate")) return null;
  const t = groupTexts.in(view.locale);
  return html`<section class="card hint" aria-labelledby="suggestion">
    <div class="head">
      <h2 id="suggestion">${t.suggested}</h2>
      <a class="button" href="${groupPath(group)}/ignore">${ignoreTexts.in(view.locale).title}…</a>
    </div>
    <p>${t.suggestedText(view.format.percent(group.share))}</p>
  </section>`;
}
