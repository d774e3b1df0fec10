import { createHash, timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Context, MiddlewareHandler } from "hono";
import type { Access } from "./deps.ts";
import { problem } from "./problem.ts";

/** Open to all: load balancers have no token. */
const health = new Set(["/healthz", "/readyz"]);
const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Who may call (SPEC 5), in this order: a name that is ours in `Host` (DNS rebinding), the token where there is one,
 * and for changes no page of another site.
 */
export function guard({ token, hosts }: Access): MiddlewareHandler {
  const known = new Set(hosts.map(bareName));
  const wanted = token === null ? null : digest(token);
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!isOurs(host, known)) {
      return problem(c, 421, "Host is neither a loopback name nor the configured admin host");
    }
    if (wanted !== null && !health.has(c.req.path) && !bears(c, wanted)) {
      c.header("www-authenticate", 'Bearer realm="sombra"');
      return problem(c, 401, "Send the token of SOMBRA_ADMIN_TOKEN as Authorization: Bearer");
    }
    if (!reading.has(c.req.method) && isCrossSite(c, host)) {
      return problem(c, 403, "Changes are refused when they come from a page of another site");
    }
    return next();
  };
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

function bears(c: Context, wanted: Buffer): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? [];
  return given !== undefined && timingSafeEqual(digest(given), wanted);
}

/** Of equal length whatever is given, so that the comparison takes the same time. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Browsers send `Sec-Fetch-Site` to loopback and HTTPS, `Origin` with changes everywhere; tools send neither. */
function isCrossSite(c: Context, host: string): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = c.req.header("origin");
  return origin !== undefined && URL.parse(origin)?.host !== URL.parse(`http://${host}`)?.host;
}
