import { html, raw } from "hono/html";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { incidentTexts } from "./texts.ts";

const maxCharacters = 500;
const severities = ["critical", "major", "minor"] as const;

type Given = (name: string) => string;

export function openForm(view: View, given: Given, wrong: Markup | null): Markup {
  const t = incidentTexts.in(view.locale);
  return html`<form method="post" action="/incidents" class="card stack" aria-labelledby="open-one">
    ${formToken()}
    <h2 id="open-one">${t.openOne}</h2>
    ${wrong}
    <label
      >${t.what}
      <input name="title" value="${given("title")}" maxlength="${maxCharacters}" required autocomplete="off" /><small
        >${t.whatHelp}</small
      ></label
    >
    <div class="row">
      <label
        >${t.severity}
        <select name="severity">
          ${severities.map(
            (one) => html`<option value="${one}" ${one === given("severity") ? raw("selected") : ""}>${one}</option>`,
          )}
        </select></label
      >
      <label
        >${t.reason} <input name="reason" value="${given("reason")}" maxlength="${maxCharacters}" autocomplete="off"
      /></label>
      <button class="primary">${t.report}</button>
    </div>
  </form>`;
}

/** Closes an incident, or opens it again; `version`: as whoever is asked has seen it. */
export function changeForm(
  view: View,
  {
    id,
    title,
    version,
    closes,
  }: { readonly id: string; readonly title: string; readonly version: number; readonly closes: boolean },
  wrong: Markup | null,
): Markup {
  const t = incidentTexts.in(view.locale);
  return html`<form
    method="post"
    action="/incidents/${encodeURIComponent(id)}/${closes ? "close" : "reopen"}"
    class="stack"
    data-question
    aria-labelledby="ask-title"
  >
    ${formToken()}<input type="hidden" name="version" value="${version}" />
    <h2 id="ask-title">${closes ? t.closeAsk(id) : t.reopenAsk(id)}</h2>
    ${wrong}
    <p><strong>${title}</strong></p>
    <p>${closes ? t.closeMeans : t.reopenMeans}</p>
    <label
      >${t.reason} <input name="reason" maxlength="${maxCharacters}" autocomplete="off" /><small
        >${closes ? t.howHelp : t.reasonHelp}</small
      ></label
    >
    <div class="row">
      <button class="primary">${closes ? t.close : t.reopen}</button>
      <a class="button" href="/incidents" data-close>${t.cancel}</a>
    </div>
  </form>`;
}
