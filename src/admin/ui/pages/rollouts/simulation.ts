import { html } from "hono/html";
import type { SimulatedPhase, Simulation, Spread } from "../../../../simulate/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { tile } from "../../parts.ts";
import { simulateTexts } from "./simulate-texts.ts";

interface Asked {
  readonly traffic: string;
  readonly candidate: string;
}

/** What a plan did in simulated runs: its figures, and its phases on a line of time. */
export function simulationSection(view: View, simulation: Simulation, { traffic, candidate }: Asked): Markup {
  const t = simulateTexts.in(view.locale);
  const { runs, ends, complete, took_ms: took } = simulation;
  const { count, duration } = view.format;
  const ended = [t.completed(count(ends.completed)), t.rolledBack(count(ends.rolled_back)), t.held(count(ends.held))];
  return html`<section class="card" aria-labelledby="simulation">
    <h2 id="simulation">${t.result(count(runs), traffic, candidate)}</h2>
    ${complete ? null : html`<p class="wrong">${t.incomplete}</p>`}
    <dl class="tiles wide">
      ${faultTiles(view, simulation)} ${falseAlarmTile(view, simulation)}
      ${took === null ? null : tile(t.took, duration(took.median), rangeText(view, took, duration))}
    </dl>
    <p><strong>${t.ends}:</strong> ${ended.join(", ")}.</p>
    <h3>${t.picture}</h3>
    <p class="muted">${t.legend}</p>
    ${pictureTable(view, simulation)}
  </section>`;
}

function faultTiles(view: View, { fault }: Simulation): readonly Markup[] {
  if (fault === null) return [];
  const t = simulateTexts.in(view.locale);
  const { count, duration } = view.format;
  const { notice_ms: notice, noticed, runs, bad_served: served, bad_seen: seen } = fault;
  const of = t.noticed(count(noticed), count(runs));
  const bad = (name: string, spread: Spread | null, what: string): Markup =>
    tile(
      name,
      spread === null ? "–" : count(spread.median),
      spread === null ? what : `${what}; ${rangeText(view, spread, count)}`,
    );
  return [
    tile(
      t.notice,
      notice === null ? t.never : duration(notice.median),
      notice === null ? of : `${rangeText(view, notice, duration)}; ${of}`,
    ),
    bad(t.badServed, served, t.badServedWhat),
    bad(t.badSeen, seen, t.badSeenWhat),
  ];
}

function falseAlarmTile(view: View, { false_alarms: alarms, runs }: Simulation): Markup {
  const t = simulateTexts.in(view.locale);
  const { count, percent } = view.format;
  return tile(t.falseAlarms, count(alarms.runs), t.falseAlarmsOf(count(runs), percent(alarms.share_to)));
}

function rangeText({ locale }: View, { p10, p90 }: Spread, text: (value: number) => string): string {
  return simulateTexts.in(locale).range(text(p10), text(p90));
}

function pictureTable(view: View, { phases, fault }: Simulation): Markup {
  const t = simulateTexts.in(view.locale);
  const { count, duration } = view.format;
  const totalMs = Math.max(1, ...phases.flatMap(({ to_ms: to, rolled_back_ms: back }) => [to, back?.median ?? 0]));
  const onsetMs = fault?.onset_ms?.median ?? null;
  return html`<table class="cards picture">
    <thead>
      <tr>
        <th scope="col">${t.phase}</th>
        <th scope="col">
          <span class="scale"><span>0</span><span>${duration(totalMs)}</span></span>
        </th>
        <th scope="col" class="number">${t.runsIn}</th>
        <th scope="col" class="number">${t.stayed}</th>
        <th scope="col">${t.ended}</th>
      </tr>
    </thead>
    <tbody>
      ${phases.map(
        (phase) =>
          html`<tr>
            <th scope="row" data-label="${t.phase}"><span>${phase.name}</span></th>
            <td>${phaseBar(view, phase, { totalMs, onsetMs, isLast: phase === phases.at(-1) })}</td>
            <td class="number" data-label="${t.runsIn}">${count(phase.entered)}</td>
            <td class="number" data-label="${t.stayed}">
              ${phase.stayed_ms === null ? "–" : duration(phase.stayed_ms.median)}
            </td>
            <td data-label="${t.ended}"><span>${endedText(view, phase)}</span></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

interface Scale {
  readonly totalMs: number;
  readonly onsetMs: number | null;
  readonly isLast: boolean;
}

function phaseBar(view: View, phase: SimulatedPhase, { totalMs, onsetMs, isLast }: Scale): Markup {
  const { from_ms: fromMs, to_ms: toMs } = phase;
  const t = simulateTexts.in(view.locale);
  const { duration } = view.format;
  const at = (ms: number): string => `${((ms / totalMs) * 100).toFixed(2)}%`;
  const isWorse = onsetMs !== null && phase.entered > 0 && onsetMs >= fromMs && (onsetMs < toMs || isLast);
  const back = phase.rolled_back_ms?.median ?? null;
  return html`<svg class="phase-bar" role="img" aria-label="${t.bar(phase.name, duration(fromMs), duration(toMs))}">
    <rect class="axis" x="0" y="11" width="100%" height="2"></rect>
    <rect
      class="${phase.entered === 0 ? "unreached" : "reached"}"
      x="${at(fromMs)}"
      y="5"
      width="${at(Math.max(totalMs / 200, toMs - fromMs))}"
      height="14"
      rx="3"
    ></rect>
    ${isWorse ? html`<text class="worse" x="${at(onsetMs)}" y="17" text-anchor="middle">!</text>` : null}
    ${back === null ? null : html`<text class="back" x="${at(back)}" y="18" text-anchor="middle">✗</text>`}
  </svg>`;
}

const namesShown = 3;

function endedText(
  view: View,
  { rolled_back: back, rolled_back_by: by, held, held_by: heldBy }: SimulatedPhase,
): string {
  const t = simulateTexts.in(view.locale);
  const { count } = view.format;
  const names = (all: SimulatedPhase["held_by"]): string =>
    all.length === 0
      ? ""
      : ` (${t.by(
          all
            .slice(0, namesShown)
            .map(({ name, runs }) => `${name} ${count(runs)}`)
            .join(", "),
        )})`;
  const parts = [
    ...(back === 0 ? [] : [t.rolledBack(count(back)) + names(by)]),
    ...(held === 0 ? [] : [t.held(count(held)) + names(heldBy)]),
  ];
  return parts.length === 0 ? "–" : parts.join(", ");
}
