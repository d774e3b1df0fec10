import { setCookie } from "hono/cookie";
import { html } from "hono/html";
import type { Context, Hono } from "hono";
import { sessionCookie } from "../../../access.ts";
import type { Token } from "../../../deps.ts";
import type { Sessions } from "../../../sessions.ts";
import { formToken, readForm } from "../../form.ts";
import { themes } from "../../layout.ts";
import { localeOf } from "../../locale.ts";
import { noticePage } from "../../notice.ts";
import type { Shown, View } from "../../page.ts";
import { cookies, ownPath, type Dashboard } from "../../site.ts";
import { texts } from "../../texts.ts";
import { signInTexts } from "./texts.ts";

export interface SignInDeps {
  readonly dashboard: Dashboard;
  readonly sessions: Sessions;
  /** Whose this token is; null: nobody's. */
  readonly tokenOf: (given: string) => Token | null;
  /** Tokens are asked for. */
  readonly asked: boolean;
}

const yearSeconds = 31_536_000;

/** What a browser is before it is anybody's: signing in and out, language and colours. */
export function addSignIn(app: Hono, { dashboard, sessions, tokenOf, asked }: SignInDeps): void {
  const { page, view } = dashboard;
  /** null: the form is ours. */
  const refused = (c: Context, token: string): Promise<Response> | null => {
    if (sessions.isFormToken(token, c.get("token")?.name ?? null)) return null;
    const of = view(c);
    return page(c, noticePage(of, { status: 403, text: texts.in(of.locale).oldForm }), { signedIn: false });
  };
  app.get("/sign-in", async (c) => {
    if (!asked) return c.redirect("/", 303);
    return page(c, signInPage(view(c), view(c).query("next"), null), { signedIn: false });
  });
  app.post("/sign-in", async (c) => {
    const form = await readForm(c);
    const wrong = refused(c, form.text("form_token"));
    if (wrong !== null) return wrong;
    const token = tokenOf(form.text("token"));
    const of = view(c);
    const { unknown } = signInTexts.in(of.locale);
    if (token === null) return page(c, signInPage(of, form.text("next"), unknown), { signedIn: false });
    const { value, endsMs } = sessions.begin(token);
    const maxAge = Math.floor((endsMs - of.nowMs) / 1000);
    setCookie(c, sessionCookie, value, { ...ours, secure: isHttps(c), maxAge });
    return c.redirect(ownPath(form.text("next")), 303);
  });
  app.post("/sign-out", async (c) => {
    const wrong = refused(c, (await readForm(c)).text("form_token"));
    if (wrong !== null) return wrong;
    setCookie(c, sessionCookie, "", { ...ours, secure: isHttps(c), maxAge: 0 });
    return c.redirect("/sign-in", 303);
  });
  app.post("/preferences", async (c) => {
    const form = await readForm(c);
    const wrong = refused(c, form.text("form_token"));
    if (wrong !== null) return wrong;
    const language = localeOf(form.text("language"));
    const theme = themes.find((one) => one === form.text("theme"));
    const kept = { ...ours, secure: isHttps(c), maxAge: yearSeconds };
    if (language !== null) setCookie(c, cookies.language, language, kept);
    if (theme !== undefined) setCookie(c, cookies.theme, theme, kept);
    return c.redirect(ownPath(form.text("next")), 303);
  });
}

const ours = { path: "/", httpOnly: true, sameSite: "Strict" } as const;

/** Ours is plain HTTP; in front of it there may be what is not. A false word of it keeps only its own sender out. */
function isHttps(c: Context): boolean {
  return (c.req.header("x-forwarded-proto") ?? "").split(",")[0]?.trim() === "https";
}

function signInPage({ locale }: View, next: string, problem: string | null): Shown {
  const t = signInTexts.in(locale);
  return {
    title: t.title,
    ...(problem === null ? {} : { status: 403 }),
    body: html`<section class="card narrow">
      <h1>${t.title}</h1>
      <p>${t.about}</p>
      <form method="post" action="/sign-in" class="stack" id="sign-in">
        ${formToken()}<input type="hidden" name="next" value="${ownPath(next)}" />
        ${problem === null ? null : html`<p class="wrong" role="alert">${problem}</p>`}
        <label>${t.token} <input type="password" name="token" required autocomplete="current-password" /></label>
        <div class="row"><button class="primary">${t.enter}</button></div>
      </form>
    </section>`,
  };
}
