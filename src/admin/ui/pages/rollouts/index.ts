import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import { createOrders } from "../../../idempotency.ts";
import { whyOf } from "../../../problem.ts";
import type { Markup } from "../../markup.ts";
import { noticePage } from "../../notice.ts";
import type { Page, Shown, Site, View } from "../../page.ts";
import { texts } from "../../texts.ts";
import { carryOut } from "./act.ts";
import { askForm, type Sent } from "./ask-form.ts";
import { askBar } from "./ask-bar.ts";
import { asks, isPossible, roleOf, type Ask } from "./asks.ts";
import { askTexts } from "./ask-texts.ts";
import { checkpointTexts } from "./checkpoint-texts.ts";
import { checkpointsPage } from "./checkpoints-page.ts";
import { checkpointsSection, checkpointsShown } from "./checkpoints.ts";
import { createPage, createPath, planSent } from "./create.ts";
import { factsOf, knownRollout, type Facts } from "./facts.ts";
import { gatesSection } from "./gates.ts";
import { gateTexts } from "./gate-texts.ts";
import { groupsAway, groupsSection } from "./groups.ts";
import { groupsTexts } from "./groups-texts.ts";
import { rolloutList } from "./list.ts";
import { logAway, logSection, whoWords } from "./log.ts";
import { peopleSection, prechecksSection } from "./people.ts";
import { planSections, proceduresSection, reportsSection } from "./plan.ts";
import { planTexts } from "./plan-texts.ts";
import { recordTexts } from "./record-texts.ts";
import { simulatePage, simulateSent } from "./simulate.ts";
import { standingSection } from "./standing.ts";
import { rolloutTexts } from "./texts.ts";
import { statusBadge } from "./words.ts";

type Parts = Readonly<Record<"list" | "now" | "groups" | "log", (view: View) => Promise<Markup> | Markup>>;

export const rolloutsPage: Page = {
  menu: { path: "/rollouts", word: (locale) => rolloutTexts.in(locale).title },
  add(site, deps) {
    const parts: Parts = {
      list: site.live("/live/rollouts", ["stored", "clock"], (view) => rolloutList(view, deps)),
      now: site.live("/live/rollouts/:id", ["stored", "health", "clock"], (view) => nowParts(view, deps)),
      groups: site.live("/live/rollouts/:id/groups", ["stored", "clock"], (view) => bothSides(view, deps)),
      log: site.live("/live/rollouts/:id/log", ["stored"], (view) => recordParts(view, deps)),
    };
    site.show("/rollouts", (view) => listPage(view, parts));
    addCreate(site, deps);
    addAsks(site, deps);
    addSimulate(site, deps);
    site.show("/rollouts/:id/checkpoints", (view) =>
      withRollout(view, deps, (facts) => checkpointsPage(view, facts, deps)),
    );
    site.show("/rollouts/:id", (view) => withRollout(view, deps, (facts) => onePage(view, facts, parts)));
  },
};

async function listPage(view: View, { list }: Parts): Promise<Shown> {
  const t = rolloutTexts.in(view.locale);
  return {
    title: t.title,
    body: html`<div class="head">
        <h1>${t.title}</h1>
        ${view.may("operate") ? html`<a class="button primary" href="${createPath}">${t.create}</a>` : null}
      </div>
      <p class="muted">${t.about}</p>
      ${await list(view)}`,
  };
}

async function onePage(view: View, { rollout }: Facts, parts: Parts): Promise<Shown> {
  const t = rolloutTexts.in(view.locale);
  const { id, plan } = rollout;
  return {
    title: id,
    body: html`<p class="crumbs"><a href="/rollouts">${t.back}</a></p>
      ${jumps(view)} ${await parts.now(view)} ${await parts.groups(view)} ${await parts.log(view)}
      ${planSections(view, plan, { itemsPerHour: null, unsaid: [] })}
      <div class="columns">${proceduresSection(view, plan)} ${reportsSection(view, id)}</div>`,
  };
}

/** The page is long: what is on it. */
function jumps({ locale }: View): Markup {
  const places = [
    ["standing", rolloutTexts.in(locale).standing],
    ["gates", gateTexts.in(locale).gates],
    ["checkpoints", checkpointTexts.in(locale).checkpoints],
    ["both", groupsTexts.in(locale).both],
    ["log", recordTexts.in(locale).log],
    ["plan", planTexts.in(locale).plan],
    ["procedures", planTexts.in(locale).procedures],
    ["reports", rolloutTexts.in(locale).reports],
  ] as const;
  return html`<nav class="jumps" aria-label="${rolloutTexts.in(locale).onPage}">
    <ul class="choices">
      ${places.map(([id, word]) => html`<li><a href="#${id}">${word}</a></li>`)}
    </ul>
  </nav>`;
}

/** What changes while somebody looks: where it stands, its gates, its checkpoints, and what may be done. */
async function nowParts(view: View, deps: AdminDeps): Promise<Markup> {
  const known = knownRollout(deps, view.param("id"));
  if (known === null) return gone(view);
  const facts = await factsOf(known, deps, checkpointsShown + 1);
  const { rollout, gates, last, progress, checkpoints } = facts;
  return html`${head(view, facts)} ${standingSection(view, facts)}
  ${gatesSection(view, { gates, results: last?.gates ?? [], runningMs: progress?.runningMs ?? null })}
  ${checkpointsSection(view, rollout.id, checkpoints)}`;
}

