import { said, written } from "../../parts.ts";
import { html } from "hono/html";
import type { Report } from "../../../../report/index.ts";
import { isJudged, isUnstarted } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { askPath, isOffered } from "./asks.ts";
import { toTick, type Facts } from "./facts.ts";
import { whoWords } from "./log.ts";
import { recordTexts } from "./record-texts.ts";

/** What has to be so before the start, and by what it is known. */
export function prechecksSection(view: View, facts: Facts, report: Report): Markup | null {
  const t = recordTexts.in(view.locale);
  const { rollout } = facts;
  const { prechecks } = report;
  const isAhead = isUnstarted(rollout.status) || rollout.status.name === "rolled-back";
  if (!isAhead && phaseTicks(facts).length > 0) return phaseTicksSection(view, facts);
  if (!isAhead && prechecks.length === 0 && rollout.drill === null) return null;
  return html`<section class="card" aria-labelledby="prechecks">
    <h2 id="prechecks">${t.prechecks}</h2>
    <p class="muted">${prechecks.length === 0 ? t.noPrechecks : t.prechecksNote}</p>
    <ul class="prechecks">
      ${prechecks.map((precheck) => precheckItem(view, facts, precheck))}
    </ul>
    ${
      rollout.drill === null
        ? null
        : html`<p>
            ${t.drilled(String(rollout.drill.seconds))}, ${view.format.time(rollout.drill.at)},
            ${whoWords(view, rollout.drill.by)}
          </p>`
    }
  </section>`;
}

/** What the phase it is in asks people to tick. */
function phaseTicks({ phase, rollout }: Facts): readonly string[] {
  return phase === null || !isJudged(rollout.status) ? [] : phase.manual;
}

function phaseTicksSection(view: View, facts: Facts): Markup {
  const left = toTick(facts);
  const items = phaseTicks(facts).map((name): Report["prechecks"][number] => {
    const tick = facts.rollout.ticked.find((one) => one.name === name);
    const isLeft = left.includes(name);
    const known = isLeft || tick === undefined ? { text: null, by: null, at: null } : { ...tick, text: tick.evidence };
    return { name, kind: "manual", green: !isLeft, text: known.text, by: known.by, at: known.at };
  });
  return html`<section class="card" aria-labelledby="prechecks">
    <h2 id="prechecks">${recordTexts.in(view.locale).phaseTicks}</h2>
    <ul class="prechecks">
      ${items.map((item) => precheckItem(view, facts, item))}
    </ul>
  </section>`;
}

function precheckItem(
  view: View,
  facts: Facts,
  { name, kind, green, text, pt, by, at }: Report["prechecks"][number],
): Markup {
  const t = recordTexts.in(view.locale);
  const word = green === null ? t.begun : green ? t.green : t.red;
  const canTick = kind === "manual" && green !== true && isOffered(view, facts, "tick");
  return html`<li>
    <span class="badge precheck-${green === null ? "begun" : green ? "green" : "red"}">${word}</span>
    <div>
      <strong>${name}</strong> <small>${kind === "manual" ? t.byHand : t.automatic}</small>
      ${text === null ? null : html`<p>${kind === "manual" ? written(text) : said(view, { text, pt })}</p>`}
      ${by === null || at === null ? null : html`<small>${whoWords(view, by)}, ${view.format.time(at)}</small>`}
    </div>
    ${
      canTick
        ? html`<a
            class="button"
            href="${askPath(facts.rollout.id, "tick")}?precheck=${encodeURIComponent(name)}"
            data-ask
            >${t.tick}<span class="visually-hidden"> ${name}</span></a
          >`
        : null
    }
  </li>`;
}

/** Expected warnings, approvals of this stay, and notes. */
export function peopleSection(view: View, { rollout }: Facts): Markup | null {
  const t = recordTexts.in(view.locale);
  const { acknowledged, notes, visit } = rollout;
  const approvals = rollout.approvals.filter((one) => one.visit === visit);
  if (acknowledged.length + notes.length + approvals.length === 0) return null;
  const { time } = view.format;
  return html`<section class="card" aria-labelledby="people">
    <h2 id="people">${t.people}</h2>
    ${acknowledged.length === 0 ? null : acknowledgedTable(view, acknowledged)}
    ${
      approvals.length === 0
        ? null
        : html`<h3>${t.approvals}</h3>
            <ul class="plain said-by">
              ${approvals.map(({ by, at }) => html`<li><strong>${whoWords(view, by)}</strong> <small>${time(at)}</small></li>`)}
            </ul>`
    }
    ${
      notes.length === 0
        ? null
        : html`<h3>${t.notes}</h3>
            <ul class="plain said-by">
              ${notes.toReversed().map(
                ({ by, at, text }) =>
                  html`<li>
                    <p>${written(text)}</p>
                    <small>${whoWords(view, by)}, ${time(at)}</small>
                  </li>`,
              )}
            </ul>`
    }
  </section>`;
}

function acknowledgedTable(view: View, acknowledged: Facts["rollout"]["acknowledged"]): Markup {
  const t = recordTexts.in(view.locale);
  const { time } = view.format;
  return html`<table class="cards">
    <caption>
      ${t.acknowledged}
    </caption>
    <thead>
      <tr>
        ${[t.gate, t.who, t.why, t.until].map((word) => html`<th scope="col">${word}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${acknowledged.map(
        ({ gate, by, at, why, until }) =>
          html`<tr>
            <th scope="row" data-label="${t.gate}"><code>${gate}</code></th>
            <td data-label="${t.who}">
              <span>${whoWords(view, by)} <small>${time(at)}</small></span>
            </td>
            <td data-label="${t.why}">${written(why)}</td>
            <td data-label="${t.until}">
              <span>${time(until)}${Date.parse(until) <= view.nowMs ? html` <strong>${t.over}</strong>` : null}</span>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
