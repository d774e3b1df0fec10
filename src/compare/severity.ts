import type { Severity } from "../model/index.ts";

const OK = 200;

function statusClass(status: number): number {
  return Math.floor(status / 100);
}

/** The provider delivers again whatever was not answered with 200: 200 against another changes what happens next. */
export function severityOfStatus(legacy: number, candidate: number): Severity {
  const critical = legacy === OK || candidate === OK || statusClass(legacy) !== statusClass(candidate);
  return critical ? "critical" : "major";
}

export const HEADER_SEVERITY: Severity = "minor";

/** Where both sides accepted the delivery alike nobody reads the body: a provider looks at the status alone. */
export function severityOfBody(legacyStatus: number, candidateStatus: number): Severity {
  return legacyStatus === candidateStatus && statusClass(legacyStatus) === 2 ? "minor" : "major";
}
