import type { Variables } from "./env.ts";
import type { Findings, Place } from "./errors.ts";
import type { ReadFile, SettingsFile } from "./file.ts";
import type { FileRoute } from "./schema.ts";

/** What routes are made from. */
export interface RouteSources {
  readonly variables: Variables;
  readonly file: SettingsFile;
  readonly readFile: ReadFile;
  readonly findings: Findings;
}

/** Where an option of a route stands. */
export type PlaceOf = (...path: readonly PropertyKey[]) => Place;

/** A route of the file. */
export interface GivenRoute {
  readonly route: FileRoute;
  readonly index: number;
  /** Named "default", or else the first: its flags are those of SPEC 2, and variables win over what the file says of it. */
  readonly primary: boolean;
  readonly placeOf: PlaceOf;
}
