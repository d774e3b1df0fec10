import { asIs } from "../../../../lib/sentence.ts";
import { html } from "hono/html";
import type { ShopperTable } from "../../../../flags/index.ts";
import type { AdminDeps } from "../../../deps.ts";
import { flagsNow } from "../../../in-force.ts";
import { noticePage } from "../../notice.ts";
import type { Form, Moved, Page, Sender, Shown, Site, View } from "../../page.ts";
import { answered, askPage, type Sent } from "../flags/ask.ts";
import { change, type Outcome } from "../flags/change.ts";
import { historySection } from "../flags/history.ts";
import { sections } from "../flags/sections.ts";
import { audienceList } from "./list.ts";
import { audienceFacts, importFields, lookUpSection } from "./one.ts";
import { audiencesTexts } from "./texts.ts";
import { importOf } from "./wanted.ts";

/** Stored lists of shoppers: how many, who uses them, imports. Never who is in them. */
export const audiencesPage: Page = {
  menu: null,
  add(site, deps) {
    addList(site, deps);
    addOne(site, deps);
    addImporting(site, deps);
    addDeleting(site, deps);
  },
};

function addList(site: Site, deps: AdminDeps): void {
  const list = site.live("/audiences-live", ["stored"], (view) => audienceList(view, flagsNow(deps)));
  site.show("/audiences", async (view) => {
    const t = audiencesTexts.in(view.locale);
    return {
      title: t.title,
      body: html`<div class="head">
          <h1>${t.title}</h1>
          ${view.may("operate") ? html`<a class="button primary" href="/audiences-new">${t.create}</a>` : null}
        </div>
        <p class="muted">${t.about}</p>
        ${sections(view, "/audiences")} ${await list(view)}`,
    };
  });
}

function tableOf(view: View, deps: AdminDeps): ShopperTable | null {
  return flagsNow(deps).state.audiences.get(view.param("name")) ?? null;
}

function unknown(view: View): Shown {
  return noticePage(view, { status: 404, text: audiencesTexts.in(view.locale).unknown });
}

function addOne(site: Site, deps: AdminDeps): void {
  const page = async (view: View, asked: Form | null): Promise<Shown> => {
    const table = tableOf(view, deps);
    if (table === null) return unknown(view);
    const t = audiencesTexts.in(view.locale);
    const name = view.param("name");
    const path = `/audiences/${encodeURIComponent(name)}`;
    return {
      title: t.one(name),
      body: html`<div class="head">
          <h1>${t.one(name)}</h1>
          ${
            view.may("operate")
              ? html`<div class="row actions">
                  <a class="button primary" href="${path}/import">${t.change}</a>
                  <a class="button" href="${path}/delete">${t.delete}</a>
                </div>`
              : null
          }
        </div>
        ${audienceFacts(view, flagsNow(deps), { name, table })}
        ${lookUpSection(view, name, asked === null ? null : table.has(asked.text("shopper")))}
        ${await historySection(view, name, { deps, path })}`,
    };
  };
  site.show("/audiences/:name", (view) => page(view, null));
  site.act("/audiences/:name/has", "read", (view, form) => page(view, form));
}

function addImporting(site: Site, deps: AdminDeps): void {
  const page = (view: View, name: string | null, sent: Sent | null): Shown => {
    const t = audiencesTexts.in(view.locale);
    return askPage(view, deps, {
      sent,
      title: name === null ? t.create : t.one(name),
      path: name === null ? "/audiences-new" : `/audiences/${encodeURIComponent(name)}/import`,
      label: t.import,
      back: name === null ? "/audiences" : `/audiences/${encodeURIComponent(name)}`,
      version: flagsNow(deps).snapshot.version,
      held: name !== null && isHeld(deps, name),
      body: importFields(view, name, sent?.form ?? null),
    });
  };
  const send = async (view: View, name: string | null, by: Sending): Promise<Moved | Shown> => {
    const wanted = importOf(view, name ?? by.form.text("name"), {
      isNew: name === null,
      form: by.form,
      flags: flagsNow(deps),
    });
    const outcome: Outcome = wanted.ok
      ? await change(deps, { edits: wanted.edits, expect: {} }, by)
      : { kind: "invalid", problems: wanted.problems.map(asIs) };
    if (outcome.kind === "done") {
      const saved = name ?? by.form.text("name");
      return { to: `/audiences/${encodeURIComponent(saved)}`, said: audiencesTexts.in(view.locale).saved(saved) };
    }
    return answered(view, deps, { sent: { ...by, outcome }, page: (sent) => page(view, name, sent) });
  };
  site.show("/audiences-new", (view) => page(view, null, null));
  site.act("/audiences-new", "operate", (view, form, sender) => send(view, null, { form, sender }));
  site.show("/audiences/:name/import", (view) =>
    tableOf(view, deps) === null ? unknown(view) : page(view, view.param("name"), null),
  );
  site.act("/audiences/:name/import", "operate", async (view, form, sender) =>
    tableOf(view, deps) === null ? unknown(view) : send(view, view.param("name"), { form, sender }),
  );
}

interface Sending {
  readonly form: Form;
  readonly sender: Sender;
}

function addDeleting(site: Site, deps: AdminDeps): void {
  const page = (view: View, sent: Sent | null): Shown => {
    const t = audiencesTexts.in(view.locale);
    const name = view.param("name");
    const path = `/audiences/${encodeURIComponent(name)}`;
    return askPage(view, deps, {
      sent,
      title: t.deleteAsk(name),
      path: `${path}/delete`,
      label: t.delete,
      back: path,
      version: flagsNow(deps).snapshot.version,
      held: isHeld(deps, name),
      body: html`<p>${t.deleteMeans}</p>`,
    });
  };
  site.show("/audiences/:name/delete", (view) => (tableOf(view, deps) === null ? unknown(view) : page(view, null)));
  site.act("/audiences/:name/delete", "operate", async (view, form, sender) => {
    const name = view.param("name");
    if (tableOf(view, deps) === null) return unknown(view);
    const edits = [{ kind: "remove-audience", name }] as const;
    const outcome = await change(deps, { edits, expect: {} }, { form, sender });
    if (outcome.kind === "done") return { to: "/audiences", said: audiencesTexts.in(view.locale).deleted(name) };
    return answered(view, deps, { sent: { form, sender, outcome }, page: (sent) => page(view, sent) });
  });
}

/** A flag that names it may be under a rollout: then the glass can be broken. */
function isHeld(deps: AdminDeps, name: string): boolean {
  return flagsNow(deps).entries.some(({ flag }) => flag.audience === name);
}
