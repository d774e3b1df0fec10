import { html } from "hono/html";
import type { AccountSource } from "../../../../account/index.ts";
import type { AdminDeps } from "../../../deps.ts";
import { flagsNow } from "../../../in-force.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { badge, said } from "../../parts.ts";
import { overviewTexts } from "./texts.ts";

type Deps = Pick<AdminDeps, "flags" | "instances" | "ailing">;

/** What Sombra itself stands on, and what of it is not as it should be, since when. */
export function healthSection(view: View, deps: Deps, source: AccountSource): Markup {
  const t = overviewTexts.in(view.locale);
  const { store, snapshot } = flagsNow(deps);
  const ailing = deps.ailing();
  const instances = deps.instances();
  const state = store.up ? (store.writable ? "ok" : "warn") : "fail";
  const facts: readonly (readonly [string, Markup])[] = [
    [t.store, html`${store.kind} ${badge(state)} <small>${t.flagVersion(String(snapshot.version))}</small>`],
    [t.countsFrom, source === "memory" ? html`${t.ownMemory} ${badge("warn")}` : html`${source} ${badge("ok")}`],
    [t.instances, html`${view.format.count(instances.length)}`],
  ];
  return html`<section class="card" aria-labelledby="health">
    <h2 id="health">${t.health}</h2>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${
      ailing.length === 0
        ? html`<p>${badge("ok")} ${t.nothingDegraded}</p>`
        : html`<ul class="plain ailing">
            ${ailing.map(
              (ailment) =>
                html`<li>
                  ${badge("warn")} <span>${said(view, ailment)}</span>
                  <small>${t.since} ${view.format.time(ailment.sinceMs)}</small>
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}
