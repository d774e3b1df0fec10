import type { DocumentId, Documents, StoredDocument } from "../../../flags/index.ts";

/** Documents as they cross threads: what has changed since they crossed last. */
export interface DocumentsTold {
  /** The receiver forgets what it knew. */
  readonly whole: boolean;
  readonly set: readonly StoredDocument[];
  readonly removed: readonly DocumentId[];
}

export function allDocuments(documents: Documents): DocumentsTold {
  return { whole: true, set: [...documents.values()], removed: [] };
}

/** null: they are the same. That of a write which left documents alone is known without a look at them. */
export function documentsBetween(before: Documents, after: Documents): DocumentsTold | null {
  if (before === after) return null;
  const set = [...after.values()].filter((document) => before.get(document.id) !== document);
  const removed = [...before.keys()].filter((id) => !after.has(id));
  return set.length + removed.length === 0 ? null : { whole: false, set, removed };
}

export function documentsAfter(known: Documents, { whole, set, removed }: DocumentsTold): Documents {
  const documents = new Map(whole ? [] : known);
  for (const id of removed) documents.delete(id);
  for (const document of set) documents.set(document.id, document);
  return documents;
}
