import { asIs } from "../../../../lib/sentence.ts";
import { html, raw } from "hono/html";
import { isPercent } from "../../../../flags/index.ts";
import { closedTo, cutoverEdits, isWayOut, type CutoverAim } from "../../../calls/cutover.ts";
import type { AdminDeps, RouteEntry } from "../../../deps.ts";
import { flagsNow } from "../../../in-force.ts";
import type { Markup } from "../../markup.ts";
import { noticePage } from "../../notice.ts";
import type { Form, Sender, Shown, Site, View } from "../../page.ts";
import { answered, askPage, type Sent } from "./ask.ts";
import { change, type Outcome } from "./change.ts";
import { cutoverTexts } from "./cutover-texts.ts";
import { holdOn } from "./hold.ts";
import { resultingMode } from "./list.ts";
import { flagsTexts } from "./texts.ts";

/** The share of a route that its candidate answers, by the rules of `POST /api/cutover`. */
export function addCutoverPage(site: Site, deps: AdminDeps): void {
  const routeOf = (view: View): RouteEntry | null =>
    deps.routes().find(({ name, candidate }) => name === view.param("route") && candidate !== null) ?? null;
  const unknown = (view: View): Shown =>
    noticePage(view, { status: 404, text: flagsTexts.in(view.locale).unknownRoute });
  site.show("/flags-cutover/:route", (view) => {
    const route = routeOf(view);
    return route === null ? unknown(view) : cutoverPage(view, deps, { route, sent: null });
  });
  site.act("/flags-cutover/:route", "operate", async (view, form, sender) => {
    const route = routeOf(view);
    if (route === null) return unknown(view);
    const outcome = await outcomeOf(view, deps, { route, form, sender });
    if (outcome.kind === "done") return { to: "/flags", said: cutoverTexts.in(view.locale).saved(route.name) };
    const page = (sent: Sent): Shown => cutoverPage(view, deps, { route, sent });
    return answered(view, deps, { sent: { form, sender, outcome }, page });
  });
}

interface Asked {
  readonly route: RouteEntry;
  readonly form: Form;
  readonly sender: Sender;
}

async function outcomeOf(view: View, deps: AdminDeps, { route, form, sender }: Asked): Promise<Outcome> {
  const percent = Number((form.text("percent") || "–").replace(",", "."));
  const aim = form.text("aim") === "shadow" ? "shadow" : percent;
  if (aim !== "shadow" && !isPercent(aim)) {
    return { kind: "invalid", problems: [asIs(cutoverTexts.in(view.locale).badPercent)] };
  }
  const asked: CutoverAim = { route, aim };
  const closed = closedTo(asked, deps);
  if (closed !== null) return { kind: "refused", why: closed, cutsOver: false };
  // Nothing of what the page showed may have moved: the share is of all flags together.
  const version = Number(form.text("now") || form.text("version"));
  const wanted = { edits: cutoverEdits(asked), expect: { version }, isWayOut: isWayOut(asked, deps) };
  return change(deps, wanted, { form, sender });
}

function cutoverPage(
  view: View,
  deps: AdminDeps,
  { route, sent }: { readonly route: RouteEntry; readonly sent: Sent | null },
): Shown {
  const t = cutoverTexts.in(view.locale);
  const flags = flagsNow(deps);
  return askPage(view, deps, {
    sent,
    title: t.title(route.name),
    path: `/flags-cutover/${encodeURIComponent(route.name)}`,
    label: t.save,
    back: "/flags",
    version: flags.snapshot.version,
    held: holdOn(route.flags.shadow, flags, { routes: deps.routes(), nowMs: view.nowMs }) !== null,
    body: html`<p>${t.about}</p>
      ${resultingMode(view, flags, route)} ${aimFields(view, sent?.form ?? null)}`,
  });
}

function aimFields(view: View, form: Form | null): Markup {
  const t = cutoverTexts.in(view.locale);
  const aim = form?.text("aim") ?? "share";
  const choice = (value: string, word: string): Markup =>
    html`<label class="check"
      ><input type="radio" name="aim" value="${value}" ${value === aim ? raw("checked") : ""} />${word}</label
    >`;
  return html`<fieldset>
    <legend>${t.aim}</legend>
    ${choice("share", t.toShare)}
    <label class="short"
      >${t.percent} <input name="percent" value="${form?.text("percent") ?? ""}" inputmode="decimal" autocomplete="off"
    /></label>
    ${choice("shadow", t.toShadow)}
  </fieldset>`;
}
