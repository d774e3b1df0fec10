import { html } from "hono/html";
import type { Group, Groups, Pairs, Rate } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { severityBadge, sideName, said, recorded } from "../../parts.ts";
import { figureText } from "./gate-words.ts";
import { groupsTexts } from "./groups-texts.ts";

/** The A/B table of a phase. */
export function groupsSection(view: View, groups: Groups): Markup {
  const t = groupsTexts.in(view.locale);
  const { candidate, legacy, pairs, sample_ratio: ratio } = groups;
  const isEmpty = candidate.items + legacy.items === 0 && pairs === null;
  return html`<section class="card" aria-labelledby="both">
    <h2 id="both">${t.both}</h2>
    <p class="muted">${isEmpty ? t.nothing : t.note}</p>
    ${isEmpty ? null : sidesTable(view, groups)}
    ${
      ratio === null || ratio.kind === "unknown"
        ? null
        : html`<p class="${ratio.kind === "off" ? "wrong" : "muted"}">
            ${ratio.kind === "off" ? t.ratioOff : t.ratio}: ${said(view, ratio)}
          </p>`
    }
    ${pairs === null ? null : pairsTable(view, pairs)} ${outside(view, groups)}
  </section>`;
}

export function groupsAway(view: View, why: string): Markup {
  const t = groupsTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="both">
    <h2 id="both">${t.both}</h2>
    <p class="wrong">${t.away}: ${recorded(why)}</p>
  </section>`;
}

type Cells = readonly [name: string, candidate: Markup | string, legacy: Markup | string];

function sidesTable(view: View, { candidate, legacy }: Groups): Markup {
  const t = groupsTexts.in(view.locale);
  const { count } = view.format;
  const row = (name: string, of: (group: Group) => Markup | string): Cells => [name, of(candidate), of(legacy)];
  const latency = (p: "p50" | "p95" | "p99") => (group: Group) =>
    within(msText(view, group[`${p}_ms`]), msText(view, group[`${p}_from_ms`]), msText(view, group[`${p}_to_ms`]));
  const rows: readonly Cells[] = [
    row(t.shoppers, ({ users, users_at_least: least }) => (least ? t.orMore(count(users)) : count(users))),
    row(t.items, ({ items }) => count(items)),
    row(t.failed, ({ failed }) => count(failed)),
    row(t.errorRate, (group) =>
      shareText(view, { rate: group.error_rate, from: group.error_rate_from, to: group.error_rate_to }),
    ),
    row(t.p50, latency("p50")),
    row(t.p95, latency("p95")),
    row(t.p99, latency("p99")),
  ];
  return twoSides(view, rows);
}

function pairsTable(view: View, pairs: Pairs): Markup {
  const t = groupsTexts.in(view.locale);
  const { count } = view.format;
  const quantile = (of: Pairs["added"], p: "p50" | "p95" | "p99") =>
    within(msText(view, of[p].ms), msText(view, of[p].from_ms), msText(view, of[p].to_ms));
  const rows: readonly Cells[] = [
    [t.failedAlone, rateText(view, pairs.candidate_failed), rateText(view, pairs.legacy_failed)],
    ...(["p50", "p95", "p99"] as const).map((p): Cells => [
      t[p],
      quantile(pairs.candidate, p),
      quantile(pairs.legacy, p),
    ]),
  ];
  const divergent = (["critical", "major", "minor"] as const).map(
    (severity) =>
      html`<tr>
        <th scope="row" data-label="${t.divergent}">
          <span>${severityBadge(severity)} <small>${t[severity]}</small></span>
        </th>
        <td class="number" data-label="${t.share}"><span>${rateText(view, pairs.divergent[severity])}</span></td>
      </tr>`,
  );
  return html`<h3>${t.paired}</h3>
    <p class="muted">${t.pairedNote(count(pairs.items), count(pairs.cells))}</p>
    ${twoSides(view, rows)}
    <table class="cards">
      <caption>
        ${t.divergent}
      </caption>
      <tbody>
        ${divergent}
        <tr>
          <th scope="row" data-label="${t.added}">${t.added}, p50 · p95</th>
          <td class="number" data-label="ms">
            <span>${quantile(pairs.added, "p50")} · ${quantile(pairs.added, "p95")}</span>
          </td>
        </tr>
      </tbody>
    </table>`;
}

function twoSides({ locale }: View, rows: readonly Cells[]): Markup {
  const t = groupsTexts.in(locale);
  return html`<table class="cards sides">
    <thead>
      <tr>
        <th scope="col">${t.figure}</th>
        <th scope="col" class="number">${sideName("candidate")}</th>
        <th scope="col" class="number">${sideName("legacy")}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([name, candidate, legacy]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td class="number" data-label="candidate"><span>${candidate}</span></td>
            <td class="number" data-label="legacy"><span>${legacy}</span></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Figures from outside: of a side, and of nobody in particular. */
function outside(view: View, { candidate, legacy, metrics }: Groups): Markup | null {
  const t = groupsTexts.in(view.locale);
  const names = [...new Set([candidate, legacy].flatMap((group) => Object.keys(group.metrics)))];
  const text = (value: number | undefined): string => (value === undefined ? "–" : figureText(view, value));
  const rows = names.map((name): Cells => [name, text(candidate.metrics[name]), text(legacy.metrics[name])]);
  const others = Object.entries(metrics);
  if (rows.length + others.length === 0) return null;
  return html`<h3>${t.outside}</h3>
    ${rows.length === 0 ? null : twoSides(view, rows)}
    ${
      others.length === 0
        ? null
        : html`<dl class="facts">
            ${others.map(
              ([name, value]) =>
                html`<div>
                  <dt><code>${name}</code></dt>
                  <dd>${figureText(view, value)}</dd>
                </div>`,
            )}
          </dl>`
    }`;
}

function rateText(view: View, { rate, from, to, count }: Rate): Markup {
  return html`${shareText(view, { rate, from, to })} <small>(${view.format.count(count)})</small>`;
}

function shareText(
  { format }: View,
  { rate, from, to }: { readonly rate: number | null; readonly from: number; readonly to: number },
): Markup | string {
  return rate === null ? format.percent(null) : within(format.percent(rate), format.percent(from), format.percent(to));
}

function msText({ format }: View, value: number | null): string | null {
  return value === null ? null : `${format.ms(value)} ms`;
}

/** A figure with what it may as well be. */
function within(value: string | null, from: string | null, to: string | null): Markup | string {
  if (value === null) return "–";
  return from === null || to === null ? value : html`${value} <small class="range">${from} – ${to}</small>`;
}
