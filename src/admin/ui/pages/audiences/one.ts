import { html, raw } from "hono/html";
import type { ShopperTable } from "../../../../flags/index.ts";
import type { FlagsInForce } from "../../../deps.ts";
import { askShopper } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, View } from "../../page.ts";
import { tile } from "../../parts.ts";
import { pasteField } from "../flags/flag-form.ts";
import { usedBy } from "./list.ts";
import { audiencesTexts } from "./texts.ts";
import { importActions } from "./wanted.ts";

export function audienceFacts(
  view: View,
  flags: FlagsInForce,
  { name, table }: { readonly name: string; readonly table: ShopperTable },
): Markup {
  const t = audiencesTexts.in(view.locale);
  return html`<section class="card" aria-label="${t.one(name)}">
    <dl class="tiles">${tile(t.members, view.format.count(table.size))}</dl>
    <p>${t.usedBy}: ${usedBy(view, flags, name)}</p>
  </section>`;
}

/** `isIn` null: nobody asked. */
export function lookUpSection(view: View, name: string, isIn: boolean | null): Markup {
  const t = audiencesTexts.in(view.locale);
  const action = `/audiences/${encodeURIComponent(name)}/has`;
  const answer = isIn === null ? null : html`<p class="lead">${isIn ? t.isThere : t.isNotThere}</p>`;
  return html`<section class="card" aria-labelledby="look-up">
    <h2 id="look-up">${t.isIn}</h2>
    ${askShopper({ action, field: t.shopper, button: t.ask, help: t.isInHelp, answer })}
  </section>`;
}

/** `name` null: a new list. */
export function importFields(view: View, name: string | null, form: Form | null): Markup {
  const t = audiencesTexts.in(view.locale);
  const chosen = form?.text("do") ?? "replace";
  const words = { replace: t.replace, add: t.add, remove: t.remove };
  return html`${
    name === null
      ? html`<label
          >${t.name}
          <input
            name="name"
            value="${form?.text("name") ?? ""}"
            required
            maxlength="128"
            autocomplete="off"
            spellcheck="false"
          /><small>${t.nameHelp}</small></label
        >`
      : html`<label
          >${t.what}
          <select name="do">
            ${importActions.map((action) => html`<option value="${action}" ${action === chosen ? raw("selected") : ""}>${words[action]}</option>`)}
          </select></label
        >`
  }
  ${pasteField(view, "members", form?.text("members") ?? "")}`;
}
