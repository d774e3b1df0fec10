import { html, raw } from "hono/html";
import type { FlagList } from "../../../../flags/index.ts";
import type { FlagEntry } from "../../../deps.ts";
import { listNames } from "../../../in-force.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, View } from "../../page.ts";
import { formTexts } from "./form-texts.ts";
import { saveRow } from "./outcome.ts";
import { actionIn, listActions, type ListAction, type Typed } from "./typed.ts";

export interface FlagForm {
  /** null: it is to be made. */
  readonly entry: FlagEntry | null;
  readonly typed: Typed;
  readonly shown: Typed;
  readonly version: number;
  /** What was sent; null: nothing yet. */
  readonly form: Form | null;
  /** Names to choose from; a store may have a thousand. */
  readonly audiences: readonly string[];
  /** A rollout holds it. */
  readonly held: boolean;
  readonly outcome: Markup;
}

const audiencesOffered = 50;

/** Members of lists are never in it: only how many there are, and what to do with those that somebody pastes. */
export function flagForm(view: View, given: FlagForm): Markup {
  const { entry, typed, shown, version, form, held, outcome } = given;
  const action = entry === null ? "/flags-new" : `/flags/${encodeURIComponent(entry.flag.key)}/edit`;
  return html`<form
    method="post"
    action="${action}"
    class="card stack flag-form"
    hx-post="${action}"
    hx-target="#outcome"
    hx-select="#outcome"
    hx-swap="outerHTML"
  >
    ${formToken()}<input type="hidden" name="version" value="${version}" />
    <input type="hidden" name="was" value="${JSON.stringify(shown)}" />
    ${entry === null ? keyField(view, form?.text("key") ?? "") : null} ${mainFields(view, typed, given.audiences)}
    <div class="lists">${listNames.map((list) => listField(view, { list, entry, form }))}</div>
    ${moreFields(view, typed)}
    ${saveRow(view, {
      reason: form?.text("reason") ?? "",
      back: entry === null ? "/flags" : `/flags/${encodeURIComponent(entry.flag.key)}`,
      glass: held,
    })}
    ${outcome}
  </form>`;
}

function keyField(view: View, key: string): Markup {
  const t = formTexts.in(view.locale);
  return html`<label
    >${t.key} <input name="key" value="${key}" required maxlength="128" autocomplete="off" spellcheck="false" /><small
      >${t.keyHelp}</small
    ></label
  >`;
}

function mainFields(view: View, typed: Typed, audiences: readonly string[]): Markup {
  const t = formTexts.in(view.locale);
  return html`<div class="fields">
    <label class="wide"
      >${t.description} <input name="description" value="${typed.description}" maxlength="1000" autocomplete="off"
    /></label>
    <label
      >${t.switch}
      <select name="enabled">
        ${options(
          [
            ["true", t.switchOn],
            ["false", t.switchOff],
            ["", t.switchUnset],
          ],
          typed.enabled,
        )}
      </select></label
    >
    <label
      >${t.percent} <input name="percent" value="${typed.percent}" inputmode="decimal" autocomplete="off" /><small
        >${t.percentHelp}</small
      ></label
    >
    <label
      >${t.audience}
      <input name="audience" value="${typed.audience}" list="audiences" autocomplete="off" spellcheck="false" /><small
        >${t.audienceHelp}</small
      ></label
    >
    <datalist id="audiences">
      ${audiences.slice(0, audiencesOffered).map((name) => html`<option value="${name}"></option>`)}
    </datalist>
  </div>`;
}

interface OfList {
  readonly list: FlagList;
  readonly entry: FlagEntry | null;
  readonly form: Form | null;
}

function listField(view: View, { list, entry, form }: OfList): Markup {
  const t = formTexts.in(view.locale);
  const table = entry?.flag[list] ?? null;
  const action = form === null ? "keep" : actionIn(form, list);
  const words: Readonly<Record<ListAction, string>> = {
    keep: t.keep,
    add: t.add,
    remove: t.remove,
    replace: t.replace,
    clear: list === "allowlist" ? t.clear : t.empty,
  };
  const help = { allowlist: t.allowlistHelp, denylist: t.denylistHelp, forceOn: t.forceOnHelp }[list];
  return html`<details ${action === "keep" ? "" : "open"}>
    <summary>
      <code>${list}</code> <small>${table === null ? t.noList : t.now(view.format.count(table.size))}</small>
    </summary>
    <div>
      <p class="muted">${help}</p>
      <label
        >${t.what}
        <select name="${list}.do">
          ${options(
            listActions.map((one) => [one, words[one]]),
            action,
          )}
        </select></label
      >
      ${pasteField(view, `${list}.members`, form?.text(`${list}.members`) ?? "")}
    </div>
  </details>`;
}

/** Where a list is pasted, or read from a file by a script, which keeps it in this field. */
export function pasteField(view: View, name: string, text: string): Markup {
  const t = formTexts.in(view.locale);
  const id = name.replaceAll(".", "-");
  return html`<label
      >${t.pasted}
      <textarea id="${id}" name="${name}" rows="4" data-list spellcheck="false" autocomplete="off">${text}</textarea>
      <small>${t.pastedHelp}</small></label
    >
    <label data-scripted hidden
      >${t.file} <input type="file" data-into="${id}" accept=".txt,.csv,.json,text/*"
    /></label>`;
}

function moreFields(view: View, typed: Typed): Markup {
  const t = formTexts.in(view.locale);
  return html`<details>
    <summary>${t.more}</summary>
    <div class="fields">
      <label class="check"
        ><input
          type="checkbox"
          name="default"
          value="yes"
          ${typed.default === "yes" ? "checked" : ""}
        />${t.byDefault}</label
      >
      <label
        >${t.salt}
        <input name="salt" value="${typed.salt}" maxlength="128" autocomplete="off" spellcheck="false" /><small
          >${t.saltHelp}</small
        ></label
      >
      <label
        >${t.bucketing}
        <select name="bucketing">
          ${options(
            [
              ["murmur3", "murmur3"],
              ["md5", "md5"],
            ],
            typed.bucketing,
          )}
        </select></label
      >
      <label class="wide"
        >${t.settings} <textarea name="settings" rows="4" spellcheck="false">${typed.settings}</textarea
        ><small>${t.settingsHelp}</small></label
      >
    </div>
  </details>`;
}

function options(all: readonly (readonly [string, string])[], chosen: string): readonly Markup[] {
  return all.map(
    ([value, word]) => html`<option value="${value}" ${value === chosen ? raw("selected") : ""}>${word}</option>`,
  );
}
