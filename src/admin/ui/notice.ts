import { html } from "hono/html";
import type { Role } from "../deps.ts";
import type { Markup } from "./markup.ts";
import type { Shown, View } from "./page.ts";
import { texts } from "./texts.ts";

/** A page that says one thing: why something is not there, or was not done. */
export function noticePage(
  { locale }: View,
  { status, text }: { readonly status: 403 | 404 | 413 | 429 | 500 | 503; readonly text: Markup | string },
): Shown {
  const t = texts.in(locale);
  const title = status === 404 ? t.notFound : status >= 500 ? t.failed : t.refused;
  return {
    title,
    status,
    body: html`<section class="card">
      <h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/">${t.home}</a></p>
    </section>`,
  };
}

/** To a person who would be answered as programs are; null: of other answers. `role`: what it takes to do what was asked. */
export function refusalPage(view: View, status: number, role: Role): Shown | null {
  const t = texts.in(view.locale);
  switch (status) {
    case 403:
      return noticePage(view, { status, text: role === "read" || view.may(role) ? t.otherSite : t.needsRole(role) });
    case 413:
      return noticePage(view, { status, text: t.tooLarge });
    case 429:
      return noticePage(view, { status, text: t.tooOften });
    case 500:
      return noticePage(view, { status, text: t.failedText });
    default:
      return null;
  }
}
