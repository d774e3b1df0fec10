import type { JsonObject } from "./flag.ts";

/**
 * What people say beside flags, kept, audited and spread as flags are: `rule`, how a difference is to be taken; `triage`, what
 * a group of divergences is; `erasure`, whom instances are to forget; `rollout`, a plan with where it stands; `incident`, what
 * keeps every rollout from advancing; `channel`, what came of the last test of one that people are told by.
 */
export const collections = ["rule", "triage", "erasure", "hash-key", "rollout", "incident", "channel"] as const;

export type Collection = (typeof collections)[number];

/** Of `rule:ID` both halves are what a document is asked for by. */
export type DocumentId = `${Collection}:${string}`;

/** A record that flags know nothing of. What is in it is the affair of whoever writes and reads it. */
export interface StoredDocument {
  readonly id: DocumentId;
  readonly value: JsonObject;
  /** Of the store after the write that set it. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export type DocumentChange =
  | { readonly kind: "set"; readonly document: StoredDocument }
  | { readonly kind: "removed"; readonly id: DocumentId };

/** As JSON in UTF-8; a rollout has its whole plan with it. */
export const maxDocumentBytes: Readonly<Record<Collection, number>> = {
  rule: 16_384,
  triage: 16_384,
  erasure: 16_384,
  "hash-key": 16_384,
  rollout: 65_536,
  incident: 16_384,
  channel: 1_024,
};

/** How many a store holds of each. */
export const maxDocuments: Readonly<Record<Collection, number>> = {
  rule: 1_000,
  triage: 10_000,
  erasure: 1_000,
  "hash-key": 1,
  rollout: 200,
  incident: 1_000,
  channel: 100,
};

export type Documents = ReadonlyMap<DocumentId, StoredDocument>;

export function documentId(collection: Collection, name: string): DocumentId {
  return `${collection}:${name}`;
}

export function isDocumentId(text: string): text is DocumentId {
  const { collection, name } = partsOf(text);
  return collections.some((one) => one === collection) && name.length > 0;
}

export function collectionOf(id: DocumentId): Collection {
  const { collection } = partsOf(id);
  return collections.find((one) => one === collection) ?? "rule";
}

/** Without its collection. */
export function documentName(id: DocumentId): string {
  return partsOf(id).name;
}

/** Those of one collection, by their names. */
export function documentsOf(documents: Documents, collection: Collection): ReadonlyMap<string, StoredDocument> {
  const found = new Map<string, StoredDocument>();
  for (const [id, document] of documents) if (collectionOf(id) === collection) found.set(documentName(id), document);
  return found;
}

function partsOf(id: string): { readonly collection: string; readonly name: string } {
  const colon = id.indexOf(":");
  return { collection: id.slice(0, colon), name: id.slice(colon + 1) };
}
