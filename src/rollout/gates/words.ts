import { en } from "../../lib/sentence.ts";

/** How figures are written where English alone is written. */
export const { count, percent, span } = en;
