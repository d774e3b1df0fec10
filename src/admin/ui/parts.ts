import { html } from "hono/html";
import type { Spoken } from "../../lib/sentence.ts";
import type { Divergence } from "../../model/index.ts";
import type { Markup } from "./markup.ts";
import type { View } from "./page.ts";

/** Words that are the same in every language, each with a shape of its own beside its colour. */
export function modeBadge(mode: string): Markup {
  return html`<span class="badge mode-${slug(mode)}">${mode}</span>`;
}

export function severityBadge(severity: string): Markup {
  return html`<span class="badge severity-${slug(severity)}">${severity}</span>`;
}

/** Of an item, a check or whatever else ends in a word. */
export function badge(word: string): Markup {
  return html`<span class="badge state-${slug(word)}">${word}</span>`;
}

/** A side by its name. */
export function sideName(side: string): Markup {
  return html`<span class="side side-${slug(side)}">${side}</span>`;
}

/** A figure with what it is. */
export function tile(name: string, value: Markup | string, more: Markup | string | null = null): Markup {
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd><strong>${value}</strong>${more === null ? null : html`<span class="more">${more}</span>`}</dd>
  </div>`;
}

/** A sentence that was made elsewhere, in the reader's language where it was made in it as well. */
export function said({ locale }: Pick<View, "locale">, { text, pt }: Spoken): Markup {
  return locale === "pt-BR" && pt !== undefined ? html`${pt}` : recorded(text);
}

/** What people wrote, in whatever language. */
export function written(text: string): Markup {
  return html`<span lang="">${text}</span>`;
}

/** What somebody or something else wrote in English, or what an earlier release kept. */
export function recorded(text: string): Markup {
  return html`<span lang="en">${text}</span>`;
}

/** Enough of an id to tell it from others. */
export function exchangeLink(id: string): Markup {
  return html`<a class="id" href="/exchanges/${encodeURIComponent(id)}" title="${id}"
    ><span class="visually-hidden">Exchange </span><code>${id.slice(0, 8)}</code></a
  >`;
}

/** A value as far as it may be shown. */
export function redacted(view: View, value: Divergence["legacy"]): Markup {
  if (typeof value === "number") return html`<code>${value}</code>`;
  const { type, length, hash } = value;
  const size = length === undefined ? "" : ` · ${view.format.count(length)}`;
  return html`<span class="redacted">${type}${size}${hash === undefined ? "" : html` <code>#${hash}</code>`}</span>`;
}

/** A word as part of the name of a class: nothing else of it can leave the attribute. */
function slug(word: string): string {
  return word.replaceAll(/[^a-z0-9-]/gi, "-").toLowerCase();
}
