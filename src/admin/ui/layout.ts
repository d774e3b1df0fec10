import { html, raw } from "hono/html";
import { assetPath } from "./assets.ts";
import { formToken } from "./form.ts";
import { locales, type Locale } from "./locale.ts";
import type { Markup } from "./markup.ts";
import type { Page, Shown, View } from "./page.ts";
import { texts } from "./texts.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** What is around every page. */
export interface Frame {
  readonly view: View;
  readonly theme: Theme;
  /** Name of the token; null: none is asked, so there is nothing to sign out of. */
  readonly who: string | null;
  /** Of what the page was made, sealed (marks.ts). */
  readonly seen: string;
  /** When the session ends, milliseconds since the epoch; null: never. */
  readonly endsMs: number | null;
  readonly menu: readonly NonNullable<Page["menu"]>[];
  /** null: nobody has signed in. */
  readonly banner: Markup | null;
  /** Of the change before. */
  readonly said: string | null;
  readonly environment: string;
  readonly version: string;
}

/** htmx may evaluate nothing (the policy would not let it), swaps no error into a page, and keeps what a reader has opened. */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  noSwap: [204, 304, "4xx", "5xx"],
  morphIgnore: ["data-htmx-powered", "open", "data-kept"],
});

export function layout(frame: Frame, shown: Shown): Markup {
  const { view, theme, endsMs, banner, said } = frame;
  const t = texts.in(view.locale);
  return html`<!doctype html>
    <html
      lang="${view.locale}"
      data-theme="${theme}"
      data-seen="${frame.seen}"
      ${endsMs === null ? "" : raw(`data-ends="${endsMs}"`)}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="htmx-config" content="${htmxConfig}" />
        <title>${shown.title} · Sombra</title>
        <link rel="icon" href="data:," />
        ${(["app.css", "parts.css", "diff.css", "flags.css", "rollouts.css"] as const).map((name) => html`<link rel="stylesheet" href="${assetPath(name)}" />`)}
        ${chartHead(shown)}
        <script src="${assetPath("htmx.js")}" defer></script>
        <script src="${assetPath("app.js")}" type="module"></script>
      </head>
      <body>
        <a class="skip" href="#content">${t.skip}</a>
        <header class="top">
          <div class="bar">
            <a class="brand" href="/"><span class="mark" aria-hidden="true"></span>Sombra</a>
            <span class="environment">${frame.environment}</span>
            ${tools(frame)}
          </div>
          ${banner === null ? null : menuOf(frame)}
        </header>
        ${banner === null ? null : html`<aside class="pinned" aria-label="${t.modes}">${banner}</aside>`}
        <p id="stale" class="notice stale" role="status" hidden>${t.stale} <time></time></p>
        <main id="content" tabindex="-1">
          ${said === null ? null : html`<p class="notice said" role="status">${said}</p>`} ${shown.body}
        </main>
        <footer class="foot">
          <p>Sombra ${frame.version} · <a href="/metrics">${t.metrics}</a> · <a href="/openapi.json">${t.api}</a></p>
        </footer>
        ${endsMs === null ? null : expiredDialog(view)}
      </body>
    </html>`;
}

function chartHead({ scripts = [] }: Shown): Markup | null {
  if (!scripts.includes("chart.js")) return null;
  return html`<link rel="stylesheet" href="${assetPath("uplot.css")}" />
    <script src="${assetPath("uplot.js")}" defer></script>
    <script src="${assetPath("chart.js")}" type="module"></script>`;
}

function menuOf({ view, menu }: Frame): Markup {
  const isHere = (path: string): boolean => (path === "/" ? view.path === "/" : view.path.startsWith(path));
  return html`<nav class="menu" aria-label="${texts.in(view.locale).menu}">
    <ul>
      ${menu.map(
        ({ path, word }) =>
          html`<li>
            <a href="${path}" ${isHere(path) ? raw('aria-current="page"') : ""}>${word(view.locale)}</a>
          </li>`,
      )}
    </ul>
  </nav>`;
}

const languages: Readonly<Record<Locale, string>> = { en: "English", "pt-BR": "Português" };

function tools({ view, theme, who }: Frame): Markup {
  const t = texts.in(view.locale);
  const options = (all: readonly (readonly [string, string])[], chosen: string): readonly Markup[] =>
    all.map(
      ([value, word]) => html`<option value="${value}" ${value === chosen ? raw("selected") : ""}>${word}</option>`,
    );
  const themeWords = { auto: t.auto, light: t.light, dark: t.dark };
  return html`<details class="tools" name="top">
    <summary aria-label="${who ?? t.look}">
      <span class="wide-only">${who ?? t.look}</span><span class="narrow-only" aria-hidden="true">⚙</span>
    </summary>
    <div>
      ${who === null ? null : html`<p>${t.signedIn(who)}</p>`}
      <form method="post" action="/preferences">
        ${formToken()}<input
          type="hidden"
          name="next"
          value="${view.path}${view.search === "" ? "" : `?${view.search}`}"
        />
        <label
          >${t.language}
          <select name="language" lang="">
            ${options(
              locales.map((locale) => [locale, languages[locale]]),
              view.locale,
            )}
          </select></label
        >
        <label
          >${t.theme}
          <select name="theme">
            ${options(
              themes.map((one) => [one, themeWords[one]]),
              theme,
            )}
          </select></label
        >
        <button>${t.apply}</button>
      </form>
      ${
        who === null
          ? null
          : html`<form method="post" action="/sign-out">${formToken()}<button>${t.signOut}</button></form>`
      }
    </div>
  </details>`;
}

/** Opened by a script once the session is over. It signs in beside the page, which keeps what was typed. */
function expiredDialog({ locale }: View): Markup {
  const t = texts.in(locale);
  return html`<dialog id="expired" aria-labelledby="expired-title">
    <h2 id="expired-title">${t.expired}</h2>
    <p>${t.expiredHow}</p>
    <div data-sign-in></div>
  </dialog>`;
}
