import { html } from "hono/html";
import type { ToldRule } from "../../../calls/rules.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, written } from "../../parts.ts";
import { texts } from "../../texts.ts";
import type { ToldGroup } from "./filter.ts";
import { groupTexts, ignoreTexts } from "./group-texts.ts";
import { groupPath } from "./words.ts";

/** What is told beside it. */
const about = new Set(
  "id route itemKind where path owner reason expires source expired hidden version updatedAt updatedBy unreadable".split(
    " ",
  ),
);

/** What a rule does, as it is written. */
function saysText(rule: ToldRule): string {
  return Object.entries(rule)
    .filter(([name]) => !about.has(name))
    .map(([name, value]) =>
      value === true ? name : `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    )
    .join(", ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Rules that speak of a group's place, and the way to one more. */
export function rulesSection(view: View, group: ToldGroup, rules: readonly ToldRule[]): Markup {
  const t = groupTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="rules">
    <div class="head">
      <h2 id="rules">${t.rules}</h2>
      ${
        view.may("operate")
          ? html`<a class="button" href="${groupPath(group)}/ignore">${ignoreTexts.in(view.locale).title}…</a>`
          : null
      }
    </div>
    ${rules.length === 0 ? html`<p class="muted">${t.noRules}</p>` : ruleTable(view, group, rules)}
  </section>`;
}

function ruleTable(view: View, group: ToldGroup, rules: readonly ToldRule[]): Markup {
  const t = groupTexts.in(view.locale);
  return html`<table class="cards">
    <thead>
      <tr>
        <th scope="col">${t.rule}</th>
        <th scope="col">${t.says}</th>
        <th scope="col">${t.expires}</th>
        <th scope="col" class="number">${t.hidden}</th>
      </tr>
    </thead>
    <tbody>
      ${rules.map((rule) => ruleRow(view, group, rule))}
    </tbody>
  </table>`;
}

function ruleRow(view: View, group: ToldGroup, rule: ToldRule): Markup {
  const t = groupTexts.in(view.locale);
  const { id, source, expired, hidden, version } = rule;
  const expires = textOf(rule["expires"]);
  return html`<tr>
    <th scope="row" data-label="${t.rule}">
      <span
        ><code>${id}</code>${source === "file" ? html` <small>${t.ofFile}</small>` : null}<br /><small
          >${textOf(rule["owner"])}: ${written(textOf(rule["reason"]))}</small
        >${source === "api" && view.may("operate") ? removeForm(view, group, { id, version }) : null}</span
      >
    </th>
    <td data-label="${t.says}">
      <span
        >${saysText(rule)}<br /><small><code>${textOf(rule["path"])}</code></small></span
      >
    </td>
    <td data-label="${t.expires}">
      <span
        >${expires === "" || expires === "never" ? t.never : view.format.time(expires)}
        ${expired ? badge(t.expired) : null}</span
      >
    </td>
    <td class="number" data-label="${t.hidden}">${view.format.count(hidden)}</td>
  </tr>`;
}

function removeForm(view: View, group: ToldGroup, { id, version }: Pick<ToldRule, "id" | "version">): Markup {
  const t = texts.in(view.locale);
  const { remove } = groupTexts.in(view.locale);
  return html`<details>
    <summary>${remove}…</summary>
    <form method="post" action="${groupPath(group)}/rules/remove" class="row">
      ${formToken()}<input type="hidden" name="id" value="${id}" /><input
        type="hidden"
        name="version"
        value="${version}"
      />
      <label>${t.reason} <input name="reason" required maxlength="1000" autocomplete="off" /></label>
      <button>${remove}<span class="visually-hidden"> ${id}</span></button>
    </form>
  </details>`;
}
