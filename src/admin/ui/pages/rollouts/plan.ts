import { said, written } from "../../parts.ts";
import { html } from "hono/html";
import {
  explainPlan,
  gatesOf,
  type ParsedPlan,
  type Phase,
  type Plan,
  type PlanExplanation,
} from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { onFailWords, questionOf } from "./gate-words.ts";
import { planTexts } from "./plan-texts.ts";
import { rolloutTexts } from "./texts.ts";
import { sharesWords } from "./track.ts";
import { shareText, targetWords } from "./words.ts";

export interface PlanAsked {
  /** Items an hour; null: nobody said. */
  readonly itemsPerHour: number | null;
  readonly unsaid: Extract<ParsedPlan, { ok: true }>["unsaid"];
}

/** A plan in plain sentences, as far as they go, phase by phase. Names no shopper. */
export function planSections(view: View, plan: Plan, asked: PlanAsked): Markup {
  const t = planTexts.in(view.locale);
  const explained = explainPlan(plan, asked);
  return html`${warnings(view, explained)}
    <section class="card" aria-labelledby="plan">
      <h2 id="plan">${t.plan}</h2>
      ${plan.description === "" ? null : html`<p>${written(plan.description)}</p>`}
      <ul>
        ${sentencesOf(view, plan).map((sentence) => html`<li>${sentence}</li>`)}
      </ul>
      <div class="plan-phases">
        ${plan.phases.map((phase, index) => phaseDetails(view, { plan, phase, explained: explained.phases[index] }))}
      </div>
    </section>`;
}

function warnings(view: View, { warnings: all }: PlanExplanation): Markup | null {
  if (all.length === 0) return null;
  return html`<section class="card" aria-labelledby="warnings">
    <h2 id="warnings">${planTexts.in(view.locale).warnings}</h2>
    <ul>
      ${all.map((warning) => html`<li>${said(view, warning)}</li>`)}
    </ul>
  </section>`;
}

function sentencesOf(view: View, plan: Plan): readonly string[] {
  const t = planTexts.in(view.locale);
  const { count, duration } = view.format;
  const { flag, mode, author, fastLane, checkpoints, noData, rollback, keepFlagsMs, prechecks, phases, audiences } =
    plan;
  const checks = [...prechecks.automatic.map(({ name }) => name), ...prechecks.manual];
  return [
    t.moves(flag, count(phases.length)),
    ...(author === "" ? [] : [t.author(author)]),
    ...(mode === "observe" ? [t.observes] : []),
    checks.length === 0 ? t.noChecks : t.checks(checks.join(", ")),
    `${t.checkpoints(duration(checkpoints.everyMs), duration(checkpoints.windowMs))} ${t.noData(duration(noData.graceMs))}`,
    fastLane === null ? t.noLane : t.lane(shareText(view, fastLane.budget)),
    t.leads(targetWords(view, rollback.to)),
    t.keeps(duration(keepFlagsMs)),
    ...audiences.map(({ channel, frequency, owner, template }) =>
      t.told(channel, typeof template === "string" ? template : template.title, oftenWords(view, frequency), owner),
    ),
  ];
}

function oftenWords({ locale }: View, frequency: Plan["audiences"][number]["frequency"]): string {
  const t = planTexts.in(locale);
  return { daily: t.daily, weekly: t.weekly, phase: t.phaseEnd, end: t.end }[frequency];
}

interface PhaseShown {
  readonly plan: Plan;
  readonly phase: Phase;
  readonly explained: PlanExplanation["phases"][number] | undefined;
}

function phaseDetails(view: View, { plan, phase, explained }: PhaseShown): Markup {
  const t = planTexts.in(view.locale);
  const gates = gatesOf(plan, phase);
  return html`<details id="plan-${phase.name}">
    <summary><strong>${phase.name}</strong> <span class="muted">${sharesWords(view, phase)}</span></summary>
    <p>${phaseSentences(view, phase, explained).join(" ")}</p>
    <h3>${t.asks}</h3>
    <ul>
      ${gates.map(
        (gate) =>
          html`<li>
            <code>${gate.name}</code>: ${questionOf(view, gate)}. <small>${onFailWords(view, gate)}</small>
          </li>`,
      )}
    </ul>
  </details>`;
}

