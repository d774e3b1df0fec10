import { hash } from "node:crypto";
import type { Context, Hono } from "hono";
import type { AdminDeps } from "../deps.ts";
import { flagsNow } from "../in-force.ts";
import { readContext, type ContextFault, type OfrepContext } from "../ofrep/context.ts";
import { evaluate, keysOf, type Basis } from "../ofrep/evaluation.ts";
import { createEventStreams, type EventStreamsOptions } from "../ofrep/event-streams.ts";
import { reach, versionOfTag } from "../ofrep/version.ts";
import { givenQuery, resource } from "./resource.ts";

type OfrepDeps = Pick<AdminDeps, "flags" | "keyOf" | "onFlags" | "now">;

const flagsPath = "/ofrep/v1/evaluate/flags";
const eventsPath = "/ofrep/v1/events";

/** No origin: a client puts its own base URL before it. */
const eventStreams = [{ type: "sse", endpoint: { requestUri: eventsPath }, inactivityDelaySec: 120 }];

/**
 * OpenFeature's remote evaluation protocol, OFREP 0.3: Sombra's flags for OpenFeature clients in any language. Its errors
 * have a form of their own. Never 429: clients then ask no flag at all until the time given is over.
 */
export function addOfrep(app: Hono, deps: OfrepDeps, streams?: EventStreamsOptions): void {
  resource(app, flagsPath, { POST: (c) => evaluateAll(c, deps) });
  // Some clients do not encode keys: one with a slash is an unknown flag as well.
  resource(app, `${flagsPath}/:key{.+}`, { POST: (c) => evaluateOne(c, deps) });
  resource(app, eventsPath, { GET: createEventStreams(deps, streams) });
}

async function evaluateOne(c: Context, deps: OfrepDeps): Promise<Response> {
  const name = c.req.param("key") ?? "";
  const read = readContext(await c.req.arrayBuffer());
  if (!read.ok) return refuse(c, { key: name, ...read.fault });
  const basis = await basisOf(deps, read.context);
  const key = deps.keyOf(name);
  if (!basis.snapshot.flags.has(key) && !basis.snapshot.roles.has(key)) {
    return c.json({ key: name, errorCode: "FLAG_NOT_FOUND", errorDetails: "No flag of this key" }, 404);
  }
  return c.json({ ...evaluate(basis, key), key: name });
}

async function evaluateAll(c: Context, deps: OfrepDeps): Promise<Response> {
  const read = readContext(await c.req.arrayBuffer());
  if (!read.ok) return refuse(c, read.fault);
  const [told] = givenQuery(c, "flagConfigEtag");
  await reach(deps, versionOfTag(told ?? "") ?? 0);
  const basis = await basisOf(deps, read.context);
  const body = JSON.stringify({
    flags: keysOf(basis.snapshot).map((key) => evaluate(basis, key)),
    metadata: { ...basis.metadata, killed: basis.snapshot.killed },
    eventStreams,
  });
  const etag = `"${hash("sha256", body, "base64url")}"`;
  c.header("etag", etag);
  if (isAmong(etag, c.req.header("if-none-match"))) return c.body(null, 304);
  return c.body(body, 200, { "content-type": "application/json" });
}

function refuse(c: Context, fault: ContextFault & { readonly key?: string }): Response {
  return c.json(fault, 400);
}

/**
 * A version that is wanted and gone is answered by the one in force, which most often says the same, and `pinned` tells so:
 * an error would have the handler fall back on the default in its code, and do for one shopper what it does for nobody.
 */
async function basisOf(deps: OfrepDeps, { shopper, version }: OfrepContext): Promise<Basis> {
  if (version !== null) await reach(deps, version);
  const wanted = version === null ? null : deps.flags(version);
  const now = flagsNow(deps);
  const { snapshot } = wanted ?? now;
  return {
    snapshot,
    shopper,
    metadata: {
      version: snapshot.version,
      stale: !now.store.up,
      ...(version === null ? {} : { pinned: wanted !== null }),
    },
  };
}

/** Weak comparison (RFC 9110 13.1.2); OFREP's examples have tags without quotes. */
function isAmong(etag: string, given = ""): boolean {
  const bare = (tag: string): string => tag.trim().replaceAll(/^W\/|"/g, "");
  const tags = given.split(",").map(bare);
  return tags.includes("*") || tags.includes(bare(etag));
}
