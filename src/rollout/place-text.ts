import type { RollbackTarget } from "./plan.ts";

/** Where a way back leads, as a word in a sentence. */
export function placeText(to: RollbackTarget): string {
  if (typeof to === "object") return `"${to.phase}"`;
  return to === "previous" ? "the phase before" : to;
}
