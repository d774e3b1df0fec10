import { html } from "hono/html";
import type { Divergence } from "../../model/index.ts";
import type { Markup } from "./layout.ts";

const counted = new Intl.NumberFormat("en");

export function count(n: number): string {
  return counted.format(n);
}

/** Two significant places are enough to compare two sides; null: nothing was recorded. */
export function ms(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0);
}

/** To the second, UTC. */
export function time(at: number | string): Markup {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

export function badge(word: string): Markup {
  return html`<span class="badge ${word}">${word}</span>`;
}

/** Enough of an id to tell it from others. */
export function exchangeLink(id: string): Markup {
  return html`<a href="/exchanges/${encodeURIComponent(id)}" aria-label="Exchange ${id}"
    ><code>${id.slice(0, 8)}</code></a
  >`;
}

/** A value as far as it may be shown. */
export function redacted(value: Divergence["legacy"]): Markup {
  if (typeof value === "number") return html`<code>${value}</code>`;
  const { type, length, hash } = value;
  const size = length === undefined ? "" : `, length ${count(length)}`;
  return html`<span>${type}${size}${hash === undefined ? "" : html` <code>#${hash}</code>`}</span>`;
}
