import { createProfile, http, type Provider } from "../../identify/index.ts";
import type { Profile, Route, Upstream } from "../../model/index.ts";
import { dialog360, meta, simulated } from "../../whatsapp/index.ts";
import type { ProfileName, RouteConfig, UpstreamConfig } from "../config/index.ts";

const providers: Readonly<Record<ProfileName, Provider>> = { meta, "360dialog": dialog360, simulated, http };

/** Resolves a route once, at start. */
export function routeOf(config: RouteConfig): Route {
  const { shopper, profile, legacy, candidate, twin, ...rest } = config;
  return {
    ...rest,
    profile: createProfile(providers[profile], { extractors: shopper.from, aliases: shopper.aliases }),
    legacy: upstreamOf(legacy),
    candidate: candidate === null ? null : upstreamOf(candidate),
    twin: twin === null ? null : upstreamOf(twin),
  };
}

function upstreamOf({ url, ...rest }: UpstreamConfig): Upstream {
  return { ...rest, url: new URL(url) };
}

/** Whatever no route matches: to legacy, untouched, making no items. */
export function unmatchedRoute(first: Route): Route {
  const profile: Profile = {
    name: "none",
    makesItems: () => false,
    identify: () => ({ items: [], mixed: false }),
  };
  return { ...first, name: "unmatched", path: "/", profile, candidate: null, twin: null, handshake: "legacy" };
}
