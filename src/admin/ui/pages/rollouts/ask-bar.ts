import { html } from "hono/html";
import { isUnstarted } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { askPath, asks, isForemost, isOffered, type Ask } from "./asks.ts";
import { askTexts } from "./ask-texts.ts";
import type { Facts } from "./facts.ts";
import { simulateTexts } from "./simulate-texts.ts";

const order: readonly Ask[] = [
  "start",
  "approve",
  "reject",
  "resume",
  "complete",
  "checkpoint",
  "pause",
  "rollback",
  "advance",
  "tick",
  "acknowledge",
  "drill",
  "note",
  "abort",
];

/** What may be done now, as links to the questions that come before; a script asks them on this page. */
export function askBar(view: View, facts: Facts): Markup | null {
  const t = askTexts.in(view.locale);
  const offered = asks
    .filter((ask) => isOffered(view, facts, ask))
    .toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  if (offered.length === 0) return null;
  const { id, status } = facts.rollout;
  const [foremost, others] = [true, false].map((first) => offered.filter((ask) => isForemost(facts, ask) === first));
  return html`<div class="asks" role="group" aria-label="${t.actions}">
    ${(foremost ?? []).map((ask) => askLink(view, id, ask))}
    ${isUnstarted(status) && view.may("operate") ? simulateLink(view, id) : null}
    ${
      (others ?? []).length === 0
        ? null
        : html`<details class="tools asks-more" id="asks-more">
            <summary>${t.more}</summary>
            <div>${(others ?? []).map((ask) => askLink(view, id, ask))}</div>
          </details>`
    }
  </div>`;
}

const looks: Partial<Record<Ask, string>> = {
  start: "primary",
  approve: "primary",
  complete: "primary",
  resume: "primary",
  rollback: "danger",
};

function askLink({ locale }: View, id: string, ask: Ask): Markup {
  return html`<a class="button ${looks[ask] ?? ""}" href="${askPath(id, ask)}" data-ask
    >${askTexts.in(locale)[ask]}</a
  >`;
}

function simulateLink({ locale }: View, id: string): Markup {
  return html`<a class="button" href="/rollouts/${encodeURIComponent(id)}/simulate"
    >${simulateTexts.in(locale).short}</a
  >`;
}
