import type { Severity } from "../model/index.ts";
import { isObject } from "../lib/exact.ts";
import { type Lifted, rootOf } from "./lift.ts";
import type { Path } from "./path.ts";
import { isPriceName } from "./price.ts";

type Grave = Exclude<Severity, "noise">;

const OK = 200;

function statusClass(status: number): number {
  return Math.floor(status / 100);
}

/**
 * The provider delivers again whatever was not answered with 200: 200 against another changes what happens next. Of two
 * refusals, such as 401 and 403, neither does.
 */
export function severityOfStatus(legacy: number, candidate: number): Grave {
  const critical = legacy === OK || candidate === OK || statusClass(legacy) !== statusClass(candidate);
  return critical ? "critical" : "major";
}

export const HEADER_SEVERITY: Grave = "minor";

/** Where both sides accepted the delivery alike nobody reads the body: a provider looks at the status alone. */
export function severityOfBody(legacyStatus: number, candidateStatus: number): Grave {
  return legacyStatus === candidateStatus && statusClass(legacyStatus) === 2 ? "minor" : "major";
}

/** Whether a body is TwiML: what it says is said to the shopper. */
export function isReply(lifted: Lifted): boolean {
  if (lifted.class === "text") return localName(rootOf(lifted.text)) === "Response";
  if (lifted.class !== "xml" || !isObject(lifted.value)) return false;
  return Object.keys(lifted.value).some((name) => localName(name) === "Response");
}

function localName(name: string | null): string {
  return name?.slice(name.indexOf(":") + 1) ?? "";
}

/** A place inside a body, of which `whole` says how grave it is otherwise. */
export function severityOfMember(path: Path, whole: Grave): Grave {
  for (let at: Path | null = path; at !== null; at = at.parent) {
    if (typeof at.key === "string" && isPriceName(at.key)) return "critical";
  }
  return whole;
}
