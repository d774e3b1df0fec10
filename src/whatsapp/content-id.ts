import { hash } from "node:crypto";

/** Names of members that hold a time, `momment` being Z-API's. Bounded, so that no text takes long to search. */
const timed = /"(?:[a-z_]{0,24}time[a-z_]{0,24}|momment)":/i;

/**
 * An id for an item that has none, made of what it says: delivered again, it says the same. null: nothing in it tells
 * when it was, so two of them that are alike may be two; or it is nested too deeply to be written out.
 */
export function contentId(...said: readonly unknown[]): string | null {
  try {
    const text = JSON.stringify(said);
    return timed.test(text) ? `#${hash("sha256", text, "hex").slice(0, 32)}` : null;
  } catch {
    return null;
  }
}
