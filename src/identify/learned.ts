/** An id, and the id its person goes by. Personal data. */
export type LearnedAlias = readonly [id: string, shopper: string];

/**
 * What deliveries have shown of persons: which number stands behind a business-scoped user id, which id came before one
 * that was changed. In memory and bounded: what nobody asked for longest goes first.
 */
export interface LearnedAliases {
  /** Ids of one person, the one to go by first. What is told last counts. */
  learn(person: readonly string[]): void;
  /** The id this person goes by, as far as is known; else the id itself. */
  of(id: string): string;
  /** What was learned since it was last asked, to be saved; at most as much as the table holds. */
  drain(): readonly LearnedAlias[];
  /** Everybody who is known. What is deleted is forgotten. */
  known(): Iterable<{ readonly ids: LearnedAlias; readonly forget: () => void }>;
  /** What was saved, here or elsewhere. What was learned here and not saved yet counts for more. */
  load(aliases: Iterable<LearnedAlias>): void;
}

const number = /^[1-9]\d{0,14}$/;

/** Digits as of a phone number (E.164): nobody's alias, because every item that has one goes by it. */
export function isNumber(id: string): boolean {
  return number.test(id);
}

/** No person has this many ids one behind the other; it bounds what a look-up may cost. */
const maxSteps = 8;

/** `max`: ids, about 150 bytes each. */
export function createLearnedAliases({ max }: { readonly max: number }): LearnedAliases {
  const generation = Math.max(1, Math.floor(max / 2));
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  let unsaved = new Map<string, string>();

  const put = (id: string, shopper: string): void => {
    young.set(id, shopper);
    if (young.size < generation) return;
    old = young;
    young = new Map();
  };
  const get = (id: string): string | undefined => {
    const recent = young.get(id);
    if (recent !== undefined) return recent;
    const kept = old.get(id);
    if (kept !== undefined) put(id, kept);
    return kept;
  };
  const of = (id: string): string => {
    let at = id;
    for (let step = 0; step < maxSteps; step += 1) {
      const next = get(at);
      if (next === undefined) break;
      at = next;
    }
    return at;
  };
  /** Whether that is news. An id never points at itself, so no chain of them is a ring. */
  const isNews = (id: string, shopper: string): boolean => id !== shopper && !isNumber(id) && get(id) !== shopper;

  const forgetOf =
    ([id]: LearnedAlias) =>
    (): void => {
      for (const generation of [young, old, unsaved]) generation.delete(id);
    };

  return {
    of,
    learn(person) {
      const [first, ...others] = person;
      if (first === undefined) return;
      const shopper = of(first);
      for (const id of others) {
        if (!isNews(id, shopper)) continue;
        const [own, ownShopper] = [copied(id), copied(shopper)];
        put(own, ownShopper);
        unsaved.set(own, ownShopper);
        if (unsaved.size <= max) continue;
        const [oldest = own] = unsaved.keys();
        unsaved.delete(oldest);
      }
    },
    drain() {
      const drained = [...unsaved];
      unsaved = new Map();
      return drained;
    },
    *known() {
      // Whoever goes through it may take their time: what is set meanwhile may or may not come by.
      for (const ids of young) yield { ids, forget: forgetOf(ids) };
      for (const ids of old) yield { ids, forget: forgetOf(ids) };
    },
    load(aliases) {
      for (const [id, named] of aliases) {
        const shopper = of(named);
        if (!unsaved.has(id) && isNews(id, shopper)) put(id, shopper);
      }
    },
  };
}

/** Engines keep a piece of a text together with the whole of it: a body of megabytes must not stay for an id. */
function copied(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
