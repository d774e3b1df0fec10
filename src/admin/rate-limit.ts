import { getConnInfo } from "@hono/node-server/conninfo";
import type { MiddlewareHandler } from "hono";
import { roleFor } from "./access.ts";
import { problem } from "./problem.ts";

/** Changes that one token may make at once; and one more each second. */
const burst = 60;
const refillMs = 1_000;
const maxBuckets = 1_000;

/** Nobody is ever told to wait before stopping something. */
const kills =
  /^\/(?:api\/kill|kill|kill\/undo|api\/flags\/[^/]+\/kill|api\/rollouts\/[^/]+\/actions\/(?:rollback|pause|abort))$/;

/** Handlers declare with each delivery what they did; it changes nothing of what is decided. */
const declaring = "/api/effects";

/** Limits changes per token, or per peer where there are no tokens; what only reads is never limited. */
export function limitWrites(now: () => number): MiddlewareHandler {
  const take = createTake(now);
  return async (c, next) => {
    const { path } = c.req;
    if (roleFor(c) === "read" || kills.test(path) || path === declaring) return next();
    const token = c.get("token") ?? null;
    const waitMs = take(token === null ? `peer ${getConnInfo(c).remote.address ?? ""}` : `token ${token.name}`);
    if (waitMs === 0) return next();
    const seconds = Math.ceil(waitMs / 1000);
    c.header("retry-after", String(seconds));
    const limit = `${burst} changes at once and one more each second`;
    return problem(c, 429, `More than ${limit}: try again in ${seconds} s, or change several flags in one write`);
  };
}

/** Takes one from somebody's bucket: 0, or the milliseconds until there is one to take. */
function createTake(now: () => number): (whose: string) => number {
  /** The one used last is last. */
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return (whose) => {
    const at = now();
    const bucket = buckets.get(whose) ?? { left: burst, at };
    // A clock that is set back fills nothing.
    const left = Math.min(burst, bucket.left + Math.max(0, at - bucket.at) / refillMs);
    const taken = left >= 1;
    buckets.delete(whose);
    buckets.set(whose, { left: taken ? left - 1 : left, at });
    for (const oldest of buckets.keys()) {
      if (buckets.size <= maxBuckets) break;
      buckets.delete(oldest);
    }
    return taken ? 0 : (1 - left) * refillMs;
  };
}
