import type { KnownRollout } from "../../../admin/index.ts";
import { documentsOf, type Documents } from "../../../flags/index.ts";
import { readRollout } from "../../../rollout/index.ts";

export interface KnownRollouts {
  readonly known: readonly KnownRollout[];
  /** Ids of those that cannot be read. */
  readonly unreadable: readonly string[];
}

/** Rollouts as documents have them: read once for as long as no document changes. */
export function createKnownRollouts(documents: () => Documents): () => KnownRollouts {
  let seen: Documents | null = null;
  let rollouts: KnownRollouts = { known: [], unreadable: [] };
  return () => {
    const now = documents();
    if (now === seen) return rollouts;
    seen = now;
    rollouts = readAll(now);
    return rollouts;
  };
}

function readAll(documents: Documents): KnownRollouts {
  const known: KnownRollout[] = [];
  const unreadable: string[] = [];
  for (const [id, { value, version, updatedAt, updatedBy }] of documentsOf(documents, "rollout")) {
    const rollout = readRollout(value);
    if (rollout?.id === id) known.push({ rollout, version, updatedAt, updatedBy });
    else unreadable.push(id);
  }
  return { known, unreadable };
}
