/**
 * What instances note for each other beside the flags, each note until it expires: `answered`, items that a side said 200
 * to; `exchange`, whose an exchange is; `reversed`, what legacy got in reverse shadow; `sent`, which side sent a message;
 * `alias`, names of one person; `order`, what came of an order, so that it is not carried out twice; `rollout`, what instances
 * say to each other of rollouts.
 */
export const noteSpaces = ["answered", "exchange", "reversed", "sent", "alias", "order", "rollout"] as const;

export type NoteSpace = (typeof noteSpaces)[number];

export interface Note {
  readonly space: NoteSpace;
  /** A keyed hash, or something else that names nobody. */
  readonly key: string;
  /** At most 4 KiB in UTF-8. */
  readonly value: string;
  /** Milliseconds since the epoch: from then on it is gone. */
  readonly untilMs: number;
  /** A line that comes below those that are there, once, however many put at a time; beyond 4 KiB the oldest go. */
  readonly line?: true;
}

/**
 * Part of a store, with the same promises: what fails is rejected with a `StoreError`, in time, and left nothing half done.
 * A put that is given up as silent may still be carried out. More than 1,000 notes or keys in a call, or a note that is not
 * as above, is a `RangeError`.
 */
export interface Notes {
  /** All or none; a note takes the place of the one with its key. Resolves once they are as safe as a commit is. */
  put(notes: readonly Note[]): Promise<void>;
  /** The values of those that are there. */
  get(space: NoteSpace, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** No note of that space lives longer, milliseconds since the epoch; 0: there is none. */
  latest(space: NoteSpace): Promise<number>;
}

export const MAX_NOTES_PER_CALL = 1000;
export const MAX_VALUE_BYTES = 4096;
const MAX_KEY_BYTES = 256;

export function assertNotes(notes: readonly Note[]): void {
  assertCount(notes);
  for (const { key, value, untilMs } of notes) {
    if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new RangeError(`A note's key has at most ${MAX_KEY_BYTES} bytes`);
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) throw new RangeError(`A note has at most ${MAX_VALUE_BYTES} bytes`);
    if (!Number.isSafeInteger(untilMs)) throw new RangeError("A note expires at a whole millisecond");
  }
}

/** A note's value after a line was put to it. Redis does the same (`NOTES_SCRIPT`). */
export function withLine(there: string | null, line: string): string {
  const lines = there?.split("\n") ?? [];
  if (lines.includes(line)) return lines.join("\n");
  lines.push(line);
  while (Buffer.byteLength(lines.join("\n")) > MAX_VALUE_BYTES) lines.shift();
  return lines.join("\n");
}

/** Of notes or keys. */
export function assertCount({ length }: readonly unknown[]): void {
  if (length > MAX_NOTES_PER_CALL) throw new RangeError(`At most ${MAX_NOTES_PER_CALL} notes go in a call: ${length}`);
}
