import type { KeyedHash } from "../../../compare/index.ts";
import type { CallKeys, OpenItem } from "../../../exchanges/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { createRecent } from "../../../lib/recent.ts";
import { withLine, type Note } from "../../../registry/index.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { within } from "../threads/calls.ts";
import type { NotesLink } from "../registry/notes-link.ts";

/** What legacy got in reverse shadow, on all instances and before a restart: its calls for it are held wherever they come. */
export interface Reversed {
  /** Legacy may get these items once this has come true: everybody knows that its calls for them are to be held. */
  note(exchange: ReversedExchange): Promise<boolean>;
  /** Whether legacy may have got anything at all. */
  any(): boolean;
  /** What a call is tied to that names nothing else known here; null: nothing of these. Never rejects. */
  find(keys: CallKeys): TiedTo | null | Promise<TiedTo | null>;
}

export interface TiedTo {
  /** null: one of several, or for somebody who is in none of them. */
  readonly exchange: string | null;
  /** It says so itself: whom it names changes nothing about that. */
  readonly isNamed: boolean;
}

export interface ReversedExchange {
  readonly exchange: string;
  readonly traceId: string;
  /** Those that legacy gets. */
  readonly items: readonly Pick<OpenItem, "id" | "shopper">[];
}

export interface ReversedDeps {
  readonly notes: NotesLink;
  readonly hash: KeyedHash;
  /** That one first: by the others something may be noted from before. */
  readonly hashes: () => readonly KeyedHash[];
  /** No other instance shares the store. */
  readonly alone: () => boolean;
  readonly clock: Clock;
}

/** What a handler does later than this goes out. */
const keptMs = 600_000;
const maxKept = 100_000;
/** Others learn within a second that there is something to look for (`NotesLink.latest`). */
const learnMs = 2_000;
/** A process that has just begun waits for the store to say whether there is something to look for. */
const beginningMs = 5_000;
const flushMs = 10;
const writeMs = 2_000;
/** Legacy's call waits so long at most: to send on what is to be held would be to send it twice. */
const readMs = 1_000;
/** A note has 4 KiB. */
const maxPersons = 50;

export function createReversed({ notes, hash, hashes, alone, clock }: ReversedDeps): Reversed {
  const kept = createRecent<string>(maxKept);
  /** When the others have learnt of the marker; null: they have not been told. */
  let learntMs: number | null = null;
  const begunMs = clock();
  const untold = (): Promise<void> | null => (clock() - begunMs < beginningMs ? notes.told : null);
  let batch: { readonly all: Note[]; readonly done: Promise<boolean> } | null = null;

  const put = (all: readonly Note[]): Promise<boolean> => notes.put(all, writeMs).catch(() => false);
  const othersLook = (): boolean => {
    if (alone()) return true;
    const nowMs = clock();
    const leftMs = notes.latest("reversed") - Date.now();
    // Put before this process began.
    if (learntMs === null && leftMs < keptMs - learnMs && leftMs > learnMs) learntMs = nowMs;
    if (learntMs !== null && nowMs < learntMs) return false;
    if (learntMs !== null && leftMs > learnMs) return true;
    // Told now; who asks again in a while will know whether that worked.
    learntMs = nowMs + writeMs + learnMs;
    const marker = { space: "reversed", key: "any", value: "", untilMs: Date.now() + keptMs } as const;
    void put([marker]).then((told) => (learntMs = told ? clock() + learnMs : null));
    return false;
  };
  const later = (): NonNullable<typeof batch> => {
    const all: Note[] = [];
    const { promise, resolve } = Promise.withResolvers<boolean>();
    setTimeout(() => {
      batch = null;
      void put(all).then(resolve);
    }, flushMs);
    return { all, done: promise };
  };
  const messageName = (id: string, by = hash): string => `message:${by(`message\n${id}`)}`;
  const personOf = (shopper: string, by = hash): string => by(`shopper\n${canonicalId(shopper)}`);
  /** The strongest that it bears: what has a trace of its own and quotes a message is not of that message's exchange. */
  const namesOf = ({ exchange, traceId, refersTo }: CallKeys): readonly string[] => {
    if (exchange !== null) return [`exchange:${exchange}`];
    if (traceId !== null) return [`trace:${traceId}`];
    return refersTo === null ? [] : hashes().map((by) => messageName(refersTo, by));
  };
  const read = (texts: readonly string[], { exchange: named, recipient }: CallKeys): TiedTo | null => {
    const all = texts.flatMap((text) => text.split("\n")).map((line) => line.split(" "));
    if (all.length === 0) return null;
    const theirs = recipient === null ? [] : hashes().map((by) => personOf(recipient, by));
    const own = all.find(([, ...persons]) => persons.some((person) => theirs.includes(person)));
    const only = all.length === 1 && recipient === null ? all[0] : undefined;
    return { exchange: named ?? own?.[0] ?? only?.[0] ?? null, isNamed: named !== null };
  };
  /** On another instance or before a restart, so that legacy would answer a repetition. */
  const mayHaveBeenGiven = async (items: ReversedExchange["items"]): Promise<boolean> => {
    const names = items.flatMap(({ id }) => (id === null ? [] : hashes().map((by) => messageName(id, by))));
    if (names.some((name) => kept.get(name) !== undefined)) return true;
    if (names.length === 0) return false;
    const found = await notes.get("reversed", names, readMs).catch(() => null);
    return found === null || found.size > 0;
  };

  return {
    async note({ exchange, traceId, items }) {
      if (!othersLook() || (await mayHaveBeenGiven(items))) return false;
      const persons = items.flatMap(({ shopper }) => (shopper === null ? [] : [personOf(shopper)]));
      if (persons.length > maxPersons) return false;
      const value = [exchange, ...new Set(persons)].join(" ");
      const messages = items.flatMap(({ id }) => (id === null ? [] : [messageName(id)]));
      const names = [`exchange:${exchange}`, `trace:${traceId}`, ...messages];
      batch ??= later();
      const untilMs = Date.now() + keptMs;
      for (const key of names) {
        const note = { space: "reversed", key, value, untilMs } as const;
        // Others may have the trace too, here and elsewhere at the same time.
        const isShared = key.startsWith("trace:");
        kept.set(key, isShared ? withLine(kept.get(key) ?? null, value) : value);
        batch.all.push(isShared ? { ...note, line: true } : note);
      }
      return batch.done;
    },
    any: () => notes.latest("reversed") > 0 || untold() !== null,
    find(keys) {
      const names = namesOf(keys);
      const here = names.flatMap((name) => kept.get(name) ?? []);
      if (here.length > 0 || names.length === 0) return read(here, keys);
      const waited = within(untold() ?? Promise.resolve(), readMs);
      return waited
        .then(() => notes.get("reversed", names, readMs))
        .then(
          (found) => read([...(found ?? new Map<string, string>()).values()], keys),
          () => null,
        );
    },
  };
}
