import { recorded } from "../../parts.ts";
import { html } from "hono/html";
import type { AuditEntry, AuditFilter } from "../../../../registry/index.ts";
import { auditFilterOf } from "../../../calls/audit.ts";
import type { AdminDeps } from "../../../deps.ts";
import { whyOf } from "../../../problem.ts";
import type { Markup } from "../../markup.ts";
import { noticePage } from "../../notice.ts";
import type { Page, View } from "../../page.ts";
import { entryList, filterForm, pager } from "./entries.ts";
import { auditTexts } from "./texts.ts";

const shown = 25;
/** Of one file; `next` in it says where to go on. */
const exported = 10_000;
const pageSize = 1_000;

/** Who changed what: filtered, checked, exported. */
export const auditPage: Page = {
  menu: { path: "/audit", word: (locale) => auditTexts.in(locale).title },
  add(site, deps) {
    site.fragment("/audit/check", (view) => checkAnswer(view, deps));
    site.file("/audit/export", async (view) => {
      const filter = filterOf(view);
      if (filter === null) return noticePage(view, { status: 404, text: auditTexts.in(view.locale).badFilter });
      try {
        return {
          name: "sombra-audit.json",
          type: "application/json",
          text: JSON.stringify(await exportOf(deps, filter)),
        };
      } catch (error) {
        return noticePage(view, {
          status: 503,
          text: html`${auditTexts.in(view.locale).away}: ${recorded(whyOf(error))}`,
        });
      }
    });
    site.show("/audit", async (view) => {
      const t = auditTexts.in(view.locale);
      const filter = filterOf(view);
      const asked = view.query("check") === "run" ? await checkAnswer(view, deps) : null;
      return {
        title: t.title,
        status: filter === null ? 400 : 200,
        body: html`<div class="head">
            <h1>${t.title}</h1>
            <div class="row actions">
              <a
                class="button"
                role="button"
                href="/audit?check=run"
                hx-get="/audit/check"
                hx-target="#audit-check"
                hx-indicator="#audit-checking"
                >${t.check}</a
              >
              <a class="button" href="/audit/export?${queryOf(view)}">${t.export}</a>
            </div>
          </div>
          <p class="muted">${t.about}</p>
          <p id="audit-checking" class="waiting" role="status">${t.checking}</p>
          <div id="audit-check" role="status">${asked}</div>
          ${filterForm(view)}
          ${filter === null ? html`<p class="wrong">${t.badFilter}</p>` : await entriesPart(view, deps, filter)}`,
      };
    });
  },
};

/** What the page was asked for, without its place in the pages. */
function queryOf(view: View): string {
  const query = new URLSearchParams(view.search);
  for (const name of ["before_seq", "check", "limit"]) query.delete(name);
  return query.toString();
}

function filterOf(view: View): AuditFilter | null {
  const read = auditFilterOf((name) => {
    const text = view.query(name).trim();
    return text === "" || name === "limit" ? undefined : text;
  });
  return read.ok ? read.filter : null;
}

async function entriesPart(view: View, deps: Pick<AdminDeps, "audit">, filter: AuditFilter): Promise<Markup> {
  try {
    const entries = await deps.audit({ ...filter, limit: shown });
    const last = entries.length === shown ? entries.at(-1)?.seq : undefined;
    return await html`${entryList(view, entries)}
    ${pager(view, queryOf(view), last !== undefined && last > 1 ? last : null)}`;
  } catch (error) {
    return html`<p class="wrong">${auditTexts.in(view.locale).away}: ${recorded(whyOf(error))}</p>`;
  }
}

async function exportOf(deps: Pick<AdminDeps, "audit">, filter: AuditFilter) {
  const entries: AuditEntry[] = [];
  for (;;) {
    const beforeSeq = entries.at(-1)?.seq ?? filter.beforeSeq;
    const page = await deps.audit({ ...filter, beforeSeq, limit: pageSize });
    entries.push(...page);
    const oldest = page.length === pageSize ? (page.at(-1)?.seq ?? 1) : 1;
    if (oldest === 1 || entries.length >= exported) return { entries, next: oldest === 1 ? null : oldest };
  }
}

async function checkAnswer(view: View, deps: Pick<AdminDeps, "checkAudit">): Promise<Markup> {
  const t = auditTexts.in(view.locale);
  const { count } = view.format;
  try {
    const { entries, brokenAt } = await deps.checkAudit();
    if (brokenAt === null) return await html`<p class="notice good">✓ ${t.holds(count(entries))}</p>`;
    return await html`<p class="wrong">✕ ${t.broken(count(brokenAt), count(entries))}</p>`;
  } catch (error) {
    return html`<p class="wrong">${t.away}: ${recorded(whyOf(error))}</p>`;
  }
}
