import { checkName } from "../../check-name.ts";
import { html } from "hono/html";
import type { Reached, RoutePreview } from "../../../../flags/index.ts";
import type { AuditEntry } from "../../../../registry/index.ts";
import type { Check } from "../../../check.ts";
import type { RouteEntry } from "../../../deps.ts";
import { changesBetween, changesTable } from "../../changes.ts";
import type { Markup } from "../../markup.ts";
import type { Form, View } from "../../page.ts";
import { badge, said } from "../../parts.ts";
import { texts } from "../../texts.ts";
import { confirmationOf, type Change, type Outcome } from "./change.ts";
import { changeTexts } from "./change-texts.ts";
import { percentText } from "./words.ts";

/** Under a form: what it would do, or why it was not done. Its place is there from the start, so that it is read aloud. */
export function outcomePlace(view: View, outcome: Outcome | null, { routes, form }: Told): Markup {
  // The version that was seen last: that of the page, or of what somebody else wrote meanwhile.
  const now = outcome?.kind === "conflict" ? String(outcome.actual) : (form?.text("now") ?? "");
  return html`<div id="outcome" class="stack" role="status">
    ${now === "" ? null : html`<input type="hidden" name="now" value="${now}" />`}
    ${outcome === null ? null : told(view, outcome, { routes, form })}
  </div>`;
}

interface Told {
  readonly routes: readonly RouteEntry[];
  /** What was sent; null: nothing yet. */
  readonly form: Form | null;
}

function told(view: View, outcome: Outcome, { routes, form }: Told): Markup | null {
  const t = changeTexts.in(view.locale);
  switch (outcome.kind) {
    case "done":
      return null;
    case "unchanged":
      return html`<p class="note">${t.unchanged}</p>`;
    case "refused":
      return wrong(outcome.cutsOver ? t.cutRefused : t.refused, html`<p>${said(view, outcome.why)}</p>`);
    case "invalid":
      return wrong(t.invalid, problemList(view, outcome.problems));
    case "conflict":
      return conflict(view, outcome);
    case "look":
    case "ask":
    case "needs-reason":
    case "moved":
    case "checks-fail":
      return looked(view, outcome, { routes, form });
  }
}

function problemList(view: View, problems: Extract<Outcome, { kind: "invalid" }>["problems"]): Markup {
  const t = changeTexts.in(view.locale);
  return html`<ul>
    ${problems.map((problem) => html`<li>${problem === "reason" ? t.longReason : said(view, problem)}</li>`)}
  </ul>`;
}

function wrong(title: string, body: Markup): Markup {
  return html`<div class="wrong stack">
    <h3>${title}</h3>
    ${body}
  </div>`;
}

type Looked = Extract<Outcome, { change: Change }>;

function looked(view: View, { kind, change, checks }: Looked, { routes, form }: Told): Markup {
  const t = changeTexts.in(view.locale);
  const isAsked = kind === "ask" || kind === "moved";
  const isBroken = form?.text("break_glass") === "yes";
  const cuts = change.routes.flatMap(({ cutOver }) => cutOver ?? []);
  return html`<section
    class="preview stack ${isAsked || kind === "checks-fail" ? "cuts" : ""}"
    aria-labelledby="preview"
  >
    <h3 id="preview">${isAsked && cuts.length > 0 ? t.askCut : t.whoChanges}</h3>
    ${kind === "moved" ? html`<p><strong>${t.conflictOther}</strong></p>` : null} ${whoChanges(view, change, routes)}
    ${checks.length === 0 ? null : checkList(view, checks)}
    ${kind === "checks-fail" ? html`<p class="wrong">${t.checksFail}</p>` : null}
    ${kind === "checks-fail" || isBroken ? glassBox(view, isBroken) : null}
    ${kind === "needs-reason" ? html`<p class="wrong">${t.needsReason}</p>` : null}
    ${
      kind === "ask"
        ? html`<div class="row">
            <button class="danger" name="confirmed" value="${confirmationOf(change)}">
              ${t.confirm(cuts.map((cut) => reachedWords(view, cut)).join(", "))}
            </button>
          </div>`
        : html`<p class="muted">${t.notYet}</p>`
    }
  </section>`;
}

