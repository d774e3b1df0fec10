import type { Clock } from "../lib/clock.ts";

export interface SeenOptions {
  /** An item is remembered for this long after it was last delivered, and for up to half as long again. */
  readonly forMs: number;
  /** Items remembered at most, at least 3; in a flood the oldest third goes early. */
  readonly max: number;
}

/** One delivery of an item. */
export interface Attempt {
  readonly exchange: string;
  /** When it was delivered, on the clock. */
  readonly atMs: number;
  /** What legacy answered; null: nothing so far. */
  readonly legacyStatus: number | null;
}

/** An item's deliveries, the first first; where they are too many, the first ones and the last. */
export type Story = readonly Attempt[];

/** One delivery, as far as its items are concerned. */
export interface Sighting {
  /**
   * Null: the item was not seen before, and is from now on. Else it is a redelivery, and this its story, this delivery the
   * last in it; what legacy answers is added there. An item without id is always new; twice in one delivery, it is as new
   * as the first time.
   */
  first(id: string | null): Story | null;
  /** For all its items. */
  answered(legacyStatus: number): void;
  /** The candidate was not called with it after all: the next delivery of the item is a first one. */
  forget(id: string | null): void;
}

/**
 * Which items were delivered before, so that a candidate is not called twice with one. Ids are personal data: they stay in
 * this memory.
 */
export interface Seen {
  delivered(exchange: string): Sighting;
  /** Ids of all of them. What is forgotten is new when it comes again. */
  known(): Iterable<{ readonly ids: readonly string[]; readonly forget: () => void }>;
  /** Items remembered. */
  readonly size: number;
}

const maxAttempts = 20;
const generationCount = 3;

export function createSeen({ forMs, max }: SeenOptions, clock: Clock): Seen {
  const generations = new Generations(Math.max(1, Math.floor(max / generationCount)));
  /** An item is in the newest generation for up to one of these, and then in the others for one each. */
  const spanMs = forMs / (generationCount - 1);
  let sinceMs = clock();
  return {
    delivered(exchange) {
      const atMs = clock();
      const spans = Math.floor((atMs - sinceMs) / spanMs);
      for (let turn = 0; turn < Math.min(spans, generationCount); turn += 1) generations.turn();
      sinceMs += spans * spanMs;
      return new Delivered(generations, { exchange, atMs, legacyStatus: null });
    },
    *known() {
      for (const id of generations.ids()) yield { ids: [id], forget: () => generations.delete(id) };
    },
    get size() {
      return generations.size;
    },
  };
}

class Delivered implements Sighting {
  readonly #generations: Generations;
  readonly #attempt: { -readonly [K in keyof Attempt]: Attempt[K] };
  /** Shared by all its items until one comes again: an item costs its id and a place in a map. */
  readonly #story: Story;

  constructor(generations: Generations, attempt: Attempt) {
    this.#generations = generations;
    this.#attempt = attempt;
    this.#story = [attempt];
  }

  first(id: string | null): Story | null {
    if (id === null) return null;
    const known = this.#generations.get(id);
    if (known === undefined) {
      this.#generations.set(id, this.#story);
      return null;
    }
    if (known[0] === this.#attempt) return null;
    if (known.includes(this.#attempt)) return known;
    const longer = [...known.slice(0, maxAttempts - 1), this.#attempt];
    this.#generations.delete(id);
    this.#generations.set(id, longer);
    return longer;
  }

  answered(legacyStatus: number): void {
    this.#attempt.legacyStatus = legacyStatus;
  }

  forget(id: string | null): void {
    if (id !== null && this.#generations.get(id)?.[0] === this.#attempt) this.#generations.delete(id);
  }
}

/** Stories by item id. What is not set again goes with the oldest generation, all at once. */
class Generations {
  readonly #room: number;
  #newest = new Map<string, Story>();
  #older: readonly Map<string, Story>[] = Array.from({ length: generationCount - 1 }, () => new Map());

  /** So many in a generation. */
  constructor(room: number) {
    this.#room = room;
  }

  get size(): number {
    return this.#older.reduce((sum, { size }) => sum + size, this.#newest.size);
  }

  *ids(): Iterable<string> {
    for (const generation of [this.#newest, ...this.#older]) yield* generation.keys();
  }

  turn(): void {
    this.#older = [this.#newest, ...this.#older.slice(0, -1)];
    this.#newest = new Map();
  }

  get(id: string): Story | undefined {
    const story = this.#newest.get(id);
    if (story !== undefined) return story;
    for (const generation of this.#older) {
      const found = generation.get(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** It must not be in any generation. */
  set(id: string, story: Story): void {
    if (this.#newest.size >= this.#room) this.turn();
    this.#newest.set(id, story);
  }

  delete(id: string): void {
    if (this.#newest.delete(id)) return;
    for (const generation of this.#older) if (generation.delete(id)) return;
  }
}
