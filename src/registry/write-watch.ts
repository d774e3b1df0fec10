import type { Known } from "./known.ts";
import { StoreError } from "./store-error.ts";
import type { CommitOutcome, Store } from "./store.ts";

/** The same store; `known` learns of each write whether it takes any. */
export function watchWrites(store: Store, known: Pick<Known, "answeredWrite">): Store {
  const watched = async (write: Promise<CommitOutcome>): Promise<CommitOutcome> => {
    try {
      const outcome = await write;
      // One that has moved was not written to.
      if (outcome.kind === "written") known.answeredWrite(null);
      return outcome;
    } catch (error) {
      if (error instanceof StoreError && error.fault === "read-only") known.answeredWrite(error.message);
      throw error;
    }
  };
  return {
    kind: store.kind,
    position: () => store.position(),
    read: () => store.read(),
    catchUp: (state) => store.catchUp(state),
    commit: (commit) => watched(store.commit(commit)),
    restore: (state, seen) => watched(store.restore(state, seen)),
    hashKey: (mine) => store.hashKey(mine),
    audit: (filter) => store.audit(filter),
    close: () => store.close(),
  };
}
