import { html, raw } from "hono/html";
import type { FlagEntry, FlagsInForce, RouteEntry } from "../../../deps.ts";
import { entryOf } from "../../../in-force.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { otherModes } from "../../modes.ts";
import { modeBadge } from "../../parts.ts";
import { holdBadge, holdOn } from "./hold.ts";
import { flagsTexts } from "./texts.ts";
import { sourceMarkup, stateMarkup } from "./words.ts";

const routesShown = 10;
const flagsShown = 50;

const roles = ["enabled", "shadow", "dualRun", "reverseShadow"] as const;

/** The flags of each route with the mode that they make, then all others, page by page. */
export function flagList(view: View, flags: FlagsInForce, routes: readonly RouteEntry[]): Markup {
  const t = flagsTexts.in(view.locale);
  const asked = view.query("q").toLowerCase();
  const ofRoutes = new Set(routes.flatMap((route) => roles.map((role) => route.flags[role])));
  const isAsked = (key: string): boolean => key.toLowerCase().includes(asked);
  const shown = routes.filter((route) => roles.some((role) => isAsked(route.flags[role])));
  const others = flags.entries.filter(({ flag }) => !ofRoutes.has(flag.key) && isAsked(flag.key));
  const pages = Math.max(1, Math.ceil(shown.length / routesShown), Math.ceil(others.length / flagsShown));
  const at = Math.min(pages, Math.max(1, Number(view.query("page")) || 1));
  const slice = <T>(all: readonly T[], size: number): readonly T[] => all.slice((at - 1) * size, at * size);
  return html`${slice(shown, routesShown).map((route) => routeCard(view, flags, { route, routes }))}
    <section class="card" aria-labelledby="others">
      <h2 id="others">${t.otherFlags}</h2>
      ${
        others.length === 0
          ? html`<p class="muted">${t.noOthers}</p>`
          : flagTable(
              view,
              t.otherFlags,
              slice(others, flagsShown).map((entry) => flagRow(view, entry, { flags, routes, role: null })),
            )
      }
    </section>
    ${pages === 1 ? null : pager(view, at, pages)}`;
}

function routeCard(
  view: View,
  flags: FlagsInForce,
  { route, routes }: OfRoutes & { readonly route: RouteEntry },
): Markup {
  const t = flagsTexts.in(view.locale);
  const words = [t.roleEnabled, t.roleShadow, t.roleDualRun, t.roleReverse];
  const rows = roles.map((role, index) => {
    const entry = entryOf(flags, route.flags[role]);
    return entry === null ? null : flagRow(view, entry, { flags, routes, role: words[index] ?? "" });
  });
  const id = `route-${encodeURIComponent(route.name)}`;
  return html`<section class="card" aria-labelledby="${id}">
    <div class="head">
      <h2 id="${id}">${t.routeOf(route.name)}</h2>
      ${
        view.may("operate") && route.candidate !== null
          ? html`<a class="button" href="/flags-cutover/${encodeURIComponent(route.name)}">${t.changeShare}</a>`
          : null
      }
    </div>
    ${resultingMode(view, flags, route)} ${flagTable(view, t.routeOf(route.name), rows, t.role)}
  </section>`;
}

/** What the four come to together. */
export function resultingMode(view: View, flags: Pick<FlagsInForce, "snapshot">, route: RouteEntry): Markup {
  const t = flagsTexts.in(view.locale);
  return html`<p class="result">
    <span>${t.resulting}</span> ${modeBadge(route.mode)} ${otherModes(view, flags, route)}
  </p>`;
}

function flagTable(view: View, label: string, rows: readonly (Markup | null)[], role: string | null = null): Markup {
  const t = flagsTexts.in(view.locale);
  return html`<table class="cards even flags" aria-label="${label}">
    <thead>
      <tr>
        <th scope="col">${t.flag}</th>
        ${role === null ? null : html`<th scope="col">${role}</th>`}
        <th scope="col">${t.says}</th>
        <th scope="col">${t.source}</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

interface OfRoutes {
  readonly routes: readonly RouteEntry[];
}

interface Row extends OfRoutes {
  readonly flags: FlagsInForce;
  /** In words; null: it has none. */
  readonly role: string | null;
}

function flagRow(view: View, entry: FlagEntry, { flags, routes, role }: Row): Markup {
  const t = flagsTexts.in(view.locale);
  const { key, description } = entry.flag;
  const hold = holdOn(key, flags, { routes, nowMs: view.nowMs });
  return html`<tr>
    <th scope="row" data-label="${t.flag}">
      <span
        ><a href="/flags/${encodeURIComponent(key)}"><code>${key}</code></a
        >${description === "" ? null : html`<br /><small>${description}</small>`}${
          hold === null ? null : html`<br />${holdBadge(view, hold)}`
        }</span
      >
    </th>
    ${role === null ? null : html`<td data-label="${t.role}"><span>${role}</span></td>`}
    <td data-label="${t.says}"><span>${stateMarkup(view, entry, flags)}</span></td>
    <td data-label="${t.source}"><span>${sourceMarkup(view, entry)}</span></td>
  </tr>`;
}

function pager(view: View, at: number, pages: number): Markup {
  const t = flagsTexts.in(view.locale);
  const { count } = view.format;
  const to = (page: number, word: string): Markup => {
    const query = new URLSearchParams({
      ...(view.query("q") === "" ? {} : { q: view.query("q") }),
      page: String(page),
    });
    return page < 1 || page > pages
      ? html``
      : html`<a class="button" href="/flags?${raw(query.toString().replaceAll("&", "&amp;"))}">${word}</a>`;
  };
  return html`<nav class="row" aria-label="${t.page(count(at), count(pages))}">
    ${to(at - 1, t.previous)}<span>${t.page(count(at), count(pages))}</span>${to(at + 1, t.next)}
  </nav>`;
}
