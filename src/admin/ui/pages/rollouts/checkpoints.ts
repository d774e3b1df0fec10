import { said } from "../../parts.ts";
import { html } from "hono/html";
import type { Checkpoint } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { checkpointTexts } from "./checkpoint-texts.ts";
import { figuresList } from "./figures.ts";
import { shareText, verdictBadge } from "./words.ts";

/** On the page of a rollout; there is a page for all. */
export const checkpointsShown = 8;

export function checkpointsSection(view: View, id: string, checkpoints: readonly Checkpoint[]): Markup {
  const t = checkpointTexts.in(view.locale);
  const shown = checkpoints.slice(0, checkpointsShown);
  return html`<section class="card" aria-labelledby="checkpoints">
    <div class="head">
      <h2 id="checkpoints">${t.checkpoints}</h2>
      ${
        checkpoints.length > shown.length
          ? html`<a href="/rollouts/${encodeURIComponent(id)}/checkpoints">${t.all}</a>`
          : null
      }
    </div>
    <p class="muted">${shown.length === 0 ? t.none : t.note}</p>
    ${checkpointList(view, shown)}
  </section>`;
}

export function checkpointList(view: View, checkpoints: readonly Checkpoint[]): Markup {
  return html`<div class="checkpoints">${checkpoints.map((one) => checkpointDetails(view, one))}</div>`;
}

function checkpointDetails(view: View, checkpoint: Checkpoint): Markup {
  const t = checkpointTexts.in(view.locale);
  const { name, at, phase, status, conclusion, why, pt, gates, alerts, config } = checkpoint;
  const share = config.rollout === null ? "–" : shareText(view, config.rollout / 100);
  return html`<details id="checkpoint-${at.replaceAll(/\D/g, "")}">
    <summary>
      <span class="when">${view.format.time(at)}</span>
      <strong>${name}</strong>
      <span class="muted">${phase}</span>
      ${verdictBadge(view, status)} <span class="then">${t[conclusion]}</span>
    </summary>
    <div class="stack">
      <p>${said(view, { text: why, pt })}</p>
      <p class="muted">
        ${t.config}: ${config.enabled === null ? "–" : config.enabled ? t.enabled : t.disabled}, ${share}
      </p>
      ${alerts.length === 0 ? null : alertList(view, checkpoint)}
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">${t.gate}</th>
            <th scope="col">${t.status}</th>
            <th scope="col">${t.found}</th>
            <th scope="col">${t.figures}</th>
          </tr>
        </thead>
        <tbody>
          ${gates.map(
            (result) =>
              html`<tr>
                <th scope="row" data-label="${t.gate}"><code>${result.gate}</code></th>
                <td data-label="${t.status}"><span>${verdictBadge(view, result.verdict, result.expected)}</span></td>
                <td data-label="${t.found}"><span>${said(view, result)}</span></td>
                <td data-label="${t.figures}">${figuresList(view, result.figures)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function alertList(view: View, { alerts }: Checkpoint): Markup {
  const t = checkpointTexts.in(view.locale);
  return html`<div>
    <h3>${t.alerts}</h3>
    <ul>
      ${alerts.map(
        ({ type, severity, message, pt, expected }) =>
          html`<li>
            <strong>${severity}</strong> <code>${type}</code> ${said(view, { text: message, pt })}
            ${expected ? html`<small>(${t.expected})</small>` : null}
          </li>`,
      )}
    </ul>
  </div>`;
}
