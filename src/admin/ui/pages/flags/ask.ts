import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, Moved, Sender, Shown, View } from "../../page.ts";
import type { Outcome } from "./change.ts";
import { outcomePlace, saveRow } from "./outcome.ts";

/** A form that was sent, and what became of it. */
export interface Sent {
  readonly form: Form;
  readonly sender: Sender;
  readonly outcome: Outcome;
}

interface Question {
  /** null: it has not been answered yet. */
  readonly sent: Sent | null;
  readonly title: string;
  readonly path: string;
  readonly label: string;
  readonly back: string;
  /** Of what it is about, as the page shows it. */
  readonly version: number;
  /** A rollout holds it. */
  readonly held: boolean;
  readonly body: Markup;
}

/** A page that asks whether something is meant, with a reason and what it would do. */
export function askPage(view: View, deps: Pick<AdminDeps, "routes">, question: Question): Shown {
  const { sent, title, path, label, back, version, held, body } = question;
  const form = sent?.form ?? null;
  return {
    title,
    body: html`<h1>${title}</h1>
      <form
        method="post"
        action="${path}"
        class="card stack"
        hx-post="${path}"
        hx-target="#outcome"
        hx-select="#outcome"
        hx-swap="outerHTML"
      >
        ${formToken()}<input type="hidden" name="version" value="${form?.text("version") ?? version}" />
        ${body} ${saveRow(view, { reason: form?.text("reason") ?? "", back, glass: held, label })}
        ${outcomePlace(view, sent?.outcome ?? null, { routes: deps.routes(), form })}
      </form>`,
  };
}

/** The page again or, to a script that keeps it, what became of the form. */
export function answered(
  view: View,
  deps: Pick<AdminDeps, "routes">,
  { sent, page }: { readonly sent: Sent; readonly page: (sent: Sent) => Shown },
): Moved | Shown {
  const { form, sender, outcome } = sent;
  if (sender.keeps) return { title: "", body: outcomePlace(view, outcome, { routes: deps.routes(), form }) };
  return { ...page(sent), status: outcome.kind === "conflict" ? 409 : 200 };
}
