import { z } from "zod";

/** What has been looked at and told, kept with the outbox: whoever leads next goes on from here. */
const form = z.object({
  /** Of the audit, the last line that was looked at. */
  seq: z.number(),
  /** By rollout, of its last checkpoint that was looked at. */
  checkpoints: z.record(
    z.string(),
    z.object({ at: z.string(), name: z.string(), scope: z.string(), status: z.string(), asks: z.boolean() }),
  ),
  /** By rollout, of which stay what was told once. */
  told: z.record(z.string(), z.object({ visit: z.number(), marks: z.array(z.string()) })),
  /** By what is told regularly, the day (ISO 8601) when it was told last. */
  days: z.record(z.string(), z.string()),
  /** What was declared until then, by type; the oldest first. */
  events: z.array(z.object({ atMs: z.number(), counts: z.record(z.string(), z.number()) })),
  /** By channel, what was given up since something got there last. */
  lost: z.record(z.string(), z.object({ count: z.number(), at: z.string(), why: z.string() })),
  /** By channel, when something got there last. */
  reached: z.record(z.string(), z.string()),
});

export type Cursor = Readonly<z.infer<typeof form>>;

export const emptyCursor: Cursor = {
  seq: 0,
  checkpoints: {},
  told: {},
  days: {},
  events: [],
  lost: {},
  reached: {},
};

/** null: there is none, or it cannot be read; what was before is not told then. */
export function readCursor(text: string | null): Cursor | null {
  try {
    return text === null ? null : (form.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}
