import { html } from "hono/html";
import type { AuditEntry } from "../../../../registry/index.ts";
import type { AdminDeps } from "../../../deps.ts";
import { changesBetween, changesTable } from "../../changes.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { historyTexts } from "./history-texts.ts";

const shown = 10;

/** Who changed it, the newest first, page by page. `path`: of the page; each change of a flag can be put back. */
export async function historySection(
  view: View,
  key: string,
  { deps, path }: { readonly deps: Pick<AdminDeps, "audit">; readonly path: string },
): Promise<Markup> {
  const t = historyTexts.in(view.locale);
  const before = /^\d{1,15}$/.test(view.query("before")) ? Number(view.query("before")) : null;
  const filter = { subject: key, limit: shown, ...(before === null || before === 0 ? {} : { beforeSeq: before }) };
  const entries = await deps.audit(filter).catch(() => null);
  const last = entries?.length === shown ? entries.at(-1) : undefined;
  return html`<section class="card" id="history" aria-labelledby="history-title">
    <h2 id="history-title">${t.history}</h2>
    ${
      entries === null
        ? html`<p class="wrong">${t.away}</p>`
        : entries.length === 0
          ? html`<p class="muted">${t.none}</p>`
          : html`<ol class="plain history">
              ${entries.map((entry) => historyItem(view, entry, `${path}/revert/${entry.seq}`))}
            </ol>`
    }
    ${last === undefined ? null : html`<p><a class="button" href="${path}?before=${last.seq}#history">${t.older}</a></p>`}
  </section>`;
}

function historyItem(view: View, entry: AuditEntry, revert: string): Markup {
  const t = historyTexts.in(view.locale);
  const isOfFlag = entry.action.startsWith("flag-");
  return html`<li>
    <div class="head">
      ${entryHead(view, entry)}
      ${
        !isOfFlag || !view.may("operate")
          ? null
          : html`<a class="button" href="${revert}" aria-label="${t.revertLabel(String(entry.seq))}">${t.revert}</a>`
      }
    </div>
    ${changesTable(view, changesBetween(view, entry.before, entry.after), `${t.change} ${entry.seq}`)}
  </li>`;
}

/** What was done, who did it, when and why. */
export function entryHead(view: View, { actor, at, action, reason }: AuditEntry): Markup {
  const t = historyTexts.in(view.locale);
  return html`<p>
    <span class="badge">${action}</span> <strong lang="">${actor.name}</strong> <small>${actor.kind}</small> ·
    <small>${view.format.time(at)}</small><br />
    ${reason === null || reason === "" ? html`<small>${t.noReason}</small>` : html`<q lang="">${reason}</q>`}
  </p>`;
}
