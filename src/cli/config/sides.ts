import { isWrong, variable } from "./errors.ts";
import type { Place } from "./errors.ts";
import type { GivenRoute, RouteSources } from "./given.ts";

export interface PlacedUrl {
  readonly url: string;
  readonly place: Place;
  /** What is there, for a problem at the place: "" for a variable, else the name of the option. */
  readonly option: string;
}

export interface PlacedSides {
  readonly legacy: PlacedUrl;
  readonly candidate: PlacedUrl | null;
  readonly twin: PlacedUrl | null;
}

const VARIABLES = {
  legacy: "SOMBRA_LEGACY_URL",
  candidate: "SOMBRA_CANDIDATE_URL",
  twin: "SOMBRA_TWIN_URL",
} as const;

/** null: the route has no legacy handler, as the findings say. */
export function routeSides(given: GivenRoute, sources: RouteSources): PlacedSides | null {
  const legacy = side("legacy", given, sources);
  if (legacy !== null) {
    return { legacy, candidate: side("candidate", given, sources), twin: side("twin", given, sources) };
  }
  const { problems } = sources.findings;
  if (isWrong(VARIABLES.legacy, sources.findings)) {
    return null;
  }
  const mustBe = "must be the base URL of the legacy handler";
  problems.push(
    given.primary
      ? { place: variable(VARIABLES.legacy), text: `is not set, ${mustBe}` }
      : { place: given.placeOf("legacy"), text: `routes[${given.index}].legacy is missing, ${mustBe}` },
  );
  return null;
}

/**
 * On the first route the variable wins over the file. A further route takes it where the file leaves both this side and
 * legacy out: a candidate belongs to the legacy handler it is to replace.
 */
function side(
  name: keyof typeof VARIABLES,
  { route, index, primary, placeOf }: GivenRoute,
  { variables, findings }: RouteSources,
): PlacedUrl | null {
  const own = route[name];
  const url = variables[VARIABLES[name]];
  const fromFile =
    own === undefined || own === null ? null : { url: own, place: placeOf(name), option: `routes[${index}].${name}` };
  const fromVariable = url === undefined ? null : { url, place: variable(VARIABLES[name]), option: "" };
  if (!primary) {
    return own === undefined && route.legacy === undefined ? fromVariable : fromFile;
  }
  if (fromVariable !== null && fromFile !== null && fromVariable.url !== fromFile.url) {
    findings.warnings.push(`${VARIABLES[name]} wins over routes[${index}].${name} of the file`);
  }
  return fromVariable ?? fromFile;
}
