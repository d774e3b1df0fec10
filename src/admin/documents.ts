import type { Context } from "hono";
import {
  documentId,
  documentsOf,
  type Collection,
  type DocumentId,
  type Edit,
  type JsonObject,
  type StoredDocument,
} from "../flags/index.ts";
import { actorOf } from "./actor.ts";
import { reasonOf } from "./body.ts";
import type { Actor } from "../registry/index.ts";
import type { AdminDeps, AdminWriteAnswer } from "./deps.ts";
import { etag, expectedVersion } from "./etag.ts";
import { flagsNow } from "./in-force.ts";
import { refusal } from "./write.ts";

/** What one write makes of one document; `value` null: it is taken out. */
export interface DocumentOrder {
  readonly collection: Collection;
  readonly id: string;
  readonly value: JsonObject | null;
  /** What the audit is told; where it is absent, `?reason=`. */
  readonly reason?: string | undefined;
  /** In the same write. */
  readonly besides?: readonly Edit[];
}

/** A write that was done, or had nothing to do. */
export interface WrittenDocument {
  readonly version: number;
  /** null: there was, or is, none. */
  readonly before: StoredDocument | null;
  readonly after: StoredDocument | null;
  readonly unchanged: boolean;
}

type Deps = Pick<AdminDeps, "flags" | "write">;

/** Documents of one collection that are in force, by id. */
export function documentsNow(deps: Pick<AdminDeps, "flags">, collection: Collection) {
  return documentsOf(flagsNow(deps).state.documents, collection);
}

export function documentNow(deps: Pick<AdminDeps, "flags">, id: DocumentId): StoredDocument | null {
  return flagsNow(deps).state.documents.get(id) ?? null;
}

/** Who writes, why, and which version of the document they have seen; null: whatever it is, 0: there was none. */
interface DocumentWriter {
  readonly actor: Actor;
  readonly reason: string | null;
  readonly version: number | null;
}

export function putDocument(
  { write }: Pick<AdminDeps, "write">,
  { collection, id, value, besides = [] }: DocumentOrder,
  { actor, reason, version }: DocumentWriter,
): Promise<AdminWriteAnswer> {
  const edit: Edit =
    value === null ? { kind: "remove-document", collection, id } : { kind: "document", collection, id, value };
  const expect = version === null ? {} : { documents: { [documentId(collection, id)]: version } };
  return write({ edits: [edit, ...besides], actor, reason, expect });
}

/** One audited write; `If-Match` is about the version of this document. */
export async function writeDocument(
  c: Context,
  { deps, order }: { readonly deps: Deps; readonly order: DocumentOrder },
  answer: (written: WrittenDocument) => object,
): Promise<Response> {
  const { collection, id } = order;
  const key = documentId(collection, id);
  const given = reasonOf(c, order.reason);
  if (!given.ok) return given.refusal;
  const seen = documentNow(deps, key);
  const expected = expectedVersion(c, seen?.version ?? 0);
  if (!expected.ok) return expected.refusal;
  const by = { actor: actorOf(c), reason: given.reason, version: expected.version };
  const outcome = await putDocument(deps, order, by);
  if (outcome.kind !== "written" && outcome.kind !== "unchanged") return refusal(c, outcome);
  const { version, kind } = outcome;
  const unchanged = kind === "unchanged";
  // Others may have written between the look and the write, or since.
  const then = unchanged ? null : deps.flags(version - 1);
  const before = then === null ? seen : (then.state.documents.get(key) ?? null);
  const now = unchanged ? null : deps.flags(version);
  const after = (now ?? flagsNow(deps)).state.documents.get(key) ?? null;
  c.header("etag", etag(after?.version ?? 0));
  return c.json({ version, ...answer({ version, before, after, unchanged }), unchanged });
}
