import { html } from "hono/html";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import type { ToldGroup } from "./filter.ts";
import { divergencesTexts } from "./texts.ts";

export function groupPath({ signature }: Pick<ToldGroup, "signature">): string {
  return `/divergences/${encodeURIComponent(signature)}`;
}

export function placeOf({ where }: Pick<ToldGroup, "where">): "answer" | "effect" {
  return where === "effect" ? "effect" : "answer";
}

export function stateBadge(view: View, { triage }: Pick<ToldGroup, "triage">): Markup | null {
  if (triage === null || triage.state === "open") return null;
  const t = divergencesTexts.in(view.locale);
  return html`<span class="badge triage-${triage.state}">${t[`state_${triage.state}`]}</span>`;
}

/** Whoever is in several groups is not known: there are at least as many as in the one with most. */
export function shoppers(
  { format, locale }: View,
  groups: readonly Pick<ToldGroup, "shoppers" | "shoppers_at_least">[],
): string {
  const counts = groups.map((group) => group.shoppers).filter((one) => one !== null);
  if (counts.length < groups.length) return format.count(null);
  const atLeast = groups.length > 1 || groups.some((group) => group.shoppers_at_least);
  const most = format.count(Math.max(...counts));
  return atLeast ? divergencesTexts.in(locale).atLeast(most) : most;
}
