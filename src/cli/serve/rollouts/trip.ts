import { z } from "zod";

/** What this instance decided by itself: everybody is on legacy here, until the rollout has gone back. */
export interface LocalTrip {
  readonly rollout: string;
  /** Its `enabled` flag: off here, whatever the store says. */
  readonly flag: string;
  readonly phase: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** By which figures. Nothing personal. */
  readonly reason: string;
  /** Where the rollout is to go back to: it had gone back before, to where some were served. null: to where its plan says. */
  readonly to: "shadow" | "off" | null;
}

const form = z.array(
  z.object({
    rollout: z.string(),
    flag: z.string(),
    phase: z.string(),
    at: z.string(),
    reason: z.string(),
    // An earlier release did not write it.
    to: z.enum(["shadow", "off"]).nullable().default(null),
  }),
);

export function tripsText(trips: readonly LocalTrip[]): string | null {
  return trips.length === 0 ? null : JSON.stringify(trips);
}

/** What cannot be read is none: of which flag it was nobody knows. */
export function tripsIn(text: string | null): readonly LocalTrip[] {
  if (text === null) return [];
  try {
    return form.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}
