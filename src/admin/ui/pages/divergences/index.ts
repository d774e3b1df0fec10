import { html } from "hono/html";
import { createTriageNow } from "../../../calls/triage.ts";
import type { AdminDeps } from "../../../deps.ts";
import { rulesTouching } from "../../../touching.ts";
import { noticePage } from "../../notice.ts";
import type { Page, Shown, Site, View } from "../../page.ts";
import { sentence } from "../../sentence.ts";
import { examplesSection } from "./examples.ts";
import { fieldsSection } from "./fields.ts";
import { filterOf, wantedFolds, type ToldGroup } from "./filter.ts";
import { factsSection, groupHead, suggestionSection } from "./group.ts";
import { groupTexts, ignoreTexts } from "./group-texts.ts";
import { firstDraft, ignorePage } from "./ignore.ts";
import { filterForm, listSection } from "./list.ts";
import { removeRule, sendRule } from "./save-rule.ts";
import { divergencesTexts } from "./texts.ts";
import { rulesSection } from "./touching.ts";
import { markVersion, sayTriage, triageSection, type TriageDraft } from "./triage.ts";

/** As many as an archive tells apart: filters look at all of them, a page shows a few. */
const maxGroups = 10_000;

export const divergencesPage: Page = {
  menu: { path: "/divergences", word: (locale) => divergencesTexts.in(locale).title },
  add(site, deps) {
    const reads = createReads(deps);
    addList(site, deps, reads);
    addGroup(site, deps, reads);
    addIgnore(site, deps, reads);
  },
};

type Reads = ReturnType<typeof createReads>;

function addList(site: Site, deps: AdminDeps, reads: Reads): void {
  const list = site.live("/live/divergences", ["counts", "stored", "clock"], async (view) => {
    const filter = filterOf(view);
    return listSection(view, filter, wantedFolds(await reads.all(view), filter));
  });
  site.show("/divergences", async (view) => {
    const t = divergencesTexts.in(view.locale);
    const groups = await reads.all(view);
    const kinds = [...new Set(groups.map(({ item_kind: kind }) => kind))].toSorted();
    const routes = deps.routes().map(({ name }) => name);
    return {
      title: t.title,
      body: html`<div>
          <h1>${t.title}</h1>
          <p class="muted">${t.lead}</p>
        </div>
        ${filterForm(view, filterOf(view), { routes, kinds })} ${await list(view)}`,
    };
  });
}

function gone(view: View): Shown {
  return noticePage(view, { status: 404, text: groupTexts.in(view.locale).gone });
}

function addGroup(site: Site, deps: AdminDeps, reads: Reads): void {
  const facts = site.live("/live/divergences/:signature", ["counts", "stored", "clock"], async (view) => {
    const group = await reads.group(view.param("signature"));
    return group === null ? html`` : factsSection(view, group);
  });
  const groupPage = async (view: View, group: ToldGroup, changes: Partial<Changes> = {}): Promise<Shown> => {
    const { draft = null, status = 200 } = changes;
    const [{ records }, rules, groups] = await Promise.all([
      reads.whole(group),
      rulesTouching(deps, group),
      reads.all(view),
    ]);
    const route = deps.routes().find(({ name }) => name === group.route) ?? null;
    const alike = groups.filter((one) => one.route === group.route && one.item_kind === group.item_kind);
    const triage = triageSection(view, { group, version: markVersion(deps, group.signature), draft });
    return {
      title: sentence(view, group),
      status,
      body: html`${groupHead(view, group)} ${draft === null ? null : triage} ${await facts(view)}
      ${suggestionSection(view, group)} ${examplesSection(view, { group, records, route })}
      ${draft === null ? triage : null} ${rulesSection(view, group, rules)} ${fieldsSection(view, group, alike)}`,
    };
  };
  site.show("/divergences/:signature", async (view) => {
    const group = await reads.group(view.param("signature"));
    return group === null ? gone(view) : groupPage(view, group);
  });
  site.act("/divergences/:signature/triage", "operate", async (view, form, sender) => {
    const group = await reads.group(view.param("signature"));
    if (group === null) return gone(view);
    const done = await sayTriage(deps, { view, form, sender, group });
    return "to" in done ? done : groupPage(view, group, done);
  });
  site.file("/divergences/:signature/export.json", async (view) => {
    const group = await reads.group(view.param("signature"));
    if (group === null) return gone(view);
    const text = `${JSON.stringify(await reads.whole(group), null, 2)}\n`;
    return { name: `divergence-${group.signature}.json`, type: "application/json", text };
  });
}

function addIgnore(site: Site, deps: AdminDeps, reads: Reads): void {
  site.show("/divergences/:signature/ignore", async (view) => {
    const group = await reads.group(view.param("signature"));
    if (group === null) return gone(view);
    const draft = firstDraft(view, group);
    return {
      title: ignoreTexts.in(view.locale).title,
      body: ignorePage(view, { group, draft, wrong: [], preview: null, isStale: false }),
    };
  });
  site.act("/divergences/:signature/ignore", "operate", async (view, form, sender) => {
    const group = await reads.group(view.param("signature"));
    return group === null ? gone(view) : sendRule(deps, { view, form, sender, group });
  });
  site.act("/divergences/:signature/rules/remove", "operate", async (view, form, sender) => {
    const group = await reads.group(view.param("signature"));
    if (group === null) return gone(view);
    const done = await removeRule(deps, { view, form, sender, group });
    return typeof done === "string" ? noticePage(view, { status: 503, text: done }) : done;
  });
}

interface Changes {
  /** What somebody sent that was not taken. */
  readonly draft: TriageDraft;
  readonly status: 400 | 409 | 503;
}

function createReads(deps: Pick<AdminDeps, "account" | "flags" | "now">) {
  const triage = createTriageNow(deps);
  const all = async (): Promise<readonly ToldGroup[]> => {
    const { groups } = await (await deps.account()).groups({ offset: 0, limit: maxGroups });
    return groups.map((group) => ({ ...group, triage: triage(group) }));
  };
  /** What is around the list and the list itself are of one reading. */
  const readFor = new WeakMap<View, ReturnType<typeof all>>();
  return {
    async group(signature: string): Promise<ToldGroup | null> {
      const group = await (await deps.account()).group(signature);
      return group && { ...group, triage: triage(group) };
    },
    all(view: View): ReturnType<typeof all> {
      const reading = readFor.get(view) ?? all();
      readFor.set(view, reading);
      return reading;
    },
    /** With the records of its examples. */
    async whole(group: ToldGroup) {
      const account = await deps.account();
      const records = await Promise.all(group.examples.map((id) => account.exchange(id)));
      return { ...group, records: records.filter((record) => record !== null) };
    },
  };
}
