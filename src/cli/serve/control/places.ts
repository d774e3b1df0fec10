import type { OtlpOptions } from "../../../telemetry/index.ts";
import type { Config, RouteConfig } from "../../config/index.ts";
import { serverAt } from "../data/call-facts.ts";

type Places = NonNullable<OtlpOptions["routes"]>;

/** Of routes what spans show beside their names. */
export function placesOf({ routes, primary }: Pick<Config, "routes" | "primary">): Places {
  const places = new Map(routes.map((route) => [route.name, placeOf(route)]));
  // What no route matches is passed on to the primary one's legacy.
  const first = places.get(primary);
  if (first !== undefined) places.set("unmatched", first);
  return places;
}

function placeOf({ legacy, candidate, twin, address }: RouteConfig) {
  return {
    // The port itself speaks plain HTTP; whoever stands in front of it may be called otherwise.
    scheme: address.publicUrl === null ? "http" : new URL(address.publicUrl).protocol.slice(0, -1),
    servers: {
      legacy: serverAt(legacy.url),
      ...(candidate === null ? {} : { candidate: serverAt(candidate.url) }),
      ...(twin === null ? {} : { twin: serverAt(twin.url) }),
    },
  };
}
