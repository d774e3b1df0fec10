import { getCookie, setCookie } from "hono/cookie";
import type { Context, Hono } from "hono";
import { pageActorOf } from "../actor.ts";
import type { AdminDeps } from "../deps.ts";
import type { Sessions } from "../sessions.ts";
import { may } from "../tokens.ts";
import { addAssets, codingFor, pack } from "./assets.ts";
import { banner } from "./banner.ts";
import { readForm, withToken } from "./form.ts";
import { createFormat, type Format } from "./format.ts";
import { layout, themes, type Theme } from "./layout.ts";
import { localeOf, preferredLocale, type Locale } from "./locale.ts";
import { marksNow, sealed } from "./marks.ts";
import type { Markup } from "./markup.ts";
import { noticePage } from "./notice.ts";
import type { Moved, Page, Shown, Site, View } from "./page.ts";
import { createRendered, liveRegion } from "./regions.ts";
import { texts } from "./texts.ts";

/** Cookies of ours, besides that of the session. */
export const cookies = { language: "sombra_language", theme: "sombra_theme", said: "sombra_said" } as const;

/** The dashboard as the app answers with it. */
export interface Dashboard {
  readonly site: Site;
  /** The whole page that is sent; `signedIn` false: without banner and menu. */
  readonly page: (c: Context, shown: Shown, made?: Made) => Promise<Response>;
  readonly view: (c: Context) => View;
  /** Where a person looks at a page: what an error says to people. */
  readonly wantsPage: (c: Context) => boolean;
}

/** How a page came about. */
interface Made {
  readonly signedIn?: boolean;
  /** What was in force before it was made, sealed; as it is now where that is not said. */
  readonly seen?: string;
}

export interface SiteDeps {
  readonly deps: AdminDeps;
  readonly sessions: Sessions;
  readonly menu: readonly NonNullable<Page["menu"]>[];
}

const formats: Readonly<Record<Locale, Format>> = { en: createFormat("en"), "pt-BR": createFormat("pt-BR") };
/** Smaller ones fit into a packet as they are. */
const packFromBytes = 1_000;
const saidSeconds = 60;

