import { html, raw } from "hono/html";
import type { AuditEntry } from "../../../../registry/index.ts";
import { changesBetween, changesTable } from "../../changes.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { entryHead } from "../flags/history.ts";
import { auditTexts } from "./texts.ts";

/** What is offered to choose from; any other word can be asked for in the address. */
const actions = [
  "flag-set",
  "flag-killed",
  "flag-removed",
  "audience-set",
  "audience-removed",
  "kill",
  "kill-undone",
  "rule-set",
  "rule-removed",
  "triage-set",
  "triage-removed",
  "rollout-set",
  "incident-set",
  "restored",
];

export function filterForm(view: View): Markup {
  const t = auditTexts.in(view.locale);
  const chosen = view.query("action");
  const text = (name: string, word: string): Markup =>
    html`<label
      >${word} <input name="${name}" value="${view.query(name)}" autocomplete="off" spellcheck="false"
    /></label>`;
  const day = (name: string, word: string): Markup =>
    html`<label>${word} <input type="date" name="${name}" value="${view.query(name)}" /></label>`;
  const all = chosen === "" || actions.includes(chosen) ? actions : [...actions, chosen];
  return html`<form class="card filter" action="/audit" role="search">
    ${text("subject", t.subject)} ${text("actor", t.actor)}
    <label
      >${t.action}
      <select name="action">
        <option value="">${t.any}</option>
        ${all.map((action) => html`<option value="${action}" ${action === chosen ? raw("selected") : ""}>${action}</option>`)}
      </select></label
    >
    ${day("from", t.from)} ${day("to", t.to)}
    <div class="row"><button class="primary">${t.filter}</button><a class="button" href="/audit">${t.clear}</a></div>
  </form>`;
}

export function entryList(view: View, entries: readonly AuditEntry[]): Markup {
  const t = auditTexts.in(view.locale);
  if (entries.length === 0) return html`<p class="muted">${t.none}</p>`;
  return html`<ol class="plain audit" aria-label="${t.entries}">
    ${entries.map((entry) => entryItem(view, entry))}
  </ol>`;
}

function entryItem(view: View, entry: AuditEntry): Markup {
  const t = auditTexts.in(view.locale);
  const { seq, before, after, version } = entry;
  return html`<li class="card" id="entry-${seq}">
    <div class="head">
      <h2>${subjectLink(view, entry)}</h2>
      <small>#${seq} · ${t.version(String(version))}</small>
    </div>
    ${entryHead(view, entry)} ${changesTable(view, changesBetween(view, before, after), t.change(String(seq)))}
  </li>`;
}

/** To the page of what it is about, where it has one. */
function subjectLink(view: View, { action, subject }: AuditEntry): Markup {
  if (subject === "") return html`${auditTexts.in(view.locale).all}`;
  const page = (
    [
      ["flag-", "/flags/"],
      ["audience-", "/audiences/"],
      ["rollout-", "/rollouts/"],
    ] as const
  ).find(([kind]) => action.startsWith(kind));
  if (page === undefined) return html`<code>${subject}</code>`;
  return html`<a href="${page[1]}${encodeURIComponent(subject)}"><code>${subject}</code></a>`;
}

export function pager(view: View, query: string, older: number | null): Markup | null {
  const t = auditTexts.in(view.locale);
  const isFirst = view.query("before_seq") === "";
  if (older === null && isFirst) return null;
  const more = new URLSearchParams(query);
  more.set("before_seq", String(older ?? ""));
  return html`<nav class="row" aria-label="${t.entries}">
    ${isFirst ? null : html`<a class="button" href="/audit?${query}">${t.newest}</a>`}
    ${older === null ? null : html`<a class="button" href="/audit?${more.toString()}">${t.older}</a>`}
  </nav>`;
}
