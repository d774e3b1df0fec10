import { randomBytes } from "node:crypto";
import { html } from "hono/html";
import type { Context } from "hono";
import type { Markup } from "./markup.ts";
import type { Form } from "./page.ts";

/** Stands in what is rendered for everybody where each reader's own form token is to be; nobody outside can know it. */
const mark = `form-${randomBytes(16).toString("hex")}`;

/** In every form that is sent by POST. Not named `form`, which would hide the form of what is in it from scripts. */
export function formToken(): Markup {
  return html`<input type="hidden" name="form_token" value="${mark}" />`;
}

export interface AskShopper {
  readonly action: string;
  /** Words of the field and the button, and what it does. */
  readonly field: string;
  readonly button: string;
  readonly help: string;
  /** null: nobody asked. */
  readonly answer: Markup | null;
}

/** Asks of a shopper by POST, as a shopper's id is in no address; it comes back in nobody's page either. */
export function askShopper({ action, field, button, help, answer }: AskShopper): Markup {
  return html`<form
      method="post"
      action="${action}"
      class="row"
      hx-post="${action}"
      hx-target="#explained"
      hx-select="#explained"
      hx-swap="outerHTML"
    >
      ${formToken()}<label
        >${field} <input name="shopper" required maxlength="256" autocomplete="off" spellcheck="false" /></label
      ><button>${button}</button>
    </form>
    <p class="muted">${help}</p>
    <div id="explained" role="status">${answer}</div>`;
}

/** A page as it is sent to one reader. */
export function withToken(page: string, token: string): string {
  return page.replaceAll(mark, token);
}

/** What a form sent; nothing where it is no form's. */
export async function readForm(c: Context): Promise<Form> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header("content-type") ?? "");
  const sent = new URLSearchParams(isForm ? await c.req.text() : "");
  return { text: (name) => sent.get(name)?.trim() ?? "", all: (name) => sent.getAll(name) };
}
