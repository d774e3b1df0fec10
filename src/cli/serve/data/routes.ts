import { createProfile, http, type AppSecrets, type LearnedAliases, type Provider } from "../../../identify/index.ts";
import type { Identity, Profile, Route, Upstream } from "../../../model/index.ts";
import { providers as whatsapp } from "../../../whatsapp/index.ts";
import type { ProfileName, RouteConfig, UpstreamConfig } from "../../config/index.ts";

const providers: Readonly<Record<ProfileName, Provider>> = { ...whatsapp, http };

/** Resolves a route once, at start. */
export function routeOf(config: RouteConfig, secrets: AppSecrets, learned?: LearnedAliases): Route {
  const { shopper, profile, legacy, candidate, twin, address, ...rest } = config;
  return {
    ...rest,
    profile: createProfile(providers[profile], {
      extractors: shopper.from,
      aliases: shopper.aliases,
      secrets,
      address,
      ...(learned === undefined ? {} : { learned }),
    }),
    legacy: upstreamOf(legacy),
    candidate: candidate === null ? null : upstreamOf(candidate),
    twin: twin === null ? null : { ...upstreamOf(twin), share: twin.share },
  };
}

function upstreamOf({ url, ...rest }: UpstreamConfig): Upstream {
  return { ...rest, url: new URL(url) };
}

const nothing: Identity = { items: [] };

/** Whatever no route matches: to legacy, untouched, making no items. */
export function unmatchedRoute(first: Route): Route {
  const profile: Profile = {
    name: "none",
    makesItems: () => false,
    identify: () => nothing,
    examine: () => ({ kind: "read", identity: nothing, persons: [], candidateHeaders: null }),
    resolve: () => nothing,
    nameless: () => [],
    shopperOf: () => null,
    part: () => null,
  };
  return { ...first, name: "unmatched", path: "/", profile, candidate: null, twin: null, handshake: "legacy" };
}
