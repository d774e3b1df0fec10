import { html } from "hono/html";
import type { FlagEntry, FlagsInForce, RouteEntry } from "../../../deps.ts";
import { listNames } from "../../../in-force.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import { noticePage } from "../../notice.ts";
import type { Shown, View } from "../../page.ts";
import { tile } from "../../parts.ts";
import { texts } from "../../texts.ts";
import { holdBadge, holdOn } from "./hold.ts";
import { resultingMode } from "./list.ts";
import { reasonField } from "./outcome.ts";
import { flagsTexts } from "./texts.ts";
import { sourceMarkup, stateMarkup } from "./words.ts";

/** What a flag says, where from, and what it makes of the routes that ask it. */
export function flagFacts(
  view: View,
  entry: FlagEntry,
  of: { readonly flags: FlagsInForce; readonly routes: readonly RouteEntry[] },
): Markup {
  const t = flagsTexts.in(view.locale);
  const { flags, routes } = of;
  const { flag } = entry;
  const { count } = view.format;
  const hold = holdOn(flag.key, flags, { routes, nowMs: view.nowMs });
  const its = routesOf(flag.key, routes);
  return html`<section class="card" aria-labelledby="facts">
    <h2 id="facts">${t.facts}</h2>
    ${flag.description === "" ? null : html`<p>${flag.description}</p>`}
    ${
      hold === null
        ? null
        : html`<div class="note">
            ${holdBadge(view, hold)}
            <p>${t.underMeans}</p>
          </div>`
    }
    <p class="lead">${stateMarkup(view, entry, flags)}</p>
    <dl class="tiles">
      ${tile(t.source, sourceMarkup(view, entry))}
      ${listNames.map((list) => tile(list, flag[list] === null ? t.noList : count(flag[list].size)))}
      ${flag.audience === null ? null : tile("audience", html`<a href="/audiences/${encodeURIComponent(flag.audience)}">${flag.audience}</a>`)}
    </dl>
    ${settingsPart(view, flag)}
    <p class="muted">
      ${t.updated}:
      ${flag.updatedAt === null ? t.never2 : html`${view.format.time(flag.updatedAt)} ${t.by(flag.updatedBy.replace(/^\w+:/, ""))}`}
    </p>
    ${its.map(
      (route) =>
        html`<div class="route-mode">
          <h3><a href="/flags#route-${encodeURIComponent(route.name)}">${t.routeOf(route.name)}</a></h3>
          ${resultingMode(view, flags, route)}
        </div>`,
    )}
  </section>`;
}

function settingsPart(view: View, { settings }: FlagEntry["flag"]): Markup | null {
  if (Object.keys(settings).length === 0) return null;
  const t = flagsTexts.in(view.locale);
  return html`<details>
    <summary>${t.settings}</summary>
    <pre tabindex="0">${JSON.stringify(settings, null, 2)}</pre>
  </details>`;
}

export function routesOf(key: string, routes: readonly RouteEntry[]): readonly RouteEntry[] {
  return routes.filter(({ flags }) => Object.values(flags).includes(key));
}

/** What may be done to it, as far as the reader may. A shadow or dual-run flag is not turned off by a button: that cuts over. */
export function flagActions(view: View, entry: FlagEntry, { snapshot }: FlagsInForce): Markup | null {
  if (!view.may("operate")) return null;
  const t = flagsTexts.in(view.locale);
  const { key } = entry.flag;
  const path = `/flags/${encodeURIComponent(key)}`;
  const failOn = snapshot.roles.get(key)?.failOn === true;
  const isStored = entry.flag.version > 0;
  return html`<div class="row actions">
    <a class="button primary" href="${path}/edit">${t.edit}</a>
    ${
      failOn || entry.flag.enabled === false
        ? null
        : html`<a class="button danger" href="${path}/off" data-dialog="turn-off">${t.turnOff}</a>
            <dialog id="turn-off" aria-labelledby="turn-off-title">${turnOffForm(view, key, "turn-off-title")}</dialog>`
    }
    ${failOn || !isStored ? null : html`<a class="button" href="${path}/delete">${t.remove}</a>`}
  </div>`;
}

export function turnOffForm(view: View, key: string, titleId: string): Markup {
  const t = flagsTexts.in(view.locale);
  const path = `/flags/${encodeURIComponent(key)}`;
  return html`<form method="post" action="${path}/off" class="stack">
    ${formToken()}
    <h2 id="${titleId}">${t.turnOffAsk(key)}</h2>
    <p>${t.turnOffMeans}</p>
    ${reasonField(view, "")}
    <div class="row">
      <button class="danger">${t.turnOff}</button>
      <a class="button" href="${path}" data-close>${texts.in(view.locale).cancel}</a>
    </div>
  </form>`;
}

export function unknownFlag(view: View): Shown {
  return noticePage(view, { status: 404, text: flagsTexts.in(view.locale).unknownFlag });
}
