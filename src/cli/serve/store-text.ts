import type { StoreView } from "../../registry/index.ts";

/** Since the store last said that the flags are its own; since the start where it never did. */
export function ageSeconds({ confirmedAt }: StoreView): number {
  return confirmedAt === null ? process.uptime() : Math.max(0, Date.now() - confirmedAt) / 1000;
}

/** Whose the flags are while the store does not answer. */
export function whoseText(version: number): string {
  return version > 0 ? "flags are the last known ones" : "none of its flags are known, environment and defaults decide";
}

/** Of keys that cannot be read. */
export function unreadableText({ unreadable }: StoreView): string {
  return `Stored records that cannot be read, each counts as unset until it is put whole: ${unreadable.join(", ")}`;
}
