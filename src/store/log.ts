import type { Commit } from "../registry/index.ts";

/** How many commits a store keeps, and how many bytes of them, for those who come after to catch up by differences. */
export const MAX_LOGGED_COMMITS = 1000;
export const MAX_LOG_BYTES = 16 * 1024 * 1024;
const MAX_COMMIT_BYTES = 1024 * 1024;

/** Rather than copy a long new list once more, the log begins anew after it, and the others read everything. */
export function logText(commit: Commit): string | null {
  const members = commit.change.lists.reduce((sum, list) => {
    if (list.kind === "dropped") return sum;
    return sum + (list.kind === "replaced" ? list.members.length : list.added.length + list.removed.length);
  }, 0);
  // Quotes and comma take three bytes each at least, so that a text that is bound to be too long is not even made.
  if (members * 3 > MAX_COMMIT_BYTES) return null;
  const text = JSON.stringify(commit);
  return Buffer.byteLength(text) > MAX_COMMIT_BYTES ? null : text;
}