function phaseSentences(view: View, phase: Phase, explained: PhaseShown["explained"]): readonly string[] {
  const t = planTexts.in(view.locale);
  const { count, duration } = view.format;
  const { environment, minMs, maxMs, approval, audience, allowDecrease, manual, rollbackTo } = phase;
  const needs = explained?.needs ?? null;
  const soonest = explained?.soonestMs ?? null;
  return [
    ...(environment === null ? [] : [t.only(environment)]),
    ...(audience === null ? [] : [t.audience(audience)]),
    t.runs(duration(minMs)),
    ...(maxMs === null ? [] : [t.due(duration(maxMs))]),
    ...(approval === null
      ? []
      : [t.approvals(count(approval.count), approval.names.join(", "), approval.notAuthor ? t.notAuthor : "")]),
    ...(manual.length === 0 ? [] : [t.ticked(manual.join(", "))]),
    ...(rollbackTo === null ? [] : [t.leads(targetWords(view, rollbackTo))]),
    ...(allowDecrease ? [t.decrease] : []),
    ...(needs === null ? [] : [t.needs(count(needs))]),
    ...(soonest === null || needs === null ? [] : [t.soonest(duration(soonest))]),
  ];
}

/** What people do after a rollback, with how long it takes. */
export function proceduresSection(view: View, { rollback }: Plan): Markup {
  const t = planTexts.in(view.locale);
  const { procedures } = rollback;
  return html`<section class="card" aria-labelledby="procedures">
    <h2 id="procedures">${t.procedures}</h2>
    <p>${t.leads(targetWords(view, rollback.to))}</p>
    <p class="muted">${procedures.length === 0 ? t.noProcedures : t.proceduresNote}</p>
    ${
      procedures.length === 0
        ? null
        : html`<table class="cards">
            <thead>
              <tr>
                <th scope="col">${t.component}</th>
                <th scope="col">${t.steps}</th>
                <th scope="col" class="number">${t.expected}</th>
              </tr>
            </thead>
            <tbody>
              ${procedures.map(
                ({ component, steps, expectedMs, webhook }) =>
                  html`<tr>
                    <th scope="row" data-label="${t.component}">
                      <span>${component}${webhook === null ? null : html`<br /><small>${t.webhook}</small>`}</span>
                    </th>
                    <td data-label="${t.steps}">
                      <ol class="steps">
                        ${steps.map((step) => html`<li>${step}</li>`)}
                      </ol>
                    </td>
                    <td class="number" data-label="${t.expected}">${view.format.duration(expectedMs)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}

/** Every kind of report, in every form. */
export function reportsSection(view: View, id: string): Markup {
  const t = rolloutTexts.in(view.locale);
  const kinds = [
    ["before", t.kindBefore],
    ["initial", t.kindInitial],
    ["comparison", t.kindComparison],
    ["phase", t.kindPhase],
    ["final", t.kindFinal],
  ] as const;
  const forms = [
    ["html", "HTML"],
    ["md", "Markdown"],
    ["json", "JSON"],
  ] as const;
  return html`<section class="card" aria-labelledby="reports">
    <h2 id="reports">${t.reports}</h2>
    <ul class="plain reports">
      ${kinds.map(
        ([kind, word]) =>
          html`<li>
            <span>${word}</span>
            ${forms.map(
              ([form, name]) =>
                html`<a href="/api/rollouts/${encodeURIComponent(id)}/report?kind=${kind}&amp;format=${form}"
                  ><span class="visually-hidden">${t.report}, ${word}: </span>${name}</a
                >`,
            )}
          </li>`,
      )}
    </ul>
  </section>`;
}
