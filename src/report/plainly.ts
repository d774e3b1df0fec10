/** Figures that a gate's sentence ends with, for programs: ` [K=31, N=1000]`. */
const figures = / \[(?:[\w.-]+=-?[\w.+-]+(?:, )?)+\]/g;

/** What a write did to the flags of a phase, which its reason ends with: `; KEY percent 5 -> 10; OTHER unchanged`. */
const flags =
  /[;:] (?:flags unchanged|[\w.-]+ (?:unchanged|(?:enabled|percent|audience|salt|allowlist|denylist|forceOn) [^;]* -> )).*$/s;

/** A reason as it was, for whoever wants to know why and not what was written where: that is in the audit. */
export function withoutFlags(reason: string): string {
  return reason.replace(flags, "");
}

/** The same without figures that its sentences do not need: they stand beside it, gate by gate. */
export function plainly(reason: string): string {
  return withoutFlags(reason).replaceAll(figures, "");
}
