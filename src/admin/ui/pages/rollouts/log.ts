import { recorded } from "../../parts.ts";
import { html } from "hono/html";
import type { Decision, Report } from "../../../../report/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { recordTexts } from "./record-texts.ts";

const decisionsShown = 12;

/** What was decided, newest first; `?log=2` has the next ones. */
export function logSection(view: View, report: Report): Markup {
  const t = recordTexts.in(view.locale);
  const { count } = view.format;
  const newest = report.decisions.toReversed();
  const pages = Math.max(1, Math.ceil(newest.length / decisionsShown));
  const asked = Number(view.query("log"));
  const page = Number.isInteger(asked) ? Math.min(pages, Math.max(1, asked)) : 1;
  const shown = newest.slice((page - 1) * decisionsShown, page * decisionsShown);
  const path = `/rollouts/${encodeURIComponent(report.rollout)}`;
  return html`<section class="card" aria-labelledby="log">
    <h2 id="log">${t.log}</h2>
    <p class="muted">${t.logNote}</p>
    <table class="cards log">
      <thead>
        <tr>
          ${[t.at, t.what, t.who, t.phase, t.why].map((word) => html`<th scope="col">${word}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map((decision) => decisionRow(view, decision))}
      </tbody>
    </table>
    ${
      pages === 1
        ? null
        : html`<p class="row">
            ${page > 1 ? html`<a href="${path}?log=${page - 1}#log">${t.newer}</a>` : null}
            <span class="muted">${count(page)} / ${count(pages)}</span>
            ${page < pages ? html`<a href="${path}?log=${page + 1}#log">${t.older}</a>` : null}
          </p>`
    }
    ${report.decisions_left_out > 0 ? html`<p class="muted">${t.leftOut(count(report.decisions_left_out))}</p>` : null}
    ${
      report.audit === null
        ? null
        : html`<p class="muted">
            ${t.auditHash(count(report.audit.seq))} <code class="hash">${report.audit.hash}</code>
          </p>`
    }
  </section>`;
}

export function logAway(view: View, why: string): Markup {
  const t = recordTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="log">
    <h2 id="log">${t.log}</h2>
    <p class="wrong">${t.logAway}: ${recorded(why)}</p>
  </section>`;
}

function decisionRow(view: View, decision: Decision): Markup {
  const t = recordTexts.in(view.locale);
  const { at, until, times, seq, by, phase, why, break_glass: isGlass } = decision;
  const { time, count } = view.format;
  return html`<tr>
    <td data-label="${t.at}">
      <span
        ><small>${time(at)}</small
        >${until === null ? null : html`<br /><small>${t.times(count(times))} ${time(until)}</small>`}</span
      >
    </td>
    <th scope="row" data-label="${t.what}">
      <span
        >${decisionWord(view, decision)}${isGlass ? html` <span class="badge severity-critical">${t.glass}</span>` : null}</span
      >
    </th>
    <td data-label="${t.who}"><span>${whoWords(view, by)}</span></td>
    <td data-label="${t.phase}"><span>${phase ?? "–"}</span></td>
    <td data-label="${t.why}">
      <span>${whyWords(why)}${seq === null ? null : html` <small class="muted">${t.entry(count(seq))}</small>`}</span>
    </td>
  </tr>`;
}

/** So much is read at a glance; the figures behind it when they are asked for. */
const glance = 220;

function whyWords(why: string): Markup {
  if (why.length <= glance) return recorded(why);
  const cut = why.slice(0, glance).replace(/\s\S*$/, "");
  return html`<details>
    <summary>${recorded(`${cut} …`)}</summary>
    <p>${recorded(why)}</p>
  </details>`;
}

/** `token:anna`; Sombra itself by its name. */
export function whoWords({ locale }: View, by: string): string {
  const [, kind = "", name = ""] = /^([a-z]+):(.+)$/s.exec(by) ?? [];
  return kind === "automatic" ? recordTexts.in(locale).sombra : name === "" ? by : name;
}

function decisionWord({ locale }: View, { what }: Decision): string {
  const t = recordTexts.in(locale);
  const words: Readonly<Record<Decision["what"], string>> = {
    created: t.created,
    checked: t.checked,
    started: t.started,
    phase: t.entered,
    "evidence-anew": t.evidenceAnew,
    held: t.held,
    "approval-wanted": t.approvalWanted,
    "decision-due": t.decisionDue,
    "checkpoint-missed": t.checkpointMissed,
    approved: t.approved,
    "approvals-lapsed": t.approvalsLapsed,
    rejected: t.rejected,
    acknowledged: t.acknowledgedOne,
    ticked: t.ticked,
    note: t.note,
    drilled: t.drill,
    paused: t.paused,
    resumed: t.resumed,
    "error-paused": t.errorPaused,
    shed: t.shed,
    rollback: t.rollback,
    completed: t.completed,
    aborted: t.aborted,
    adjusted: t.adjusted,
    changed: t.changed,
    flag: t.flag,
    killed: t.killed,
    "kill-undone": t.killUndone,
    incident: t.incident,
  };
  return words[what];
}
