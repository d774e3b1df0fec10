import { html } from "hono/html";
import type { AdminDeps, FlagEntry } from "../../../deps.ts";
import { entryOf, flagsNow } from "../../../in-force.ts";
import type { Form, Page, Shown, Site, View } from "../../page.ts";
import { addFlagChanges } from "./changing.ts";
import { addCutoverPage } from "./cutover.ts";
import { addEditing } from "./editing.ts";
import { explained, explainSection } from "./explain.ts";
import { flagActions, flagFacts, unknownFlag } from "./flag.ts";
import { historySection } from "./history.ts";
import { flagList } from "./list.ts";
import { sections } from "./sections.ts";
import { flagsTexts } from "./texts.ts";

/** Flags as they are, what they say of a shopper, who changed them, and every way to change them. */
export const flagsPage: Page = {
  menu: { path: "/flags", word: (locale) => flagsTexts.in(locale).title },
  add(site, deps) {
    addList(site, deps);
    addFlag(site, deps);
    addEditing(site, deps);
    addFlagChanges(site, deps);
    addCutoverPage(site, deps);
  },
};

function addList(site: Site, deps: AdminDeps): void {
  const list = site.live("/flags-live", ["stored"], (view) => flagList(view, flagsNow(deps), deps.routes()));
  site.show("/flags", async (view) => {
    const t = flagsTexts.in(view.locale);
    return {
      title: t.title,
      body: html`<div class="head">
          <h1>${t.title}</h1>
          ${view.may("operate") ? html`<a class="button primary" href="/flags-new">${t.create}</a>` : null}
        </div>
        <p class="muted">${t.about}</p>
        <div class="head">
          ${sections(view, "/flags")}
          <form class="row" action="/flags" role="search">
            <label>${t.find} <input name="q" value="${view.query("q")}" autocomplete="off" spellcheck="false" /></label>
            <button>${t.search}</button>
          </form>
        </div>
        ${await list(view)}`,
    };
  });
}

function addFlag(site: Site, deps: AdminDeps): void {
  const facts = site.live("/flags-live/:key", ["stored"], (view) => {
    const flags = flagsNow(deps);
    const entry = entryOf(flags, deps.keyOf(view.param("key")));
    return entry === null ? html`` : flagFacts(view, entry, { flags, routes: deps.routes() });
  });
  const page = async (view: View, asked: Form | null): Promise<Shown> => {
    const flags = flagsNow(deps);
    const entry: FlagEntry | null = entryOf(flags, deps.keyOf(view.param("key")));
    if (entry === null) return unknownFlag(view);
    const { key } = entry.flag;
    const routes = deps.routes();
    const answer = asked === null ? null : explained(view, asked.text("shopper"), { entry, flags, routes });
    return {
      title: key,
      body: html`<div class="head">
          <h1><code>${key}</code></h1>
          ${flagActions(view, entry, flags)}
        </div>
        ${await facts(view)} ${explainSection(view, key, answer)}
        ${await historySection(view, key, { deps, path: `/flags/${encodeURIComponent(key)}` })}`,
    };
  };
  site.show("/flags/:key", (view) => page(view, null));
  site.act("/flags/:key/explain", "read", (view, form) => page(view, form));
}
