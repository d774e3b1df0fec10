import { createLearnedAliases, type LearnedAlias, type LearnedAliases } from "../../../identify/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createAliasNotes, type AliasNotes } from "./alias-notes.ts";
import { forgetAll } from "./forgetting.ts";

export interface KnownAliasesOptions {
  readonly notes: NotesLink;
  /** The one to note by first: by the others something may be noted from before. */
  readonly hashKeys: () => readonly string[];
  readonly clock: Clock;
}

/** What deliveries have shown of persons, on all instances: learned in memory, noted in the store in batches. */
export interface KnownAliases {
  readonly learned: LearnedAliases;
  /** Learns what is noted of these ids; null: nothing that was not asked lately. */
  readonly ask: (ids: readonly string[]) => Promise<void> | null;
  /** Forgets the persons whose ids are these, here; between looks the thread does something else. */
  forget(isTheirs: (id: string) => boolean): Promise<void>;
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

export function createKnownAliases({ notes, hashKeys, clock }: KnownAliasesOptions): KnownAliases {
  const learned = createLearnedAliases({ max: maxAliases });
  const formOf = new Map<string, AliasNotes>();
  const forms = (): readonly AliasNotes[] =>
    hashKeys().map((key) => {
      const known = formOf.get(key) ?? createAliasNotes(key);
      formOf.set(key, known);
      return known;
    });
  const current = (): AliasNotes => forms()[0] ?? createAliasNotes("");
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
    const byKey = new Map(ids.flatMap((id) => forms().map((one) => [one.keyOf(id), { id, one }] as const)));
    const found = await notes.get("alias", [...byKey.keys()], readMs);
    for (const id of ids) asking.delete(id);
    if (found === null) return;
    for (const id of ids) asked.add(id);
    learned.load(
      [...found].flatMap(([key, sealed]): readonly LearnedAlias[] => {
        const asked = byKey.get(key);
        const shopper = asked?.one.readAlias(sealed) ?? null;
        return asked === undefined || shopper === null ? [] : [[asked.id, shopper]];
      }),
    );
  };
  /** The ids of each shopper, those that were noted before included. */
  const namesOf = async (batch: readonly LearnedAlias[]): Promise<ReadonlyMap<string, readonly string[]>> => {
    const form = current();
    const ids = Map.groupBy(batch, ([, shopper]) => shopper);
    const keys = new Map([...ids.keys()].map((shopper) => [shopper, form.namesKeyOf(shopper)]));
    const noted = await notes.get("alias", [...keys.values()], writeMs);
    return new Map(
      [...ids].map(([shopper, learned]) => {
        const before = form.readNames(noted?.get(keys.get(shopper) ?? "") ?? "");
        return [shopper, [...new Set([...before, ...learned.map(([id]) => id)])]];
      }),
    );
  };
  const saveAll = async (): Promise<void> => {
    unsaved = [...unsaved, ...learned.drain()].slice(-maxAliases);
    while (unsaved.length > 0) {
      const batch = unsaved.slice(0, batchSize);
      const untilMs = Date.now() + noteMs;
      const named = await namesOf(batch);
      const form = current();
      const written = await notes.put(
        [
          ...batch.map(([id, shopper]) => form.alias(id, shopper, untilMs)),
          ...[...named].map(([shopper, ids]) => form.names(shopper, ids, untilMs)),
        ],
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
    async forget(isTheirs) {
      await forgetAll(learned.known(), isTheirs);
      const gone = new Set<string>();
      await forgetAll(
        unsaved.map((ids) => ({ ids, forget: () => gone.add(ids[0]) })),
        isTheirs,
      );
      unsaved = unsaved.filter(([id]) => !gone.has(id));
    },
    save() {
      saving ??= saveAll().finally(() => (saving = null));
      return saving;
    },
  };
}
