import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import type { KnownRollout } from "../../../rollouts.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { createPath } from "./create.ts";
import { factsOf, isDue } from "./facts.ts";
import { rolloutTexts } from "./texts.ts";
import { track } from "./track.ts";
import { waitsFor } from "./waiting.ts";
import { statusBadge } from "./words.ts";

const perPage = 10;
const waitsShown = 3;

/** Rollouts by their names, those that are under way first. */
export async function rolloutList(
  view: View,
  deps: Pick<AdminDeps, "rollouts" | "flags" | "environment">,
): Promise<Markup> {
  const t = rolloutTexts.in(view.locale);
  const { rollouts } = deps;
  const sorted = rollouts
    .known()
    .toSorted((one, other) => rank(one) - rank(other) || other.updatedAt.localeCompare(one.updatedAt));
  const pages = Math.max(1, Math.ceil(sorted.length / perPage));
  const asked = Number(view.query("page"));
  const page = Number.isInteger(asked) ? Math.min(pages, Math.max(1, asked)) : 1;
  const shown = sorted.slice((page - 1) * perPage, page * perPage);
  const unreadable = rollouts.unreadable();
  const leader = rollouts.leader();
  return html`${unreadable.length === 0 ? null : html`<p class="wrong">${t.unreadable(unreadable.join(", "))}</p>`}
    ${
      sorted.length === 0
        ? html`<section class="card empty">
            <h2>${t.none}</h2>
            <p>${t.noneHow}</p>
            ${view.may("operate") ? html`<p><a class="button primary" href="${createPath}">${t.create}</a></p>` : null}
          </section>`
        : await Promise.all(shown.map((known) => rolloutCard(view, known, deps)))
    }
    ${
      pages === 1
        ? null
        : html`<ul class="choices">
            ${Array.from({ length: pages }, (_, at) =>
              at + 1 === page
                ? html`<li><a href="/rollouts?page=${at + 1}" aria-current="page">${view.format.count(at + 1)}</a></li>`
                : html`<li><a href="/rollouts?page=${at + 1}">${view.format.count(at + 1)}</a></li>`,
            )}
          </ul>`
    }
    <p class="muted">${leader === null ? t.leaderless : t.leads(leader)}</p>`;
}

/** What runs, what may be started, what is over. */
function rank({ rollout: { status } }: KnownRollout): number {
  switch (status.name) {
    case "running":
    case "paused":
    case "error-paused":
      return 0;
    case "rolled-back":
      return 1;
    case "draft":
    case "pending":
    case "ready":
      return 2;
    default:
      return 3;
  }
}

async function rolloutCard(
  view: View,
  known: KnownRollout,
  deps: Pick<AdminDeps, "rollouts" | "flags" | "environment">,
): Promise<Markup> {
  const t = rolloutTexts.in(view.locale);
  const facts = await factsOf(known, deps, 1);
  const { rollout, progress, environment } = facts;
  const { id, plan, status } = rollout;
  const waits = waitsFor(view, facts);
  return html`<section class="card" aria-labelledby="rollout-${id}">
    <div class="head">
      <h2 id="rollout-${id}"><a href="/rollouts/${encodeURIComponent(id)}">${id}</a></h2>
      <span>
        ${statusBadge(view, status.name)}
        ${plan.mode === "observe" ? html`<span class="badge">${t.observes}</span>` : null}
        ${isDue(facts) ? html`<span class="badge severity-major">${t.decisionDue}</span>` : null}
      </span>
    </div>
    <p class="muted">
      <code>${plan.flag}</code>${"since" in status ? html` · ${t.since} ${view.format.time(status.since)}` : null}
    </p>
    ${track(view, { rollout, environment, runningMs: progress?.runningMs ?? null })}
    ${
      waits.length === 0
        ? null
        : html`<p>${t.waitsFor}: ${waits.slice(0, waitsShown).join("; ")}${waits.length > waitsShown ? " …" : ""}</p>`
    }
  </section>`;
}