export function createDashboard(app: Hono, { deps, sessions, menu }: SiteDeps): Dashboard {
  const rendered = createRendered(() => deps.now());
  deps.onFlags(() => rendered.forget(), new AbortController().signal);
  addAssets(app);
  const nameOf = (c: Context): string | null => c.get("token")?.name ?? null;
  const view = (c: Context): View => viewOf(c, deps);
  const send = async (c: Context, page: Markup | string, status: Shown["status"] = 200): Promise<Response> => {
    const text = withToken(String(await page), sessions.formToken(nameOf(c)));
    const coding = codingFor(c);
    c.header("content-type", "text/html; charset=UTF-8");
    c.header("vary", "accept-encoding, accept-language, cookie");
    if (coding === "identity" || text.length < packFromBytes) return c.body(text, status);
    c.header("content-encoding", coding);
    return c.body(new Uint8Array(await pack(Buffer.from(text), coding, 5)), status);
  };
  const seenNow = (): string => sealed(marksNow(deps));
  const page: Dashboard["page"] = async (c, shown, { signedIn = true, seen = seenNow() } = {}) => {
    const said = sessions.unseal(getCookie(c, cookies.said));
    if (said !== null) setCookie(c, cookies.said, "", { path: "/", maxAge: 0 });
    const frame = {
      view: view(c),
      theme: themeOf(c),
      who: signedIn ? nameOf(c) : null,
      endsMs: c.get("session")?.endsMs ?? null,
      menu,
      seen,
      banner: signedIn ? await top({ ...view(c), search: "" }) : null,
      said,
      environment: deps.environment,
      version: deps.version,
    };
    return send(c, layout(frame, shown), shown.status);
  };
  const moved = (c: Context, { to, said }: Moved): Response => {
    if (said !== undefined) {
      setCookie(c, cookies.said, sessions.seal(said), {
        path: "/",
        httpOnly: true,
        sameSite: "Strict",
        maxAge: saidSeconds,
      });
    }
    if (c.req.header("hx-request") !== undefined) {
      c.header("hx-redirect", to);
      return c.body(null, 204);
    }
    // 303: the browser gets the page anew, and a reload does not send again.
    return c.redirect(to, 303);
  };
  const site: Site = {
    show(path, render) {
      app.get(path, async (c) => {
        const seen = seenNow();
        return page(c, await render(view(c)), { seen });
      });
    },
    live(path, topics, render) {
      const part = (of: View): Promise<Markup> => {
        const marks = marksNow(deps);
        const made = topics.map((topic) => marks[topic]).join(" ");
        return rendered.get({ path: filled(path, of), of: made }, of, () => render(of));
      };
      app.get(path, async (c) => send(c, await part(view(c))));
      return async (of) => {
        const address = filled(path, of);
        return liveRegion(of.search === "" ? address : `${address}?${of.search}`, topics, await part(of));
      };
    },
    fragment(path, render) {
      app.get(path, async (c) => send(c, await render(view(c))));
    },
    act(path, role, act) {
      app.post(path, async (c) => {
        const of = view(c);
        const t = texts.in(of.locale);
        const form = await readForm(c);
        const token = c.req.header("x-form-token") ?? form.text("form_token");
        if (!sessions.isFormToken(token, nameOf(c))) return page(c, noticePage(of, { status: 403, text: t.oldForm }));
        if (!of.may(role)) return page(c, noticePage(of, { status: 403, text: t.needsRole(role) }));
        const keeps = c.req.header("hx-request") !== undefined;
        const done = await act(of, form, { actor: pageActorOf(c), from: fromOf(c), keeps });
        rendered.forget();
        if ("to" in done) return moved(c, done);
        // A script takes no error for something to show.
        return keeps ? send(c, done.body) : page(c, done);
      });
    },
    file(path, render) {
      app.get(path, async (c) => {
        const file = await render(view(c));
        if ("body" in file) return page(c, file);
        c.header("content-type", file.type);
        c.header("content-disposition", `attachment; filename="${file.name.replaceAll(/[^\w.-]/g, "_")}"`);
        return c.body(file.text);
      });
    },
  };
  const top = site.live("/live/banner", ["stored", "health"], (of) => banner(of, deps));
  return { site, page, view, wantsPage };
}

/** A browser that opens a page; htmx asks for parts of one, and programs for anything. */
function wantsPage(c: Context): boolean {
  return (c.req.header("accept") ?? "").includes("text/html") && c.req.header("hx-request") === undefined;
}

function viewOf(c: Context, { access, now }: Pick<AdminDeps, "access" | "now">): View {
  const locale = localeOf(getCookie(c, cookies.language)) ?? preferredLocale(c.req.header("accept-language") ?? "");
  const token = c.get("token") ?? null;
  const url = new URL(c.req.url);
  return {
    locale,
    format: formats[locale],
    may: (role) => (token === null ? access.tokens.length === 0 : may(token, role)),
    path: url.pathname,
    param: (name) => c.req.param(name) ?? "",
    query: (name) => url.searchParams.get(name) ?? "",
    search: url.search.slice(1),
    nowMs: now(),
  };
}

function themeOf(c: Context): Theme {
  return themes.find((theme) => theme === getCookie(c, cookies.theme)) ?? "auto";
}

function filled(path: string, view: View): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(view.param(name)));
}

function fromOf(c: Context): string {
  const { pathname, search } = URL.parse(c.req.header("referer") ?? "") ?? { pathname: "/", search: "" };
  return ownPath(pathname + search);
}

/** A path of ours, for where to go on after something: never another site's. */
export function ownPath(path: string): string {
  const url = URL.parse(path, "http://own.invalid");
  return url?.host === "own.invalid" && path.startsWith("/") ? url.pathname + url.search : "/";
}
