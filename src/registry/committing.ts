import type { Change, FlagState } from "../flags/index.ts";
import { killDraft, type AuditStamp } from "./audit-draft.ts";
import { AUTOMATIC } from "./automatic.ts";
import { RESTORED, sealEntries, type AuditDraft } from "./chain.ts";
import type { Known } from "./known.ts";
import type { Kill, Store, StoredState } from "./store.ts";

/** Whether a store took it; where not, somebody has written since. */
export type Committed = "written" | "moved";

export interface Committing {
  change(store: Store, change: Change, next: FlagState, drafts: readonly AuditDraft[]): Promise<Committed>;
  kill(store: Store, kill: Kill | null, stamp: AuditStamp): Promise<Committed>;
  /** The store was given back what it had lost: the next write says so in the audit. */
  owe(found: number): void;
  readonly owes: boolean;
  /** Says it without another write. */
  settle(store: Store): Promise<void>;
}

export const UNCHANGED: Change = { flags: [], lists: [] };

/** Puts writes onto the known state, and knows the state after them. */
export function createCommitting(
  known: Known,
  stamp: (by: Pick<AuditStamp, "actor" | "reason">) => AuditStamp,
): Committing {
  /** The version that a store which had lost something was found at. */
  let owed: number | null = null;

  const restoredDraft = (found: number): AuditDraft => {
    const { version } = known.state.position;
    return {
      ...stamp({ actor: AUTOMATIC, reason: null }),
      action: RESTORED,
      subject: "",
      before: { version: found },
      after: { version },
    };
  };

  const commit = async (
    store: Store,
    next: StoredState,
    change: Change,
    drafts: readonly AuditDraft[],
  ): Promise<Committed> => {
    const before = known.state.position;
    const entries = sealEntries(owed === null ? drafts : [restoredDraft(owed), ...drafts], before);
    const last = entries.at(-1);
    if (last === undefined) return "written";
    const after = { version: before.version + 1, seq: last.seq, hash: last.hash };
    const killed = next.kill === known.state.kill ? {} : { kill: next.kill };
    const outcome = await store.commit({ before, after, change, entries, ...killed });
    if (outcome.kind === "moved") return "moved";
    owed = null;
    known.adopt({ ...next, position: after }, entries);
    return "written";
  };

  return {
    change(store, change, next, drafts) {
      const written = new Set<string>([
        ...change.flags.map((flag) => (flag.kind === "set" ? flag.flag.key : flag.key)),
        ...change.lists.map(({ list }) => list),
        ...(change.documents ?? []).map((one) => (one.kind === "set" ? one.document.id : one.id)),
      ]);
      const unreadable = known.state.unreadable.filter((key) => !written.has(key));
      return commit(store, { ...known.state, ...next, unreadable }, change, drafts);
    },
    kill: (store, kill, stamp) =>
      commit(store, { ...known.state, kill }, UNCHANGED, [killDraft(known.state.kill, kill, stamp)]),
    owe: (found) => (owed = found),
    get owes() {
      return owed !== null;
    },
    async settle(store) {
      if (owed !== null) await commit(store, known.state, UNCHANGED, []);
    },
  };
}
