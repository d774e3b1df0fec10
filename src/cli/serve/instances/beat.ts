import { z } from "zod";

/** What an instance says of itself to all others. */
export interface PeerState {
  /** It may have exchanges that were decided cutover. */
  readonly cutover: boolean;
  /** A side has used its egress. */
  readonly egressUsed: boolean;
  /** Routes on which it has seen what legacy sends tied. */
  readonly tied: readonly string[];
  /** Routes on which it has seen that it is not. */
  readonly untied: readonly string[];
}

/** And of this one by itself, for people. */
export interface NamedState extends PeerState {
  readonly name: string;
  /** Every decision is off. */
  readonly killed: boolean;
}

const beatForm = z.object({
  id: z.string(),
  /** Counts up. */
  beat: z.number(),
  fingerprint: z.string(),
  cutover: z.boolean(),
  egressUsed: z.boolean(),
  tied: z.array(z.string()).readonly().default([]),
  untied: z.array(z.string()).readonly().default([]),
  name: z.string().default(""),
  killed: z.boolean().nullable().default(null),
  /** It stopped: everything it opened is noted. */
  gone: z.boolean(),
  /** Pieces posted so far, by whom they are for. */
  posted: z.record(z.string(), z.number()),
});

/** A sign of life, as it is noted. */
export type Beat = Readonly<z.infer<typeof beatForm>>;

/** null: nobody wrote it who is one of us. */
export function beatOf(value: string): Beat | null {
  try {
    return beatForm.safeParse(JSON.parse(value)).data ?? null;
  } catch {
    return null;
  }
}
