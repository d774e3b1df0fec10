import { html } from "hono/html";
import type { AuditEntry } from "../../../../registry/index.ts";
import type { AdminDeps, FlagEntry } from "../../../deps.ts";
import { entryOf, flagsNow } from "../../../in-force.ts";
import { changesBetween, changesTable } from "../../changes.ts";
import { sentenceOf } from "../../../problem.ts";
import { noticePage } from "../../notice.ts";
import type { Form, Sender, Shown, Site, View } from "../../page.ts";
import { answered, askPage, type Sent } from "./ask.ts";
import { change, type Outcome, type Wanted } from "./change.ts";
import { changeTexts } from "./change-texts.ts";
import { turnOffForm, unknownFlag } from "./flag.ts";
import { entryHead } from "./history.ts";
import { said } from "../../parts.ts";
import { historyTexts } from "./history-texts.ts";
import { holdOn } from "./hold.ts";
import { revertOf } from "./revert.ts";
import { flagsTexts } from "./texts.ts";

/** Turning a flag off, deleting it, and putting back what was. */
export function addFlagChanges(site: Site, deps: AdminDeps): void {
  addTurningOff(site, deps);
  addDeleting(site, deps);
  addReverting(site, deps);
}

function found(view: View, deps: AdminDeps): FlagEntry | null {
  return entryOf(flagsNow(deps), deps.keyOf(view.param("key")));
}

/** As `POST /api/flags/KEY/kill`: nothing is in its way, not even a reason that is missing. */
function addTurningOff(site: Site, deps: AdminDeps): void {
  site.show("/flags/:key/off", (view) => {
    const entry = found(view, deps);
    if (entry === null) return unknownFlag(view);
    const { key } = entry.flag;
    return {
      title: flagsTexts.in(view.locale).turnOffAsk(key),
      body: html`<section class="card narrow">${turnOffForm(view, key, "turn-off-page")}</section>`,
    };
  });
  site.act("/flags/:key/off", "operate", async (view, form, { actor }) => {
    const key = deps.keyOf(view.param("key"));
    const reason = form.text("reason").slice(0, 1_000);
    const edits = [{ kind: "kill", key }] as const;
    const answer = await deps.write({ edits, actor, reason: reason === "" ? null : reason, expect: {} });
    if (answer.kind === "written" || answer.kind === "unchanged") {
      return { to: `/flags/${encodeURIComponent(key)}`, said: changeTexts.in(view.locale).saved(key) };
    }
    if (answer.kind === "unknown") return unknownFlag(view);
    const why = "why" in answer ? said(view, sentenceOf(answer)) : changeTexts.in(view.locale).refused;
    return noticePage(view, { status: 503, text: why });
  });
}

function addDeleting(site: Site, deps: AdminDeps): void {
  const page = (view: View, entry: FlagEntry, sent: Sent | null): Shown => {
    const t = flagsTexts.in(view.locale);
    const { key } = entry.flag;
    return askPage(view, deps, {
      ...asOf(view, deps, entry),
      sent,
      title: t.removeAsk(key),
      path: `/flags/${encodeURIComponent(key)}/delete`,
      label: t.remove,
      body: html`<p>${t.removeMeans}</p>`,
    });
  };
  const wantedOf = ({ flag }: FlagEntry): Wanted["edits"] => [{ kind: "remove", key: flag.key }];
  site.show("/flags/:key/delete", (view) => {
    const entry = found(view, deps);
    return entry === null ? unknownFlag(view) : page(view, entry, null);
  });
  site.act("/flags/:key/delete", "operate", async (view, form, sender) => {
    const entry = found(view, deps);
    if (entry === null) return unknownFlag(view);
    const { key } = entry.flag;
    const outcome = await seen(deps, { entry, edits: wantedOf(entry) }, { form, sender });
    const to = entryOf(flagsNow(deps), key) === null ? "/flags" : `/flags/${encodeURIComponent(key)}`;
    if (outcome.kind === "done") return { to, said: changeTexts.in(view.locale).gone(key) };
    return answered(view, deps, { sent: { form, sender, outcome }, page: (sent) => page(view, entry, sent) });
  });
}

function addReverting(site: Site, deps: AdminDeps): void {
  const lookUp = async (view: View): Promise<{ readonly entry: FlagEntry; readonly of: AuditEntry } | Shown> => {
    const entry = found(view, deps);
    if (entry === null) return unknownFlag(view);
    const seq = /^\d{1,15}$/.test(view.param("seq")) ? Number(view.param("seq")) : 0;
    const filter = { subject: entry.flag.key, beforeSeq: seq + 1, limit: 1 };
    const [of] = await deps.audit(filter).catch(() => []);
    if (of?.seq === seq && of.action.startsWith("flag-")) return { entry, of };
    return noticePage(view, { status: 404, text: historyTexts.in(view.locale).gone });
  };
  const page = (view: View, { entry, of, sent }: Reverted): Shown => {
    const t = historyTexts.in(view.locale);
    const { key } = entry.flag;
    const { stays } = revertOf(of, entry, deps.flags(of.version - 1));
    return askPage(view, deps, {
      ...asOf(view, deps, entry),
      sent,
      title: t.revertTitle(key),
      path: `/flags/${encodeURIComponent(key)}/revert/${of.seq}`,
      label: t.revertSave,
      body: html`<p>${t.revertMeans}</p>
        ${entryHead(view, of)} ${changesTable(view, changesBetween(view, of.before, of.after), t.change)}
        ${stays.length === 0 ? null : html`<p class="note">${t.stays(stays.join(", "))}</p>`}`,
    });
  };
  site.show("/flags/:key/revert/:seq", async (view) => {
    const looked = await lookUp(view);
    return "body" in looked ? looked : page(view, { ...looked, sent: null });
  });
  site.act("/flags/:key/revert/:seq", "operate", async (view, form, sender) => {
    const looked = await lookUp(view);
    if ("body" in looked) return looked;
    const { entry, of } = looked;
    const { edits } = revertOf(of, entry, deps.flags(of.version - 1));
    const outcome = await seen(deps, { entry, edits }, { form, sender });
    const { key } = entry.flag;
    if (outcome.kind === "done") {
      const to = entryOf(flagsNow(deps), key) === null ? "/flags" : `/flags/${encodeURIComponent(key)}`;
      return { to, said: changeTexts.in(view.locale).saved(key) };
    }
    const again = (sent: Sent): Shown => page(view, { entry, of, sent });
    return answered(view, deps, { sent: { form, sender, outcome }, page: again });
  });
}

interface Reverted {
  readonly entry: FlagEntry;
  readonly of: AuditEntry;
  readonly sent: Sent | null;
}

/** Of the version that the page showed. */
function seen(
  deps: AdminDeps,
  { entry, edits }: { readonly entry: FlagEntry; readonly edits: Wanted["edits"] },
  by: { readonly form: Form; readonly sender: Sender },
): Promise<Outcome> {
  const version = Number(by.form.text("now") || by.form.text("version"));
  return change(deps, { edits, expect: { flags: { [entry.flag.key]: version } } }, by);
}

/** Where the question leads back to, and what holds the flag. */
function asOf(view: View, deps: AdminDeps, { flag: { key, version } }: FlagEntry) {
  const held = holdOn(key, flagsNow(deps), { routes: deps.routes(), nowMs: view.nowMs }) !== null;
  return { back: `/flags/${encodeURIComponent(key)}`, version, held };
}