/** Of each flag who enters and leaves; of each route who is cut over or taken back; of lists how many come and go. */
function whoChanges(view: View, { flags, routes, edited }: Change, known: readonly RouteEntry[]): Markup {
  const t = changeTexts.in(view.locale);
  const { count } = view.format;
  const lists = edited.flatMap((one) => one.lists);
  const nameOf = (list: string): string =>
    list.startsWith("audience:") ? t.audienceOf(list.slice("audience:".length)) : list.replace(/:.*$/s, "");
  return html`<ul class="plain who-changes">
      ${flags.map(
        ({ key, entering, leaving }) =>
          html`<li>
            <code>${key}</code>
            <span class="enters">${t.turnsOn} <strong>${reachedWords(view, entering)}</strong></span>
            <span class="leaves">${t.turnsOff} <strong>${reachedWords(view, leaving)}</strong></span>
          </li>`,
      )}
    </ul>
    ${
      lists.length === 0
        ? null
        : html`<ul class="plain muted">
            ${lists.map(({ list, added, removed }) => html`<li>${t.listChange(nameOf(list), count(added), count(removed))}</li>`)}
          </ul>`
    }
    ${routes.length === 0 ? html`<p>${t.nobodyElse}</p>` : routes.map((route) => routeChange(view, route, known))}`;
}

function routeChange(
  view: View,
  { enabled, shadow, cutOver, takenBack }: RoutePreview,
  known: readonly RouteEntry[],
): Markup {
  const t = changeTexts.in(view.locale);
  const name = known.find(({ flags }) => flags.enabled === enabled && flags.shadow === shadow)?.name ?? enabled;
  return html`${cutOver === null ? null : html`<p class="cut">${t.cutOver(name, reachedWords(view, cutOver))}</p>`}
  ${takenBack === null ? null : html`<p class="back">${t.takenBack(name, reachedWords(view, takenBack))}</p>`}`;
}

function reachedWords(view: View, { ratio, named }: Reached): string {
  const t = changeTexts.in(view.locale);
  const percent = Math.round(ratio * 100_000) / 1000;
  const parts = [
    ...(ratio > 0 ? [t.share(percent > 0 ? percentText(view, percent) : t.less)] : []),
    ...(named > 0 ? [t.named(view.format.count(named))] : []),
  ];
  return parts.length === 0 ? t.nobody : parts.join(` ${t.and} `);
}

function checkList(view: View, checks: readonly Check[]): Markup {
  const t = changeTexts.in(view.locale);
  return html`<details ${checks.some(({ status }) => status !== "ok") ? "open" : ""}>
    <summary>${t.checks}</summary>
    <ul class="plain">
      ${checks.map((check) => html`<li>${badge(check.status)} ${checkName(view, check.name)}: ${said(view, check)}</li>`)}
    </ul>
  </details>`;
}

/** The version that the next try has seen is that of now. */
function conflict(view: View, { since }: Extract<Outcome, { kind: "conflict" }>): Markup {
  const t = changeTexts.in(view.locale);
  return html`<section class="wrong stack" aria-labelledby="conflict">
    <h3 id="conflict">${t.conflict}</h3>
    ${since === null ? html`<p>${t.notTold}</p>` : since.map((entry) => otherChange(view, entry))}
    <p>${t.conflictHow}</p>
  </section>`;
}

function otherChange(view: View, { actor, at, reason, before, after }: AuditEntry): Markup {
  const t = changeTexts.in(view.locale);
  return html`<p>
      <strong lang="">${actor.name}</strong> ·
      ${view.format.time(at)}${reason === null ? null : html` · <q lang="">${reason}</q>`}
    </p>
    ${changesTable(view, changesBetween(view, before, after), t.what)}`;
}

/** The reason, the two buttons and, where a rollout holds the flag, the glass. */
export function saveRow(
  view: View,
  given: { readonly reason: string; readonly back: string; readonly glass: boolean; readonly label?: string },
): Markup {
  const t = changeTexts.in(view.locale);
  return html`${reasonField(view, given.reason)} ${given.glass ? glassBox(view, false) : null}
    <div class="row">
      <button class="primary" name="step" value="save">${given.label ?? t.save}</button>
      <button name="step" value="preview">${t.preview}</button>
      <a class="button" href="${given.back}">${t.back}</a>
    </div>`;
}

export function reasonField(view: View, value: string): Markup {
  const words = texts.in(view.locale);
  return html`<label
    >${words.reason} <input name="reason" value="${value}" maxlength="1000" autocomplete="off" /><small
      >${words.reasonHelp}</small
    ></label
  >`;
}

function glassBox(view: View, checked: boolean): Markup {
  return html`<label class="check"
    ><input
      type="checkbox"
      name="break_glass"
      value="yes"
      ${checked ? "checked" : ""}
    />${changeTexts.in(view.locale).breakGlass}</label
  >`;
}
