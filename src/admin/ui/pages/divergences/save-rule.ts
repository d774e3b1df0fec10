import { documentId } from "../../../../flags/index.ts";
import type { AdminDeps } from "../../../deps.ts";
import { documentNow, putDocument } from "../../../documents.ts";
import { previewOf } from "../../../preview.ts";
import type { Form, Moved, Sender, Shown, View } from "../../page.ts";
import type { ToldGroup } from "./filter.ts";
import { groupTexts, ignoreTexts } from "./group-texts.ts";
import { draftOf, ignorePage, ruleOf, type IgnoreShown } from "./ignore.ts";
import { groupPath } from "./words.ts";
import { refusalOf } from "./refusal.ts";

type Deps = Pick<AdminDeps, "rules" | "account" | "flags" | "write" | "now">;

interface Sent {
  readonly view: View;
  readonly form: Form;
  readonly sender: Sender;
  readonly group: ToldGroup;
}

/** Shows what a rule would hide, and saves the one of which that was shown. */
export async function sendRule(deps: Deps, { view, form, sender, group }: Sent): Promise<Moved | Shown> {
  const t = ignoreTexts.in(view.locale);
  const draft = draftOf(form);
  const page = (changes: Partial<IgnoreShown>, status: Shown["status"] = 200): Shown => ({
    title: t.title,
    status,
    body: ignorePage(view, { group, draft, wrong: [], preview: null, isStale: false, ...changes }),
  });
  const written = ruleOf(draft, group);
  const parsed = deps.rules.parse(written);
  if (!parsed.ok) {
    return page({ wrong: parsed.problems.map(({ where, is, must }) => `${where}: ${must} (${is})`) }, 400);
  }
  const { rule } = parsed;
  if (deps.rules.ofFile.some(({ id }) => id === rule.id)) return page({ wrong: [t.ofFile(rule.id)] }, 409);
  if (documentNow(deps, documentId("rule", rule.id)) !== null) return page({ wrong: [t.taken(rule.id)] }, 409);
  const wasShown = form.text("previewed") === JSON.stringify(written);
  if (form.text("do") !== "save" || !wasShown) {
    const account = await deps.account();
    const told = await previewOf({ ...rule, source: "api" }, { ...deps.rules, account, now: deps.now });
    return page({ preview: { of: written, told }, isStale: form.text("do") === "save" });
  }
  const answer = await putDocument(
    deps,
    { collection: "rule", id: rule.id, value: deps.rules.written(rule) },
    { actor: sender.actor, reason: rule.reason, version: 0 },
  );
  if (answer.kind === "written" || answer.kind === "unchanged") {
    return { to: `${groupPath(group)}#rules`, said: t.saved(rule.id) };
  }
  const { status, text } = refusalOf(view.locale, answer);
  return page({ wrong: [answer.kind === "conflict" ? t.taken(rule.id) : text] }, status);
}

/** Takes a rule of the store out again. */
export async function removeRule(deps: Deps, { view, form, sender, group }: Sent): Promise<Moved | string> {
  const id = form.text("id");
  const version = Number(form.text("version"));
  const answer = await putDocument(
    deps,
    { collection: "rule", id, value: null },
    {
      actor: sender.actor,
      reason: form.text("reason").slice(0, 1_000) || null,
      version: Number.isInteger(version) ? version : 0,
    },
  );
  if (answer.kind === "written" || answer.kind === "unchanged") {
    return { to: `${groupPath(group)}#rules`, said: groupTexts.in(view.locale).removed(id) };
  }
  return refusalOf(view.locale, answer).text;
}
