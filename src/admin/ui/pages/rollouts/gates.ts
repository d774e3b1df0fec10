import { said } from "../../parts.ts";
import { html } from "hono/html";
import type { Gate, GateResult } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { barFigure, type Bar } from "./bar.ts";
import { figuresList } from "./figures.ts";
import { gateTexts } from "./gate-texts.ts";
import { figureText, onFailWords, questionOf } from "./gate-words.ts";
import { shareText, verdictBadge } from "./words.ts";

export interface GatesShown {
  /** Of the phase. */
  readonly gates: readonly Gate[];
  /** Of its last checkpoint; empty: there is none yet. */
  readonly results: readonly GateResult[];
  /** Running time that the evidence took to come; null: not known. */
  readonly runningMs: number | null;
}

/** A tile for each gate: what it asks, what it found, how far that is from its limit. */
export function gatesSection(view: View, shown: GatesShown): Markup {
  const t = gateTexts.in(view.locale);
  const { gates, results } = shown;
  const byName = new Map(results.map((result) => [result.gate, result]));
  // The gravest first: that is what it waits for.
  const order = ["FAIL", "ERROR", "WARN", "INCONCLUSIVE", "PASS"];
  const rank = ({ name }: Gate): number => order.indexOf(byName.get(name)?.verdict ?? "PASS");
  const sorted = gates.toSorted((one, other) => rank(one) - rank(other));
  return html`<section class="card" aria-labelledby="gates">
    <h2 id="gates">${t.gates}</h2>
    <p class="muted">${gates.length === 0 ? t.noGates : results.length === 0 ? t.notYet : t.gatesNote}</p>
    <div class="gate-tiles">
      ${sorted.map((gate) => gateTile(view, { gate, result: byName.get(gate.name) ?? null, runningMs: shown.runningMs }))}
    </div>
  </section>`;
}

interface TileShown {
  readonly gate: Gate;
  readonly result: GateResult | null;
  readonly runningMs: number | null;
}

function gateTile(view: View, { gate, result, runningMs }: TileShown): Markup {
  const t = gateTexts.in(view.locale);
  const bar = result === null ? null : barOf(view, result);
  const verdict = result?.verdict.toLowerCase() ?? "unasked";
  return html`<article class="gate gate-${verdict}" id="gate-${gate.name}">
    <div class="head">
      <h3><code>${gate.name}</code></h3>
      ${
        result === null
          ? html`<span class="badge">${t.unasked}</span>`
          : html`<span>${verdictBadge(view, result.verdict, result.expected)}</span>`
      }
    </div>
    <p>${questionOf(view, gate)}.</p>
    ${bar === null ? null : html`${barFigure(bar)} ${numbersOf(view, result)}`}
    ${result === null ? null : missingLine(view, result, runningMs)}
    <p class="muted">${onFailWords(view, gate)}</p>
    ${result === null ? null : saidDetails(view, result)}
  </article>`;
}

function missingLine(view: View, { missing, figures }: GateResult, runningMs: number | null): Markup | null {
  if (missing === null || missing === 0) return null;
  const t = gateTexts.in(view.locale);
  const { count, duration } = view.format;
  const cells = figures["N"] ?? 0;
  const rate = runningMs === null || runningMs === 0 || cells === 0 ? null : (missing / cells) * runningMs;
  return html`<p>
    <strong>${rate === null ? t.missing(count(missing)) : t.missingRate(count(missing), duration(rate))}</strong>
  </p>`;
}

function saidDetails(view: View, result: GateResult): Markup {
  const t = gateTexts.in(view.locale);
  return html`<details id="said-${result.gate}">
    <summary>${t.said}</summary>
    <p>${said(view, result)}</p>
    ${figuresList(view, result.figures)}
  </details>`;
}

/** Next to the bar, what it shows in numbers. */
function numbersOf(view: View, result: GateResult | null): Markup | null {
  if (result === null) return null;
  const t = gateTexts.in(view.locale);
  const { percent, count } = view.format;
  const { estimate, from, to, budget, N: cells, value, effect, minEffect, b, c, min, max } = result.figures;
  const text = isShare(result) ? percent : (given: number): string => figureText(view, given);
  const facts: readonly (readonly [string, string] | null)[] =
    estimate !== undefined
      ? [
          [t.estimate, percent(estimate)],
          from === undefined || to === undefined ? null : [t.interval, `${percent(from)} – ${percent(to)}`],
          budget === undefined ? null : [t.budget, shareText(view, budget)],
          cells === undefined ? null : [t.cells, count(cells)],
        ]
      : value !== undefined
        ? [
            [t.value, text(value)],
            min === undefined ? null : [t.least, text(min)],
            max === undefined ? null : [t.most, text(max)],
            cells === undefined ? null : [t.items, count(cells)],
          ]
        : [
            effect === undefined ? null : [t.excess, percent(effect)],
            minEffect === undefined ? null : [t.allowed, shareText(view, minEffect)],
            b === undefined || c === undefined ? null : [t.ours, `${count(b)}, ${count(c)}`],
            cells === undefined ? null : [t.cells, count(cells)],
          ];
  return html`<dl class="gate-facts">
    ${facts.map((fact) =>
      fact === null
        ? null
        : html`<div>
            <dt>${fact[0]}</dt>
            <dd>${fact[1]}</dd>
          </div>`,
    )}
  </dl>`;
}

/** null: there is nothing to draw. */
function barOf(view: View, result: GateResult): Bar | null {
  const t = gateTexts.in(view.locale);
  const { percent } = view.format;
  const { estimate, from, to, budget, value, min, max, effect, minEffect, N: cells } = result.figures;
  if (estimate !== undefined && budget !== undefined && from !== undefined && to !== undefined) {
    const label = t.bar(percent(estimate), percent(from), percent(to), shareText(view, budget));
    return { estimate, interval: { from, to }, limits: [budget], most: 1, label, text: percent };
  }
  if (value !== undefined && (min !== undefined || max !== undefined)) {
    const text = isShare(result) ? percent : (given: number): string => figureText(view, given);
    const words = [
      ...(min === undefined ? [] : [t.atLeast(text(min))]),
      ...(max === undefined ? [] : [t.atMost(text(max))]),
    ];
    const limits = [min, max].flatMap((limit) => limit ?? []);
    const label = t.barValue(text(value), words.join(` ${t.and} `));
    return {
      estimate: value,
      interval: null,
      limits,
      most: isShare(result) ? 1 : Number.POSITIVE_INFINITY,
      label,
      text,
    };
  }
  // Of nothing there is no excess.
  if (effect === undefined || minEffect === undefined || cells === 0) return null;
  const label = t.barValue(percent(effect), t.atMost(percent(minEffect)));
  return { estimate: effect, interval: null, limits: [minEffect], most: 1, label, text: percent };
}

function isShare({ type }: GateResult): boolean {
  return type === "coverage" || type === "sensitivity" || type === "serverErrors";
}