function head(view: View, facts: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const { id, plan, status, startedBy } = facts.rollout;
  return html`<div class="rollout-head">
    <div>
      <h1>${id} ${statusBadge(view, status.name)}</h1>
      <p class="muted">
        <code>${plan.flag}</code>${plan.author === "" ? null : html` · ${t.author} ${plan.author}`}${
          startedBy === null ? null : html` · ${t.startedBy} ${whoWords(view, startedBy)}`
        }
      </p>
      ${plan.mode === "observe" ? html`<p><span class="badge">${t.observes}</span> ${t.observesWhat}</p>` : null}
    </div>
    ${askBar(view, facts)}
  </div>`;
}

async function bothSides(view: View, deps: AdminDeps): Promise<Markup> {
  const known = knownRollout(deps, view.param("id"));
  if (known === null) return html``;
  try {
    return await groupsSection(view, await deps.rollouts.groups(known.rollout));
  } catch (error) {
    return groupsAway(view, whyOf(error));
  }
}

/** What people said, and the decision log: of the audit, which changes with what is stored. */
async function recordParts(view: View, deps: AdminDeps): Promise<Markup> {
  const known = knownRollout(deps, view.param("id"));
  if (known === null) return html``;
  const facts = await factsOf(known, deps, 1);
  try {
    const report = await deps.rollouts.report(known.rollout, { kind: "before", phase: null });
    return await html`${prechecksSection(view, facts, report)} ${peopleSection(view, facts)} ${logSection(view, report)}`;
  } catch (error) {
    return html`${peopleSection(view, facts)} ${logAway(view, whyOf(error))}`;
  }
}

function gone(view: View): Markup {
  return html`<p class="wrong">${rolloutTexts.in(view.locale).unknown}</p>`;
}

function addCreate(site: Site, deps: AdminDeps): void {
  const once = createOrders(deps.rollouts);
  const flag = (): string => deps.routes()[0]?.flags.enabled ?? "FLAG";
  site.show(createPath, (view) => (view.may("operate") ? createPage(view, flag()) : refused(view, "operate")));
  site.act(createPath, "operate", (view, form, sender) => planSent(view, form, { sender, deps, once }));
}

function addSimulate(site: Site, deps: AdminDeps): void {
  const path = "/rollouts/:id/simulate";
  site.show(path, (view) =>
    view.may("operate") ? withRollout(view, deps, (facts) => simulatePage(view, facts)) : refused(view, "operate"),
  );
  site.act(path, "operate", (view, form) =>
    withRollout(view, deps, (facts) => simulateSent(view, form, { facts, deps })),
  );
}

/** Each order has a page that asks before it, and a form that goes to the same address. */
function addAsks(site: Site, deps: AdminDeps): void {
  const once = createOrders(deps.rollouts);
  for (const ask of asks) {
    const role = roleOf(ask);
    site.show(`/rollouts/:id/${ask}`, (view) =>
      view.may(role)
        ? withRollout(view, deps, (facts) => askPage(view, ask, { facts, sent: null }))
        : refused(view, role),
    );
    site.act(`/rollouts/:id/${ask}`, role, async (view, form, sender) => {
      const known = knownRollout(deps, view.param("id"));
      if (known === null) return noticePage(view, { status: 404, text: rolloutTexts.in(view.locale).unknown });
      const facts = await factsOf(known, deps, 1);
      const done = await carryOut(view, ask, { facts, form, sender, deps, once });
      if (done.kind === "done") return done.moved;
      const { said, status } = done;
      return { ...askPage(view, ask, { facts, sent: { form, wrong: said } }), status };
    });
  }
}

function askPage(view: View, ask: Ask, { facts, sent }: { readonly facts: Facts; readonly sent: Sent | null }): Shown {
  const t = askTexts.in(view.locale);
  const { id } = facts.rollout;
  if (sent === null && !isPossible(facts, ask)) {
    return {
      title: t[ask],
      status: 409,
      body: html`<section class="card narrow">
        <h1>${t[ask]}</h1>
        <p>${t.notNow}</p>
        <p><a href="/rollouts/${encodeURIComponent(id)}">${id}</a></p>
      </section>`,
    };
  }
  return { title: t[ask], body: html`<section class="card narrow">${askForm(view, ask, facts, sent)}</section>` };
}

function refused(view: View, role: string): Shown {
  return noticePage(view, { status: 403, text: texts.in(view.locale).needsRole(role) });
}

async function withRollout(
  view: View,
  deps: AdminDeps,
  show: (facts: Facts) => Promise<Shown> | Shown,
): Promise<Shown> {
  const known = knownRollout(deps, view.param("id"));
  if (known === null) return noticePage(view, { status: 404, text: rolloutTexts.in(view.locale).unknown });
  return show(await factsOf(known, deps, 1));
}
