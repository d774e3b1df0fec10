import { isIPv4 } from "node:net";
import { getCookie } from "hono/cookie";
import type { Context, MiddlewareHandler } from "hono";
import type { Access, Role } from "./deps.ts";
import { problem } from "./problem.ts";
import type { Sessions } from "./sessions.ts";
import { createBearerOf, may } from "./tokens.ts";

export const sessionCookie = "sombra_session";
/** Open to all: load balancers have no token, and nobody has one before signing in. */
const open = /^\/(?:healthz|readyz|sign-in|preferences|assets\/.*)$/;
/** Not pages: their own programs call them. */
export const calls = /^\/(?:api|ofrep|feature-flags|rollout)\//;
const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Who may call (SPEC 5), in this order: a name that is ours in `Host` (DNS rebinding), a token where there are any, its
 * roles, and for changes no page of another site.
 */
export function guard({ tokens, hosts }: Access, sessions: Sessions): MiddlewareHandler {
  const known = new Set(hosts.map(bareName));
  const bearerOf = createBearerOf(tokens);
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!isOurs(host, known)) {
      return problem(c, 421, "Host is neither a loopback name nor the configured admin host");
    }
    if (tokens.length > 0) {
      const bearer = bearerOf(c.req);
      const session = bearer === null ? sessions.read(getCookie(c, sessionCookie)) : null;
      const token = bearer ?? session?.token ?? null;
      c.set("token", token);
      c.set("session", session);
      const isOpen = open.test(c.req.path);
      if (token === null && !isOpen) return unknown(c);
      const role = roleFor(c);
      if (token !== null && !isOpen && !may(token, role)) {
        return problem(c, 403, `This call needs the role ${role}: the token has it not`, { role });
      }
      // A browser shows its cookie with whatever it sends: forms of ours bear more, which pages check themselves.
      if (session !== null && !reading.has(c.req.method) && calls.test(c.req.path)) {
        const given = c.req.header("x-form-token") ?? "";
        if (!sessions.isFormToken(given, session.token.name)) {
          return problem(c, 403, "A change by a session needs x-form-token, as pages have it: or send a bearer token");
        }
      }
    }
    if (!reading.has(c.req.method) && isCrossSite(c, host)) {
      return problem(c, 403, "Changes are refused when they come from a page of another site");
    }
    return next();
  };
}

/** A person is led to the page that asks for a token, and from there back; a program is told what to send. */
function unknown(c: Context): Response {
  const isPage = (c.req.header("accept") ?? "").includes("text/html") && c.req.header("hx-request") === undefined;
  if (isPage && !calls.test(c.req.path)) {
    const from = reading.has(c.req.method) ? c.req.url : (c.req.header("referer") ?? "");
    const { pathname, search } = URL.parse(from) ?? { pathname: "/", search: "" };
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  c.header("www-authenticate", 'Bearer realm="sombra"');
  return problem(c, 401, "Send a token as Authorization: Bearer, such as that of SOMBRA_ADMIN_TOKEN");
}

/** To say yes or no to the next step of a rollout takes another role than to run it: by its call, and on its page. */
const approving = /^(?:\/api\/rollouts\/[^/]+\/actions|\/rollouts\/[^/]+)\/(?:approve|reject)$/;
/** A POST that changes nothing of what is shared. */
const own = new Set(["/sign-in", "/sign-out", "/preferences"]);

/** A page that asks what flags and lists say of somebody, whose id belongs in no address. */
const asking = /^\/(?:flags\/[^/]+\/explain|audiences\/[^/]+\/has)$/;

/** What a call needs; `operate` is needed for every other change. An evaluation reads, although it is a POST. */
export function roleFor(c: Context): Role {
  if (approving.test(c.req.path)) return reading.has(c.req.method) ? "read" : "approve";
  const reads =
    reading.has(c.req.method) || c.req.path.startsWith("/ofrep/") || own.has(c.req.path) || asking.test(c.req.path);
  return reads ? "read" : "operate";
}

/** Name and optional port; nothing else is a `Host`. */
const hostForm = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::\d{0,5})?$/i;

function isOurs(host: string, known: ReadonlySet<string>): boolean {
  const [, name] = hostForm.exec(host) ?? [];
  if (name === undefined) return false;
  const bare = bareName(name);
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127.")) || known.has(bare);
}

function bareName(name: string): string {
  return name.replace(/^\[(.*)\]$/, "$1").toLowerCase();
}

/** Browsers send `Sec-Fetch-Site` to loopback and HTTPS, `Origin` with changes everywhere; tools send neither. */
function isCrossSite(c: Context, host: string): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = c.req.header("origin");
  return origin !== undefined && URL.parse(origin)?.host !== URL.parse(`http://${host}`)?.host;
}
