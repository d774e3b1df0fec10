import type { Known } from "./known.ts";
import { StoreError } from "./store-error.ts";
import type { CommitOutcome, Store } from "./store.ts";

/** The same store; `known` learns of each write whether it takes any. */
export function watchWrites(store: Store, known: Pick<Known, "answeredWrite">): Store {
  const watched = async <T>(write: Promise<T>, wasWritten: (outcome: T) => boolean): Promise<T> => {
    try {
      const outcome = await write;
      if (wasWritten(outcome)) known.answeredWrite(null);
      return outcome;
    } catch (error) {
      if (error instanceof StoreError && error.fault === "read-only") known.answeredWrite(error.message);
      throw error;
    }
  };
  // One that has moved was not written to.
  const written = ({ kind }: CommitOutcome): boolean => kind === "written";
  return {
    kind: store.kind,
    position: () => store.position(),
    killed: () => store.killed(),
    read: () => store.read(),
    catchUp: (state) => store.catchUp(state),
    commit: (commit) => watched(store.commit(commit), written),
    restore: (state, seen) => watched(store.restore(state, seen), written),
    tryWrite: () => watched(store.tryWrite(), () => true),
    purge: () => watched(store.purge(), () => true),
    notes: {
      put: (notes) => watched(store.notes.put(notes), () => true),
      get: (space, keys) => store.notes.get(space, keys),
      latest: (space) => store.notes.latest(space),
    },
    hashKey: (mine) => store.hashKey(mine),
    replaceHashKey: (known, next) => watched(store.replaceHashKey(known, next), () => true),
    audit: (filter) => store.audit(filter),
    close: () => store.close(),
  };
}
