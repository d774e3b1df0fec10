import { html } from "hono/html";
import type { FlagsInForce } from "../../../deps.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { audiencesTexts } from "./texts.ts";

const shown = 50;

export function audienceList(view: View, flags: FlagsInForce): Markup {
  const t = audiencesTexts.in(view.locale);
  const { count } = view.format;
  const all = [...flags.state.audiences].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const pages = Math.max(1, Math.ceil(all.length / shown));
  const at = Math.min(pages, Math.max(1, Number(view.query("page")) || 1));
  const to = (page: number, word: string): Markup | null =>
    page < 1 || page > pages ? null : html`<a class="button" href="/audiences?page=${page}">${word}</a>`;
  return html`<section class="card" aria-label="${t.title}">
    ${
      all.length === 0
        ? html`<p class="muted">${t.none}</p>`
        : html`<table class="cards even">
            <thead>
              <tr>
                <th scope="col">${t.name}</th>
                <th scope="col" class="number">${t.members}</th>
                <th scope="col">${t.usedBy}</th>
              </tr>
            </thead>
            <tbody>
              ${all.slice((at - 1) * shown, at * shown).map(
                ([name, { size }]) =>
                  html`<tr>
                    <th scope="row" data-label="${t.name}">
                      <a href="/audiences/${encodeURIComponent(name)}"><code>${name}</code></a>
                    </th>
                    <td class="number" data-label="${t.members}">${count(size)}</td>
                    <td data-label="${t.usedBy}">${usedBy(view, flags, name)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${
      pages === 1
        ? null
        : html`<nav class="row" aria-label="${t.page(count(at), count(pages))}">
            ${to(at - 1, t.previous)}<span>${t.page(count(at), count(pages))}</span>${to(at + 1, t.next)}
          </nav>`
    }
  </section>`;
}

const flagsShown = 10;

export function usedBy(view: View, { entries }: Pick<FlagsInForce, "entries">, name: string): Markup {
  const t = audiencesTexts.in(view.locale);
  const keys = entries.filter(({ flag }) => flag.audience === name).map(({ flag }) => flag.key);
  if (keys.length === 0) return html`<span class="muted">${t.nobody}</span>`;
  const more = keys.length - flagsShown;
  return html`<span class="examples"
    >${keys.slice(0, flagsShown).map((key) => html`<a href="/flags/${encodeURIComponent(key)}"><code>${key}</code></a>`)}
    ${more > 0 ? html`+ ${view.format.count(more)}` : null}</span
  >`;
}
