import { MAX_NOTES_PER_CALL, type Note, type NoteSpace } from "../../../registry/index.ts";
import { createCalls, within, type Calls } from "../threads/calls.ts";
import type { FromNotes, ToRegistry } from "../threads/messages.ts";

/** Notes for the data plane's thread: whatever the store and the registry's thread do, an answer comes in time. */
export interface NotesLink {
  /** True: the store has them all. False: some may not be there, now or later. All or none up to 1,000 of them. */
  put(notes: readonly Note[], maxMs: number): Promise<boolean>;
  /** The values of those that are there; null: that could not be read in time. */
  get(space: NoteSpace, keys: readonly string[], maxMs: number): Promise<ReadonlyMap<string, string> | null>;
  /**
   * No note of that space that is known of here lives longer, milliseconds since the epoch; 0: none is known of. What
   * others put is known within a second.
   */
  latest(space: NoteSpace): number;
  /** Resolves once the store has said what there is; null: it has, some time ago. */
  readonly told: Promise<void> | null;
}

export interface NotesLinkDeps {
  readonly send: (message: Extract<ToRegistry, { readonly kind: "put" | "get" }>) => void;
  /** False: the store is known to be down, or has not said anything yet. */
  readonly isUp: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface NotesLinkEnd extends NotesLink {
  receive(message: FromNotes): void;
  /** The registry's thread is another: it knows nothing of what waits. */
  giveUp(): void;
}

/** What may lie before a registry's thread that hangs. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** About what a note or a key takes besides its text. */
const BYTES_EACH = 100;

export function createNotesLink({ send, isUp, now }: NotesLinkDeps): NotesLinkEnd {
  const puts = createCalls<boolean>();
  const gets = createCalls<ReadonlyMap<string, string> | null>();
  const latest = new Map<NoteSpace, number>();
  let waiting = 0;
  const first = Promise.withResolvers<void>();
  let told: Promise<void> | null = first.promise;

  const learn = (space: NoteSpace, untilMs: number): void => {
    if (untilMs > (latest.get(space) ?? 0)) latest.set(space, untilMs);
  };
  const isOpenFor = (bytes: number): boolean => isUp() && waiting + bytes <= MAX_WAITING_BYTES;
  const ask = <T>(calls: Calls<T>, bytes: number, sent: (id: number) => void): Promise<T> => {
    waiting += bytes;
    return calls.call(sent).finally(() => (waiting -= bytes));
  };

  return {
    async put(notes, maxMs) {
      if (!isOpenFor(sum(notes, bytesOfNote))) return false;
      // From here on they may be there, whatever comes back.
      for (const { space, untilMs } of notes) learn(space, untilMs);
      const answers = inParts(notes).map((part) =>
        ask(puts, sum(part, bytesOfNote), (id) => send({ kind: "put", id, notes: part })),
      );
      const done = await within(Promise.all(answers), maxMs);
      return done?.every((one) => one) ?? false;
    },
    async get(space, keys, maxMs) {
      if (!isOpenFor(sum(keys, bytesOfKey))) return null;
      const untilMs = now() + maxMs;
      const answers = inParts(keys).map((part) =>
        ask(gets, sum(part, bytesOfKey), (id) => send({ kind: "get", id, wanted: { space, keys: part, untilMs } })),
      );
      const parts = await within(Promise.all(answers), maxMs);
      if (parts === null || !parts.every((part) => part !== null)) return null;
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : new Map(parts.flatMap((part) => [...part]));
    },
    latest(space) {
      const untilMs = latest.get(space) ?? 0;
      return untilMs > now() ? untilMs : 0;
    },
    get told() {
      return told;
    },
    receive(message) {
      switch (message.kind) {
        case "noted":
          // What was put here a moment ago may be missing in it, so that nothing is taken back.
          for (const [space, untilMs] of message.until) learn(space, untilMs);
          told = null;
          return first.resolve();
        case "put":
          return puts.answered(message.id, message.done);
        case "got":
          return gets.answered(message.id, message.values);
      }
    },
    giveUp() {
      puts.giveUp(false);
      gets.giveUp(null);
    },
  };
}

const bytesOfNote = ({ key, value }: Note): number => BYTES_EACH + key.length + value.length;
const bytesOfKey = (key: string): number => BYTES_EACH + key.length;

function sum<T>(all: readonly T[], bytesOf: (one: T) => number): number {
  return all.reduce((total, one) => total + bytesOf(one), 0);
}

function inParts<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length <= MAX_NOTES_PER_CALL) return all.length === 0 ? [] : [all];
  return Array.from({ length: Math.ceil(all.length / MAX_NOTES_PER_CALL) }, (_, part) =>
    all.slice(part * MAX_NOTES_PER_CALL, (part + 1) * MAX_NOTES_PER_CALL),
  );
}
