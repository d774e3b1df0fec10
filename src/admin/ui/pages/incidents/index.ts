import { said } from "../../parts.ts";
import { sentenceOf } from "../../../problem.ts";
import { asIs, say, type Spoken } from "../../../../lib/sentence.ts";
import { html } from "hono/html";
import { documentId, type Problem } from "../../../../flags/index.ts";
import type { AdminDeps } from "../../../deps.ts";
import { incidentOrder, incidentsNow, type SaidIncident } from "../../../incidents.ts";
import type { Markup } from "../../markup.ts";
import { noticePage } from "../../notice.ts";
import type { Form, Moved, Page, Sender, Shown, View } from "../../page.ts";
import { texts } from "../../texts.ts";
import { changeForm, openForm } from "./form.ts";
import { incidentList } from "./list.ts";
import { incidentTexts } from "./texts.ts";

type List = (view: View) => Promise<Markup> | Markup;

export const incidentsPage: Page = {
  menu: { path: "/incidents", word: (locale) => incidentTexts.in(locale).title },
  add(site, deps) {
    const list = site.live("/live/incidents", ["stored"], (view) => incidentList(view, deps));
    site.show("/incidents", (view) => page(view, list, null));
    site.act("/incidents", "operate", (view, form, sender) => open(view, form, { sender, deps, list }));
    for (const closes of [true, false]) {
      const path = `/incidents/:id/${closes ? "close" : "reopen"}`;
      site.show(path, (view) => change(view, deps, { closes, wrong: null }));
      site.act(path, "operate", (view, form, sender) => changed(view, form, { sender, deps, closes }));
    }
  },
};

async function page(
  view: View,
  list: List,
  sent: { readonly form: Form; readonly wrong: Markup } | null,
): Promise<Shown> {
  const t = incidentTexts.in(view.locale);
  const given = (name: string): string => sent?.form.text(name) ?? "";
  return {
    title: t.title,
    body: html`<h1>${t.title}</h1>
      <p class="muted">${t.about}</p>
      ${view.may("operate") ? openForm(view, given, sent?.wrong ?? null) : null} ${await list(view)}`,
  };
}

interface Opening {
  readonly sender: Sender;
  readonly deps: AdminDeps;
  readonly list: List;
}

async function open(view: View, form: Form, { sender, deps, list }: Opening): Promise<Moved | Shown> {
  const t = incidentTexts.in(view.locale);
  const severity = (["critical", "major", "minor"] as const).find((one) => one === form.text("severity"));
  const said = { title: form.text("title"), ...(severity === undefined ? {} : { severity }), ...reasonIn(form) };
  const done = await write(said, { sender, deps, expected: null });
  if (done.kind === "written") return { to: "/incidents", said: t.opened(done.id) };
  return { ...(await page(view, list, { form, wrong: wrongWords(view, done.why) })), status: done.status };
}

interface Changing {
  readonly sender: Sender;
  readonly deps: AdminDeps;
  readonly closes: boolean;
}

async function changed(view: View, form: Form, { sender, deps, closes }: Changing): Promise<Moved | Shown> {
  const t = incidentTexts.in(view.locale);
  const id = view.param("id");
  const version = form.text("version");
  const said = { id, state: closes ? "closed" : "open", ...reasonIn(form) } as const;
  const done = await write(said, { sender, deps, expected: /^\d+$/.test(version) ? Number(version) : null });
  if (done.kind === "written") return { to: "/incidents", said: closes ? t.shut(id) : t.opened(id) };
  const why = done.kind === "moved" ? asIs(t.moved) : done.why;
  return { ...change(view, deps, { closes, wrong: wrongWords(view, why) }), status: done.status };
}

function change(
  view: View,
  deps: AdminDeps,
  { closes, wrong }: { readonly closes: boolean; readonly wrong: Markup | null },
): Shown {
  const t = incidentTexts.in(view.locale);
  if (!view.may("operate")) return noticePage(view, { status: 403, text: texts.in(view.locale).needsRole("operate") });
  const incident = incidentsNow(deps).find(({ id }) => id === view.param("id"));
  if (incident === undefined) return noticePage(view, { status: 404, text: t.unknown });
  const { id, title, version } = incident;
  return {
    title: closes ? t.close : t.reopen,
    body: html`<section class="card narrow">${changeForm(view, { id, title, version, closes }, wrong)}</section>`,
  };
}

type Written =
  | { readonly kind: "written"; readonly id: string }
  | { readonly kind: "moved" | "failed"; readonly why: Spoken; readonly status: 400 | 404 | 409 | 503 };

async function write(
  said: SaidIncident,
  { sender, deps, expected }: { readonly sender: Sender; readonly deps: AdminDeps; readonly expected: number | null },
): Promise<Written> {
  const { actor } = sender;
  const asked = incidentOrder(said, { deps, by: `${actor.kind}:${actor.name}` });
  if (asked.kind === "unknown")
    return { kind: "failed", why: say("there is no such incident", "não existe este incidente"), status: 404 };
  if (asked.kind === "invalid")
    return { kind: "failed", why: { text: asked.problems.map(problemText).join("; ") }, status: 400 };
  const { collection, id, value, reason = null, besides = [] } = asked.order;
  if (value === null) return { kind: "failed", why: say("nothing to write", "nada a gravar"), status: 400 };
  const expect = expected === null ? {} : { documents: { [documentId(collection, id)]: expected } };
  const edits = [{ kind: "document", collection, id, value } as const, ...besides];
  const answer = await deps.write({ edits, actor, reason, expect });
  switch (answer.kind) {
    case "written":
    case "unchanged":
      return { kind: "written", id };
    case "conflict":
      return { kind: "moved", why: asIs(""), status: 409 };
    case "invalid":
      return { kind: "failed", why: { text: answer.problems.map(problemText).join("; ") }, status: 400 };
    case "unknown":
      return { kind: "failed", why: say(`there is no ${answer.subject}`, `não existe ${answer.subject}`), status: 404 };
    case "refused":
      return { kind: "failed", why: sentenceOf(answer), status: 409 };
    case "unavailable":
      return { kind: "failed", why: sentenceOf(answer), status: 503 };
    default:
      return answer satisfies never;
  }
}

function problemText({ where, is, must }: Problem): string {
  return `${where} must be ${must}: it is ${is}`;
}

function wrongWords(view: View, why: Spoken): Markup {
  return html`<p class="wrong" role="alert">${incidentTexts.in(view.locale).wrong}: ${said(view, why)}</p>`;
}

function reasonIn(form: Form): { readonly reason?: string } {
  const reason = form.text("reason");
  return reason === "" ? {} : { reason };
}
