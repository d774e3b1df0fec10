import { html, raw } from "hono/html";
import type { JsonObject } from "../../../../flags/index.ts";
import type { Preview } from "../../../preview.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, View } from "../../page.ts";
import { severityBadge } from "../../parts.ts";
import type { ToldGroup } from "./filter.ts";
import { ignoreTexts } from "./group-texts.ts";
import { groupPath, placeOf } from "./words.ts";

export const sayings = ["ignore", "case", "mask", "absolute", "relative", "ms"] as const;

/** The form of a rule, as somebody has filled it in. */
export interface RuleDraft {
  readonly id: string;
  readonly path: string;
  readonly says: (typeof sayings)[number];
  readonly value: string;
  readonly route: boolean;
  readonly kind: boolean;
  readonly where: boolean;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
}

const usualMs = 90 * 24 * 3_600_000;

/** The rule that hides this group and nothing else, for some months. */
export function firstDraft({ nowMs }: Pick<View, "nowMs">, { signature, path }: ToldGroup): RuleDraft {
  return {
    id: `ignore-${signature}`,
    path,
    says: "ignore",
    value: "",
    route: true,
    kind: true,
    where: true,
    owner: "",
    reason: "",
    expires: new Date(nowMs + usualMs).toISOString().slice(0, 10),
  };
}

export function draftOf(form: Form): RuleDraft {
  const text = (name: string): string => form.text(name);
  return {
    id: text("id"),
    path: text("path"),
    says: sayings.find((one) => one === text("says")) ?? "ignore",
    value: text("value"),
    route: text("route") !== "",
    kind: text("kind") !== "",
    where: text("where") !== "",
    owner: text("owner"),
    reason: text("reason"),
    expires: text("expires"),
  };
}

/** As the API takes it. */
export function ruleOf(draft: RuleDraft, group: ToldGroup): JsonObject {
  const { id, path, owner, reason, expires } = draft;
  return {
    id,
    ...(draft.route ? { route: group.route } : {}),
    ...(draft.kind ? { itemKind: group.item_kind } : {}),
    ...(draft.where ? { where: group.where } : {}),
    path,
    ...saidBy(draft),
    owner,
    reason,
    expires: expires === "" ? "never" : expires,
  };
}

function saidBy({ says, value }: RuleDraft): JsonObject {
  switch (says) {
    case "ignore":
    case "case":
      return { [says]: true };
    case "mask":
      return { mask: [value] };
    case "absolute":
    case "relative":
    case "ms":
      return { tolerance: { [says]: value === "" ? null : Number(value.replace(",", ".")) } };
  }
}

export interface IgnoreShown {
  readonly group: ToldGroup;
  readonly draft: RuleDraft;
  /** What is wrong with it, in English where it is the rule's own form. */
  readonly wrong: readonly string[];
  /** What it would hide, and the rule that was asked of. */
  readonly preview: { readonly of: JsonObject; readonly told: Preview } | null;
  /** It was to be saved, and was not the one that had been previewed. */
  readonly isStale: boolean;
}

export function ignorePage(view: View, shown: IgnoreShown): Markup {
  const t = ignoreTexts.in(view.locale);
  const { group, draft, wrong, preview, isStale } = shown;
  return html`<p class="crumb">
      <a href="${groupPath(group)}">← <code>${group.path}</code></a>
    </p>
    <h1>${t.title}</h1>
    <form class="card stack rule" method="post" action="${groupPath(group)}/ignore">
      ${formToken()}
      <p class="muted">${t.lead}</p>
      ${
        wrong.length === 0
          ? null
          : html`<div class="wrong" role="alert">
              <p>${t.wrong}</p>
              <ul>
                ${wrong.map((one) => html`<li>${one}</li>`)}
              </ul>
            </div>`
      }
      ${ruleFields(view, group, draft)}
      <div class="row">
        <button name="do" value="preview" class="${preview === null ? "primary" : ""}">${t.preview}</button>
      </div>
      ${preview === null ? null : previewPart(view, preview, isStale)}
    </form>`;
}

