import type { KeyedHash } from "../../compare/index.ts";
import { createLearnedAliases, type LearnedAlias, type LearnedAliases } from "../../identify/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { NotesLink } from "./notes-link.ts";
import { createSeal } from "./seal.ts";

export interface KnownAliasesOptions {
  readonly notes: NotesLink;
  readonly hash: KeyedHash;
  readonly hashKey: string;
  readonly clock: Clock;
}

/** What deliveries have shown of persons, on all instances: learned in memory, noted in the store in batches. */
export interface KnownAliases {
  readonly learned: LearnedAliases;
  /** Learns what is noted of these ids; null: nothing that was not asked lately. */
  readonly ask: (ids: readonly string[]) => Promise<void> | null;
  /** Notes what was learned since. To be called every second or so, and at the end. */
  save(): Promise<void>;
}

const maxAliases = 200_000;
const noteMs = 90 * 24 * 60 * 60 * 1_000;
/** An id that nobody knows is asked again after so long. */
const askedForMs = 60_000;
const maxAsked = 50_000;
const readMs = 100;
const writeMs = 5_000;
/** As many notes as go in one call. */
const batchSize = 500;

export function createKnownAliases({ notes, hash, hashKey, clock }: KnownAliasesOptions): KnownAliases {
  const learned = createLearnedAliases({ max: maxAliases });
  const seal = createSeal(hashKey, "sombra alias");
  const keyOf = (id: string): string => hash(`alias\n${id}`);
  let unsaved: readonly LearnedAlias[] = [];
  /** Ids that nobody knew, of late. */
  let asked = new Set<string>();
  let askedSinceMs = clock();
  /** Ids that are being asked for. */
  const asking = new Map<string, Promise<void>>();
  let saving: Promise<void> | null = null;
  const isKnownUnknown = (id: string): boolean => {
    if (clock() - askedSinceMs > askedForMs || asked.size >= maxAsked) {
      asked = new Set();
      askedSinceMs = clock();
    }
    return asked.has(id);
  };
  const ask = async (ids: readonly string[]): Promise<void> => {
    const byKey = new Map(ids.map((id) => [keyOf(id), id]));
    const found = await notes.get("alias", [...byKey.keys()], readMs);
    for (const id of ids) asking.delete(id);
    if (found === null) return;
    for (const id of ids) asked.add(id);
    learned.load(
      [...found].flatMap(([key, sealed]): readonly LearnedAlias[] => {
        const id = byKey.get(key);
        const shopper = seal.open(sealed);
        return id === undefined || shopper === null ? [] : [[id, shopper]];
      }),
    );
  };
  const saveAll = async (): Promise<void> => {
    unsaved = [...unsaved, ...learned.drain()].slice(-maxAliases);
    while (unsaved.length > 0) {
      const batch = unsaved.slice(0, batchSize);
      const untilMs = Date.now() + noteMs;
      const written = await notes.put(
        batch.map(([id, shopper]) => ({ space: "alias", key: keyOf(id), value: seal.close(shopper), untilMs })),
        writeMs,
      );
      if (!written) return;
      unsaved = unsaved.slice(batch.length);
    }
  };
  return {
    learned,
    ask(ids) {
      const due = ids.filter((id) => !asking.has(id) && !isKnownUnknown(id));
      if (due.length > 0) {
        const answer = ask(due);
        for (const id of due) asking.set(id, answer);
      }
      const waits = new Set(ids.flatMap((id) => asking.get(id) ?? []));
      return waits.size === 0 ? null : Promise.all(waits).then(() => undefined);
    },
    save() {
      saving ??= saveAll().finally(() => (saving = null));
      return saving;
    },
  };
}
