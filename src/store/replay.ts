import { applyChange, miscountedFlags } from "../flags/index.ts";
import { samePosition, type Commit, type StoredState } from "../registry/index.ts";

/** A state with the commits that followed it; null where they are not the ones that followed it. */
export function replay(state: StoredState, commits: readonly Commit[]): StoredState | null {
  let current = state;
  for (const commit of commits) {
    if (!samePosition(commit.before, current.position)) return null;
    const next = after(current, commit);
    if (miscountedFlags(commit.change, next).length > 0) return null;
    current = next;
  }
  return current;
}

function after(state: StoredState, { after, change, kill }: Commit): StoredState {
  const rewritten = new Set<string>([
    ...change.flags.map((flag) => (flag.kind === "set" ? flag.flag.key : flag.key)),
    ...change.lists.filter(({ kind }) => kind !== "edited").map(({ list }) => list),
    ...(change.documents ?? []).map((one) => (one.kind === "set" ? one.document.id : one.id)),
  ]);
  return {
    ...applyChange(state, change),
    position: after,
    kill: kill === undefined ? state.kill : kill,
    unreadable: state.unreadable.filter((key) => !rewritten.has(key)),
  };
}
