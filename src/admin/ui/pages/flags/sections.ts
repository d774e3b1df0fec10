import { html, raw } from "hono/html";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { flagsTexts } from "./texts.ts";

/** Between flags and the lists that they name. */
export function sections(view: View, here: "/flags" | "/audiences"): Markup {
  const t = flagsTexts.in(view.locale);
  const one = (path: string, word: string): Markup =>
    html`<li><a href="${path}" ${path === here ? raw('aria-current="page"') : ""}>${word}</a></li>`;
  return html`<ul class="choices" aria-label="${t.sections}">
    ${one("/flags", t.title)} ${one("/audiences", t.audiences)}
  </ul>`;
}
