import { createProfile, http, type AppSecrets, type Provider } from "../../identify/index.ts";
import type { Identity, Profile, Route, Upstream } from "../../model/index.ts";
import { providers as whatsapp } from "../../whatsapp/index.ts";
import type { ProfileName, RouteConfig, UpstreamConfig } from "../config/index.ts";

const providers: Readonly<Record<ProfileName, Provider>> = { ...whatsapp, http };

/** Resolves a route once, at start. */
export function routeOf(config: RouteConfig, secrets: AppSecrets): Route {
  const { shopper, profile, legacy, candidate, twin, ...rest } = config;
  return {
    ...rest,
    profile: createProfile(providers[profile], { extractors: shopper.from, aliases: shopper.aliases, secrets }),
    legacy: upstreamOf(legacy),
    candidate: candidate === null ? null : upstreamOf(candidate),
    twin: twin === null ? null : upstreamOf(twin),
  };
}

function upstreamOf({ url, ...rest }: UpstreamConfig): Upstream {
  return { ...rest, url: new URL(url) };
}

const nothing: Identity = { items: [], mixed: false };

/** Whatever no route matches: to legacy, untouched, making no items. */
export function unmatchedRoute(first: Route): Route {
  const profile: Profile = {
    name: "none",
    makesItems: () => false,
    identify: () => nothing,
    verify: null,
    examine: () => ({ kind: "read", identity: nothing, candidateHeaders: null }),
  };
  return { ...first, name: "unmatched", path: "/", profile, candidate: null, twin: null, handshake: "legacy" };
}
