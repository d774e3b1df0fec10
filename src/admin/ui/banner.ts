import { html } from "hono/html";
import type { AdminDeps, Ailment, FlagsInForce, InstanceEntry, RouteEntry } from "../deps.ts";
import { flagsNow } from "../in-force.ts";
import { formToken } from "./form.ts";
import type { Markup } from "./markup.ts";
import { otherModes } from "./modes.ts";
import { modeBadge, said } from "./parts.ts";
import type { View } from "./page.ts";
import { texts } from "./texts.ts";

type Deps = Pick<AdminDeps, "routes" | "killed" | "instances" | "ailing" | "flags">;

/** On every page: what answers, on which route; the way back; what is not as it should be. */
export function banner(view: View, deps: Deps): Markup {
  const killed = deps.killed();
  const lines = deps.ailing();
  const stale = !flagsNow(deps).store.up;
  return html`<div class="banner ${killed ? "killed" : ""}">
      ${killed ? killedPart(view, deps.instances()) : routesPart(view, deps)}
    </div>
    ${lines.length === 0 ? null : degradedPart(view, lines, stale)}`;
}

/** So many routes are named each; more are counted by mode. */
const mostNamed = 3;

function routesPart(view: View, deps: Pick<AdminDeps, "routes" | "flags">): Markup {
  const t = texts.in(view.locale);
  const routes = deps.routes();
  const flags = flagsNow(deps);
  return html`<div class="routes">
      <h2 class="visually-hidden">${t.modes}</h2>
      ${routes.length <= mostNamed ? routeList(view, routes, flags) : byMode(view, routes, flags)}
    </div>
    ${view.may("operate") ? html`<a class="button danger" href="/kill" data-dialog="kill">${t.kill}</a>` : null}
    ${view.may("operate") ? killDialog(view) : null}`;
}

function routeList(view: View, routes: readonly RouteEntry[], flags: FlagsInForce): Markup {
  const t = texts.in(view.locale);
  return html`<ul class="modes">
    ${routes.map(
      (route) =>
        html`<li>
          <span class="route">${route.name}</span> ${modeBadge(route.mode)}
          <span class="who">${route.mode === "cutover" ? t.candidateAnswers : t.legacyAnswers}</span>
          ${otherModes(view, flags, route)}
        </li>`,
    )}
  </ul>`;
}

function byMode(view: View, routes: readonly RouteEntry[], flags: FlagsInForce): Markup {
  const t = texts.in(view.locale);
  const modes = Map.groupBy(routes, ({ mode }) => mode);
  return html`<details>
    <summary>
      ${t.routes(view.format.count(routes.length))}
      <ul class="modes">
        ${[...modes].map(([mode, all]) => html`<li>${view.format.count(all.length)} × ${modeBadge(mode)}</li>`)}
      </ul>
    </summary>
    ${routeList(view, routes, flags)}
  </details>`;
}

function killedPart(view: View, instances: readonly InstanceEntry[]): Markup {
  const t = texts.in(view.locale);
  const { format } = view;
  const on = instances.filter(({ killed }) => killed === true).length;
  const all = instances.length;
  const isEverywhere = on === all;
  const text = !isEverywhere
    ? t.killedOnSome(format.count(on), format.count(all))
    : all === 1
      ? t.killedOnOne
      : t.killedOnAll(format.count(all));
  return html`<div class="routes">
      <h2>${isEverywhere ? t.killed : t.killing}</h2>
      <p>${text} ${t.undoHow}</p>
      ${all === 1 ? null : instanceList(view, instances)}
    </div>
    ${
      view.may("operate")
        ? html`<form method="post" action="/kill/undo">${formToken()}<button>${t.undo}</button></form>`
        : null
    }`;
}

function instanceList(view: View, instances: readonly InstanceEntry[]): Markup {
  const t = texts.in(view.locale);
  const word = ({ killed }: InstanceEntry): string =>
    killed === null ? t.instanceSilent : killed ? t.instanceOn : t.instanceOff;
  return html`<ul class="instances" aria-label="${t.instances}">
    ${instances.map(
      (instance) =>
        html`<li>
          <code>${instance.name}</code>${instance.own ? html` (${t.thisInstance})` : null}
          <strong class="state-${instance.killed === null ? "silent" : instance.killed ? "on" : "off"}"
            >${word(instance)}</strong
          >
        </li>`,
    )}
  </ul>`;
}

function degradedPart(view: View, lines: readonly Ailment[], stale: boolean): Markup {
  const t = texts.in(view.locale);
  return html`<details class="notice degraded">
    <summary>${t.degraded(view.format.count(lines.length))}</summary>
    <ul>
      ${lines.map((line) => html`<li>${said(view, line)}</li>`)}
    </ul>
    ${stale ? html`<p>${t.storeStale}</p>` : null}
  </details>`;
}

/** What the button asks, once. Without a script the page of the same question does. */
function killDialog(view: View): Markup {
  return html`<dialog id="kill" aria-labelledby="kill-title" data-kept>${killForm(view, "kill-title")}</dialog>`;
}

export function killForm(view: View, titleId: string): Markup {
  const t = texts.in(view.locale);
  return html`<form method="post" action="/kill" class="stack">
    ${formToken()}
    <h2 id="${titleId}">${t.killAsk}</h2>
    <p>${t.killMeans}</p>
    <label>${t.reason} <input name="reason" maxlength="1000" autocomplete="off" /><small>${t.reasonHelp}</small></label>
    <div class="row">
      <button class="danger">${t.kill}</button>
      <a class="button" href="/" data-close>${t.cancel}</a>
    </div>
  </form>`;
}
