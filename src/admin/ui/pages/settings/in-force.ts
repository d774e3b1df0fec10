import { html, raw } from "hono/html";
import type { SettingEntry } from "../../../deps.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { settingsTexts } from "./texts.ts";

/** Everything that was configured, by what it is of, with where it was said. */
export function inForceSection(view: View, settings: readonly SettingEntry[]): Markup {
  const t = settingsTexts.in(view.locale);
  const { count } = view.format;
  const file = settings.find(({ name }) => name === "SOMBRA_CONFIG")?.value ?? "";
  const given = settings.filter(({ from }) => from !== "default");
  const all = view.query("show") === "all";
  const groups = Map.groupBy(all ? settings : given, ({ name }) => groupOf(view, name));
  const choice = (word: string, path: string, chosen: boolean): Markup =>
    html`<li><a href="${path}" ${chosen ? raw('aria-current="true"') : ""}>${word}</a></li>`;
  return html`<section class="card" aria-labelledby="in-force">
    <div class="head">
      <h2 id="in-force">${t.inForce}</h2>
      <ul class="choices" aria-label="${t.shown}">
        ${choice(t.onlyGiven, "/settings", !all)} ${choice(t.everything, "/settings?show=all", all)}
      </ul>
    </div>
    <p class="muted">${t.given(count(given.length), count(settings.length))}</p>
    ${[...groups].map(([group, entries]) => groupTable(view, group, { entries, file }))}
  </section>`;
}

interface Told {
  readonly entries: readonly SettingEntry[];
  /** As it was named. */
  readonly file: string;
}

function groupTable(view: View, group: string, { entries, file }: Told): Markup {
  const t = settingsTexts.in(view.locale);
  return html`<table class="cards settings">
    <caption>
      ${group}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t.setting}</th>
        <th scope="col">${t.value}</th>
        <th scope="col">${t.from}</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map(
        (entry) =>
          html`<tr>
            <th scope="row" data-label="${t.setting}"><code>${entry.name}</code></th>
            <td data-label="${t.value}"><span>${entry.value}</span></td>
            <td data-label="${t.from}"><span>${originOf(view, entry, file)}</span></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function originOf(view: View, { from, line }: SettingEntry, file: string): Markup {
  const t = settingsTexts.in(view.locale);
  if (from === "env") return html`<strong>${t.variable}</strong>`;
  if (from === "default") return html`<small>${t.byDefault}</small>`;
  return html`<strong>${line === null ? t.file : t.line(file, String(line))}</strong>`;
}

function groupOf(view: View, name: string): string {
  const t = settingsTexts.in(view.locale);
  const [, route] =
    /^routes\.(.+?)\.(?:match|profile|legacy|candidate|twin|flags|maxBody|fallback|mixed|settle|handshake|preserve|public|trust|shopper|compare|versions)/.exec(
      name,
    ) ?? [];
  if (route !== undefined) return t.route(route);
  if (name.startsWith("egress.")) return t.egress;
  return /^(?:legacy|candidate)\./.test(name) ? t.everyRoute : t.sombra;
}
