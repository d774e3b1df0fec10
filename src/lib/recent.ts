/** A map of what was set last: at least half of `max` entries, never more than `max`, without a look at any of them. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** Of all entries; whoever goes through them may take their time. */
  keys(): Iterable<string>;
}

/** Two generations: when the newer one is full the older one goes, all at once. */
export function createRecent<V>(max: number): Recent<V> {
  const room = Math.max(1, Math.floor(max / 2));
  let newer = new Map<string, V>();
  let older = new Map<string, V>();
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set(key, value) {
      if (newer.size >= room && !newer.has(key)) {
        older = newer;
        newer = new Map();
      }
      newer.set(key, value);
    },
    *keys() {
      yield* newer.keys();
      yield* older.keys();
    },
    delete(key) {
      newer.delete(key);
      older.delete(key);
    },
  };
}
