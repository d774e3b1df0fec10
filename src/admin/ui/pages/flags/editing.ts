import { asIs, say } from "../../../../lib/sentence.ts";
import { html } from "hono/html";
import { isFlagKey, NAME, unsetFlag, blankDefinition } from "../../../../flags/index.ts";
import type { AdminDeps, FlagEntry } from "../../../deps.ts";
import { entryOf, flagsNow } from "../../../in-force.ts";
import type { Form, Moved, Sender, Shown, Site, View } from "../../page.ts";
import { change, type Outcome } from "./change.ts";
import { changeTexts } from "./change-texts.ts";
import { unknownFlag } from "./flag.ts";
import { flagForm } from "./flag-form.ts";
import { formTexts } from "./form-texts.ts";
import { holdOn } from "./hold.ts";
import { outcomePlace } from "./outcome.ts";
import { editsOf, shownIn, typedIn, typedOf } from "./typed.ts";

/** A flag is made, or changed, by the same form. */
export function addEditing(site: Site, deps: AdminDeps): void {
  site.show("/flags-new", (view) => formPage(view, deps, { entry: null, form: null, outcome: null }));
  site.act("/flags-new", "operate", (view, form, sender) => save(view, deps, { entry: null, form, sender }));
  site.show("/flags/:key/edit", (view) => {
    const entry = entryOf(flagsNow(deps), deps.keyOf(view.param("key")));
    return entry === null ? unknownFlag(view) : formPage(view, deps, { entry, form: null, outcome: null });
  });
  site.act("/flags/:key/edit", "operate", async (view, form, sender) => {
    const entry = entryOf(flagsNow(deps), deps.keyOf(view.param("key")));
    return entry === null ? unknownFlag(view) : save(view, deps, { entry, form, sender });
  });
}

interface Sent {
  /** null: it is to be made. */
  readonly entry: FlagEntry | null;
  readonly form: Form;
  readonly sender: Sender;
}

async function save(view: View, deps: AdminDeps, { entry, form, sender }: Sent): Promise<Moved | Shown> {
  const key = entry?.flag.key ?? deps.keyOf(form.text("key"));
  const outcome = await outcomeOf(view, deps, { key, entry, form, sender });
  if (outcome.kind === "done") {
    return { to: `/flags/${encodeURIComponent(key)}`, said: changeTexts.in(view.locale).saved(key) };
  }
  // A script keeps the form as it is, with what was pasted into it: it takes only what came of it.
  if (sender.keeps) return { title: key, body: outcomePlace(view, outcome, { routes: deps.routes(), form }) };
  return { ...formPage(view, deps, { entry, form, outcome }), status: outcome.kind === "conflict" ? 409 : 200 };
}

async function outcomeOf(view: View, deps: AdminDeps, sent: Sent & { readonly key: string }): Promise<Outcome> {
  const { key, entry, form, sender } = sent;
  if (entry === null && !isFlagKey(key))
    return { kind: "invalid", problems: [say(`key must be ${NAME}`, `a chave deve ter ${NAME}`)] };
  if (entry === null && entryOf(flagsNow(deps), key) !== null) {
    return { kind: "invalid", problems: [asIs(formTexts.in(view.locale).exists)] };
  }
  const read = editsOf(view, key, form);
  if (!read.ok) return { kind: "invalid", problems: read.problems.map(asIs) };
  const version = Number(form.text("now") || form.text("version"));
  const expect = { flags: { [key]: Number.isSafeInteger(version) ? version : 0 } };
  return change(deps, { edits: read.edits, expect }, { form, sender });
}

interface Formed {
  readonly entry: FlagEntry | null;
  readonly form: Form | null;
  readonly outcome: Outcome | null;
}

function formPage(view: View, deps: AdminDeps, { entry, form, outcome }: Formed): Shown {
  const t = formTexts.in(view.locale);
  const flags = flagsNow(deps);
  const routes = deps.routes();
  const current = typedOf(entry?.flag ?? unsetFlag(blankDefinition(""), ""));
  const title = entry === null ? t.newTitle : t.editTitle(entry.flag.key);
  return {
    title,
    body: html`<h1>${title}</h1>
      ${flagForm(view, {
        entry,
        typed: form === null ? current : typedIn(form),
        shown: form === null ? current : shownIn(form),
        version: form === null ? (entry?.flag.version ?? 0) : Number(form.text("version")) || 0,
        form,
        audiences: [...flags.state.audiences.keys()],
        held: entry !== null && holdOn(entry.flag.key, flags, { routes, nowMs: view.nowMs }) !== null,
        outcome: outcomePlace(view, outcome, { routes, form }),
      })}`,
  };
}