function ruleFields(view: View, group: ToldGroup, draft: RuleDraft): Markup {
  const t = ignoreTexts.in(view.locale);
  const says = { ignore: t.ignore, case: t.case, mask: t.mask, absolute: t.absolute, relative: t.relative, ms: t.ms };
  const box = (name: "route" | "kind" | "where", label: string): Markup =>
    html`<label class="check"
      ><input type="checkbox" name="${name}" value="yes" ${draft[name] ? raw("checked") : ""} /> ${label}</label
    >`;
  return html`<label
      >${t.path} <input name="path" value="${draft.path}" required autocomplete="off" spellcheck="false" /><small
        >${t.pathHelp}</small
      ></label
    >
    <div class="boxes">
      ${box("route", t.onRoute(group.route))} ${box("kind", t.onKind(group.item_kind))}
      ${box("where", t.onWhere(placeOf(group)))}
    </div>
    <div class="pair">
      <label
        >${t.what}
        <select name="says">
          ${sayings.map((one) => html`<option value="${one}" ${one === draft.says ? raw("selected") : ""}>${says[one]}</option>`)}
        </select></label
      >
      <label
        >${t.value} <input name="value" value="${draft.value}" autocomplete="off" spellcheck="false" /><small
          >${t.valueHelp}</small
        ></label
      >
    </div>
    <label
      >${t.ruleReason} <input name="reason" value="${draft.reason}" required maxlength="500" autocomplete="off"
    /></label>
    <div class="pair">
      <label
        >${t.owner} <input name="owner" value="${draft.owner}" required maxlength="200" /><small
          >${t.ownerHelp}</small
        ></label
      >
      <label
        >${t.expires} <input type="date" name="expires" value="${draft.expires}" /><small
          >${t.expiresHelp}</small
        ></label
      >
    </div>
    <label>${t.id} <input name="id" value="${draft.id}" required autocomplete="off" spellcheck="false" /></label>`;
}

/** Of the groups that it would hide. */
const maxShown = 20;

function previewPart(view: View, preview: NonNullable<IgnoreShown["preview"]>, isStale: boolean): Markup {
  const t = ignoreTexts.in(view.locale);
  const { count } = view.format;
  const { hidden, of, already, unknown, groups } = preview.told;
  const more = [
    ...(already > 0 ? [t.already(count(already))] : []),
    ...(unknown > 0 ? [t.unknown(count(unknown))] : []),
  ];
  const isGrave = groups.some((group) => group.severity === "critical" && group.hidden + group.unknown > 0);
  return html`<section class="rule-preview" aria-labelledby="preview" role="status">
    <h2 id="preview">${t.would(count(hidden), count(of))}</h2>
    ${isStale ? html`<p class="wrong">${t.stale}</p>` : null}
    ${more.length === 0 ? null : html`<p>${more.join(", ")}</p>`}
    ${isGrave ? html`<p class="wrong">${t.critical}</p>` : null}
    ${groups.length === 0 ? html`<p>${t.wouldNothing}</p>` : previewTable(view, preview.told)}
    <input type="hidden" name="previewed" value="${JSON.stringify(preview.of)}" />
    <div class="row">
      <button name="do" value="save" class="primary">${t.save}</button><small class="muted">${t.saveHow}</small>
    </div>
  </section>`;
}

function previewTable(view: View, { groups }: Preview): Markup {
  const t = ignoreTexts.in(view.locale);
  const { count } = view.format;
  const more = groups.length - maxShown;
  return html`<table class="cards">
      <thead>
        <tr>
          <th scope="col">${t.group}</th>
          <th scope="col" class="number">${t.hidden}</th>
          <th scope="col" class="number">${t.foundTimes}</th>
          <th scope="col" class="number">${t.alreadyNoise}</th>
          <th scope="col" class="number">${t.notKnown}</th>
        </tr>
      </thead>
      <tbody>
        ${groups.slice(0, maxShown).map(
          (group) =>
            html`<tr>
              <th scope="row" data-label="${t.group}">
                <span
                  >${severityBadge(group.severity)} <a href="${groupPath(group)}"><code>${group.path}</code></a
                  ><br /><small>${group.route} · ${group.item_kind}</small></span
                >
              </th>
              <td class="number" data-label="${t.hidden}">${count(group.hidden)}</td>
              <td class="number" data-label="${t.foundTimes}">${count(group.count)}</td>
              <td class="number" data-label="${t.alreadyNoise}">${count(group.already)}</td>
              <td class="number" data-label="${t.notKnown}">${count(group.unknown)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${more > 0 ? html`<p class="muted">${t.moreGroups(count(more))}</p>` : null}`;
}
