import { checkName } from "../../check-name.ts";
import { html } from "hono/html";
import type { Check } from "../../../check.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, said } from "../../parts.ts";
import { settingsTexts } from "./texts.ts";

/** The gravest first. */
const order: readonly Check["status"][] = ["fail", "warn", "ok"];

/** `answer` null: nobody has asked yet. The link works without a script, which puts the answer in place of it. */
export function doctorSection(view: View, answer: Markup | null): Markup {
  const t = settingsTexts.in(view.locale);
  return html`<section class="card" aria-labelledby="doctor">
    <div class="head">
      <h2 id="doctor">${t.doctor}</h2>
      <div class="row actions">
        ${view.may("operate") ? probeForm(view) : null}
        <a
          class="button"
          href="/settings?doctor=run"
          role="button"
          hx-get="/settings/doctor"
          hx-target="#doctor-answer"
          hx-indicator="#doctor-running"
          >${t.run}</a
        >
      </div>
    </div>
    <p class="muted">${t.doctorAbout}${view.may("operate") ? ` ${t.probeAbout}` : ""}</p>
    <p id="doctor-running" class="waiting" role="status">${t.running}</p>
    <div id="doctor-answer" aria-live="polite">${answer}</div>
  </section>`;
}

/** By POST: it calls the candidates, which a link may not do. It waits for what each route may take to settle. */
function probeForm(view: View): Markup {
  return html`<form
    method="post"
    action="/settings/probe"
    hx-post="/settings/probe"
    hx-target="#doctor-answer"
    hx-indicator="#doctor-running"
    hx-config='{"timeout": "20m"}'
  >
    ${formToken()}<button>${settingsTexts.in(view.locale).probe}</button>
  </form>`;
}

export function doctorAnswer(view: View, checks: readonly Check[]): Markup {
  const t = settingsTexts.in(view.locale);
  const of = (status: Check["status"]): string =>
    view.format.count(checks.filter((check) => check.status === status).length);
  const sorted = checks.toSorted((one, other) => order.indexOf(one.status) - order.indexOf(other.status));
  return html`<p><strong>${t.found(of("ok"), of("warn"), of("fail"))}</strong></p>
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${t.status}</th>
          <th scope="col">${t.check}</th>
          <th scope="col">${t.says}</th>
        </tr>
      </thead>
      <tbody>
        ${sorted.map(
          (check) =>
            html`<tr>
              <td data-label="${t.status}">${badge(check.status)}</td>
              <th scope="row" data-label="${t.check}"><span>${checkName(view, check.name)}</span></th>
              <td data-label="${t.says}"><span>${said(view, check)}</span></td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
