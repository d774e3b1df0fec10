import { randomUUID } from "node:crypto";
import { emptyFlagState, unsetFlag, withLists, type Change, type FlagOf } from "../../src/flags/index.ts";
import {
  nowhere,
  type AuditEntry,
  type Commit,
  type Kill,
  type Position,
  type Store,
  type StoredState,
} from "../../src/registry/index.ts";

export const emptyState: StoredState = { ...emptyFlagState, position: nowhere, kill: null, unreadable: [] };

export const kill: Kill = { at: "2026-01-02T03:04:05.678Z", by: "token:test", reason: "test" };

/** So many shoppers, counted from `first`. */
export const people = (count: number, first = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `5511${900_000_000 + first + index}`);

/** The record of a flag; its lists as numbers of members. */
export function record(key: string, changes: Partial<FlagOf<number>> = {}): FlagOf<number> {
  const definition = { key, description: "", default: false, salt: null, bucketing: "murmur3", env: null } as const;
  const unset = withLists(unsetFlag(definition, "token:test"), (members) => members.length);
  return { ...unset, enabled: true, version: 1, updatedAt: "2026-01-02T03:04:05.678Z", ...changes };
}

export const setting = (...flags: readonly FlagOf<number>[]): Change => ({
  flags: flags.map((flag) => ({ kind: "set", flag })),
  lists: [],
});

export const nothing: Change = { flags: [], lists: [] };

export interface CommitParts {
  readonly change?: Change;
  readonly kill?: Kill | null;
  /** One audit entry for each. */
  readonly entries?: readonly Partial<AuditEntry>[];
}

/** The commit that makes a change where the writer saw the store. */
export function commitOn(before: Position, { change = nothing, entries = [{}], ...rest }: CommitParts): Commit {
  const version = before.version + 1;
  let { seq, hash } = before;
  const made = entries.map((parts): AuditEntry => {
    const previous = hash;
    seq += 1;
    hash = randomUUID();
    return {
      seq,
      at: "2026-01-02T03:04:05.678Z",
      actor: { kind: "token", name: "test" },
      action: "flag-set",
      subject: "",
      before: null,
      after: null,
      reason: null,
      version,
      environment: "",
      previous,
      hash,
      ...parts,
    };
  });
  return { before, after: { version, seq, hash }, change, entries: made, ...rest };
}

/** Makes a change that nobody is in the way of; where the store is then. */
export async function write(store: Store, parts: CommitParts): Promise<Position> {
  const commit = commitOn(await store.position(), parts);
  const outcome = await store.commit(commit);
  if (outcome.kind === "moved") throw new Error("Somebody else wrote");
  return commit.after;
}

/** A state as plain data in one order, so that two can be compared. */
export function plain({ position, kill, flags, audiences, documents, unreadable }: StoredState): unknown {
  const byName = (one: readonly [string, unknown], other: readonly [string, unknown]): number =>
    one[0] < other[0] ? -1 : 1;
  const members = (table: { members(): Iterable<string> }): readonly string[] => [...table.members()].toSorted();
  return {
    position,
    kill,
    flags: [...flags].map(([key, flag]) => [key, withLists(flag, members)] as const).toSorted(byName),
    audiences: [...audiences].map(([name, table]) => [name, members(table)] as const).toSorted(byName),
    documents: [...documents].toSorted(byName),
    unreadable: unreadable.toSorted(),
  };
}
