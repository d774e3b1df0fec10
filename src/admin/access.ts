import { isIPv4 } from "node:net";
import type { Context, MiddlewareHandler } from "hono";
import type { Access, Role } from "./deps.ts";
import { problem } from "./problem.ts";
import { createBearerOf, may } from "./tokens.ts";

/** Open to all: load balancers have no token. */
const health = new Set(["/healthz", "/readyz"]);
const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Who may call (SPEC 5), in this order: a name that is ours in `Host` (DNS rebinding), a token where there are any, its
 * roles, and for changes no page of another site.
 */
export function guard({ tokens, hosts }: Access): MiddlewareHandler {
  const known = new Set(hosts.map(bareName));
  const bearerOf = createBearerOf(tokens);
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!isOurs(host, known)) {
      return problem(c, 421, "Host is neither a loopback name nor the configured admin host");
    }
    if (tokens.length > 0 && !health.has(c.req.path)) {
      const token = bearerOf(c.req);
      if (token === null) {
        c.header("www-authenticate", 'Bearer realm="sombra"');
        return problem(c, 401, "Send a token as Authorization: Bearer, such as that of SOMBRA_ADMIN_TOKEN");
      }
      const role = roleFor(c);
      if (!may(token, role)) return problem(c, 403, `This call needs the role ${role}: the token has it not`, { role });
      c.set("token", token);
    }
    if (!reading.has(c.req.method) && isCrossSite(c, host)) {
      return problem(c, 403, "Changes are refused when they come from a page of another site");
    }
    return next();
  };
}

/** To say yes or no to the next step of a rollout takes another role than to run it. */
const approving = /^\/api\/rollouts\/[^/]+\/actions\/(?:approve|reject)$/;

/** What a call needs; `operate` is needed for every other change. An evaluation reads, although it is a POST. */
export function roleFor(c: Context): Role {
  if (approving.test(c.req.path)) return reading.has(c.req.method) ? "read" : "approve";
  return reading.has(c.req.method) || c.req.path.startsWith("/ofrep/") ? "read" : "operate";
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
