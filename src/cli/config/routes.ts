import type { RouteFlags } from "../../model/index.ts";
import type { Findings } from "./errors.ts";
import type { GivenRoute, PlaceOf, RouteSources } from "./given.ts";
import { routeFlags } from "./route-flags.ts";
import type { FileRoute } from "./schema.ts";
import { resolveShopper } from "./shopper.ts";
import { routeSides } from "./sides.ts";
import type { PlacedSides } from "./sides.ts";
import type { ProfileName, RouteConfig } from "./types.ts";

const DEFAULT_NAME = "default";

/** A route, and where what it is made of was given. */
export interface PlacedRoute {
  readonly route: RouteConfig;
  readonly given: FileRoute;
  readonly sides: PlacedSides;
  readonly placeOf: PlaceOf;
}

/** The routes of the file in its order, or the one there is without a file. */
export function resolveRoutes(sources: RouteSources): readonly PlacedRoute[] {
  const all = sources.file.settings.routes;
  const named = all.findIndex(({ name }) => name === DEFAULT_NAME);
  return all.flatMap((route, index) => {
    const primary = index === Math.max(named, 0);
    const placeOf: PlaceOf = (...path) => sources.file.placeOf(["routes", index, ...path]);
    return resolveRoute({ route, index, primary, placeOf }, sources) ?? [];
  });
}

function resolveRoute(given: GivenRoute, sources: RouteSources): PlacedRoute | null {
  const { route, placeOf } = given;
  const { name, flags } = identity(given, sources.findings);
  const sides = routeSides(given, sources);
  const profile = routeProfile(given, sources);
  const shopper = resolveShopper(given, profile, sources);
  if (name === null || flags === null || sides === null) {
    return null;
  }
  const { legacy, candidate, twin } = sides;
  const {
    maxBodyBytes,
    fallback,
    mixedBatch,
    settle,
    handshake,
    preserveHost,
    publicUrl,
    trustForwarded,
    legacyHeaders,
    compare,
    versions,
  } = route;
  const { timeoutMs, keepAliveMs, ...shadow } = sources.file.settings.candidate;
  const timing = { timeoutMs, keepAliveMs };
  return {
    route: {
      name,
      path: route.match.path,
      profile,
      legacy: { url: legacy.url, ...sources.file.settings.legacy },
      candidate: candidate && { url: candidate.url, ...timing },
      twin: twin && { url: twin.url, ...timing, share: route.twinShare },
      flags,
      maxBodyBytes,
      shadow,
      fallback,
      mixedBatch,
      settle,
      handshake,
      preserveHost,
      address: { publicUrl, trustForwarded },
      legacyHeaders,
      shopper,
      // It shows the shopper what it is answered as plain text.
      compare: profile === "twilio" ? { ...compare, textReplies: true } : compare,
      versions,
    },
    given: route,
    sides,
    placeOf,
  };
}

/** The names that a further route cannot do without. */
function identity(
  { route, index, primary, placeOf }: GivenRoute,
  { problems }: Findings,
): { readonly name: string | null; readonly flags: RouteFlags | null } {
  const name = route.name ?? (primary ? DEFAULT_NAME : null);
  const flags = routeFlags(route.flags, primary);
  if (name === null) {
    problems.push({ place: placeOf("name"), text: `routes[${index}].name is missing, must be the name of the route` });
  }
  if (flags === null) {
    const text = `routes[${index}].flags.enabled is missing, must be the flag that switches this route`;
    problems.push({ place: placeOf("flags", "enabled"), text });
  }
  return { name, flags };
}

/** WHATSAPP_PROVIDER wins on the first route, save where that is not WhatsApp; "simulated" wins on every WhatsApp route. */
function routeProfile({ route, primary }: GivenRoute, { variables }: RouteSources): ProfileName {
  const provider = variables.WHATSAPP_PROVIDER;
  if (route.profile === "http") {
    return "http";
  }
  const wins = primary || provider === "simulated";
  return (wins ? (provider ?? route.profile) : (route.profile ?? provider)) ?? "meta";
}
