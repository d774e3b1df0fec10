import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import { incidentsNow, isBlocking, type ToldIncident } from "../../../incidents.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { severityBadge, written } from "../../parts.ts";
import { incidentTexts } from "./texts.ts";

const perPage = 20;

export function incidentList(view: View, deps: Pick<AdminDeps, "flags" | "now">): Markup {
  const t = incidentTexts.in(view.locale);
  const all = incidentsNow(deps);
  const open = all.filter(({ state }) => state === "open");
  const closed = all.filter(({ state }) => state === "closed");
  const blocking = all.filter(isBlocking).length;
  return html`${blocking === 0 ? null : html`<p class="notice outcome outcome-red"><strong>${t.blocking(view.format.count(blocking))}</strong></p>`}
    <section class="card" aria-labelledby="open">
      <h2 id="open">${t.open}</h2>
      ${open.length === 0 ? html`<p class="muted">${t.none}</p>` : paged(view, open, "open")}
    </section>
    <section class="card" aria-labelledby="closed">
      <h2 id="closed">${t.closed}</h2>
      ${closed.length === 0 ? html`<p class="muted">${t.noneClosed}</p>` : paged(view, closed, "closed")}
    </section>`;
}

function paged(view: View, incidents: readonly ToldIncident[], name: "open" | "closed"): Markup {
  const pages = Math.max(1, Math.ceil(incidents.length / perPage));
  const asked = Number(view.query(name));
  const page = Number.isInteger(asked) ? Math.min(pages, Math.max(1, asked)) : 1;
  const shown = incidents.slice((page - 1) * perPage, page * perPage);
  return html`${table(view, shown)}
  ${
    pages === 1
      ? null
      : html`<ul class="choices">
          ${Array.from({ length: pages }, (_, at) => {
            const here = at + 1 === page;
            const text = view.format.count(at + 1);
            return here
              ? html`<li><a href="/incidents?${name}=${at + 1}#${name}" aria-current="page">${text}</a></li>`
              : html`<li><a href="/incidents?${name}=${at + 1}#${name}">${text}</a></li>`;
          })}
        </ul>`
  }`;
}

function table(view: View, incidents: readonly ToldIncident[]): Markup {
  const t = incidentTexts.in(view.locale);
  const { time } = view.format;
  return html`<table class="cards">
    <thead>
      <tr>
        <th scope="col">${t.severity}</th>
        <th scope="col">${t.what}</th>
        <th scope="col">${t.openedBy}</th>
        <th scope="col">${t.closedBy}</th>
        <th scope="col"><span class="visually-hidden">${t.close}</span></th>
      </tr>
    </thead>
    <tbody>
      ${incidents.map(
        ({ id, title, severity, state, opened_at: from, opened_by: by, closed_at: to, closed_by: closer }) =>
          html`<tr>
            <td data-label="${t.severity}">${severityBadge(severity)}</td>
            <th scope="row" data-label="${t.what}">
              <span>${written(title)}<br /><small>${id}</small></span>
            </th>
            <td data-label="${t.openedBy}">
              <span>${name(by)}<br /><small>${time(from)}</small></span>
            </td>
            <td data-label="${t.closedBy}">
              ${to === null ? html`<span>–</span>` : html`<span>${name(closer ?? "")}<br /><small>${time(to)}</small></span>`}
            </td>
            <td class="number">
              ${
                view.may("operate")
                  ? html`<a
                      class="button"
                      href="/incidents/${encodeURIComponent(id)}/${state === "open" ? "close" : "reopen"}"
                      data-ask
                      >${state === "open" ? t.close : t.reopen}<span class="visually-hidden"> ${id}</span></a
                    >`
                  : null
              }
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** `token:anna` is `anna`. */
function name(by: string): string {
  return by.slice(by.indexOf(":") + 1);
}
