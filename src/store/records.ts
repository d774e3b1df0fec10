import { z } from "zod";
import {
  isDocumentId,
  parseFlag,
  type DocumentId,
  type FlagOf,
  type ListId,
  type StoredDocument,
} from "../flags/index.ts";
import type { AuditEntry, Commit, Kill } from "../registry/index.ts";

/** What is kept as JSON text, and what is read back from it: null where the text is not what was written. */

const count = z.int().min(0);
const counts = z.looseObject({ allowlist: count.nullable(), denylist: count, forceOn: count });

export function readFlag(text: string): FlagOf<number> | null {
  return toFlag(toJson(text));
}

/** A flag's record holds its lists as numbers of members; its other fields are as everywhere. */
function toFlag(record: unknown): FlagOf<number> | null {
  const sizes = counts.safeParse(record);
  if (!sizes.success) return null;
  const { allowlist, denylist, forceOn } = sizes.data;
  const parsed = parseFlag({ ...sizes.data, allowlist: allowlist === null ? null : [], denylist: [], forceOn: [] });
  return parsed.ok ? { ...parsed.flag, allowlist, denylist, forceOn } : null;
}

const documentSchema = z.object({
  id: z.custom<DocumentId>((id) => typeof id === "string" && isDocumentId(id)),
  value: z.record(z.string(), z.json()),
  version: count,
  updatedAt: z.string(),
  updatedBy: z.string(),
});

export function readDocument(text: string): StoredDocument | null {
  return documentSchema.safeParse(toJson(text)).data ?? null;
}

const killSchema = z.object({ at: z.iso.datetime(), by: z.string(), reason: z.string().nullable() });

/** A kill that cannot be read is a kill: in doubt legacy answers. */
export function readKill(text: string): Kill {
  const parsed = killSchema.safeParse(toJson(text));
  return parsed.success ? parsed.data : { at: new Date(0).toISOString(), by: "unknown", reason: "record unreadable" };
}

const position = z.object({ version: count, seq: count, hash: z.string() });

const entrySchema = z.object({
  ...position.shape,
  at: z.string(),
  actor: z.object({
    kind: z.enum(["token", "command", "dashboard", "signal", "environment", "automatic", "anonymous"]),
    name: z.string(),
  }),
  action: z.string(),
  subject: z.string(),
  before: z.json(),
  after: z.json(),
  reason: z.string().nullable(),
  environment: z.string(),
  previous: z.string(),
});

/** Not what a schema makes of it: an entry's hash is over its members in their order. */
const isEntry = (value: unknown): value is AuditEntry => entrySchema.safeParse(value).success;

export function readEntry(text: string): AuditEntry | null {
  const value = toJson(text);
  return isEntry(value) ? value : null;
}

const LIST_ID = /^(?:allowlist|denylist|forceOn|audience):./s;
const isListId = (text: unknown): text is ListId => typeof text === "string" && LIST_ID.test(text);

const list = z.custom<ListId>(isListId);
const shoppers = z.array(z.string());
const flag = z.unknown().transform((record, context) => {
  const flag = toFlag(record);
  if (flag !== null) return flag;
  context.addIssue("not a flag");
  return z.NEVER;
});

const commitSchema = z.object({
  before: position,
  after: position,
  change: z.object({
    flags: z.array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("set"), flag }),
        z.object({ kind: z.literal("removed"), key: z.string() }),
      ]),
    ),
    lists: z.array(
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("replaced"), list, members: shoppers }),
        z.object({ kind: z.literal("edited"), list, added: shoppers, removed: shoppers }),
        z.object({ kind: z.literal("dropped"), list }),
      ]),
    ),
    documents: z
      .array(
        z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("set"), document: documentSchema }),
          z.object({ kind: z.literal("removed"), id: documentSchema.shape.id }),
        ]),
      )
      .exactOptional(),
  }),
  kill: killSchema.nullable().exactOptional(),
  entries: z.array(z.custom<AuditEntry>(isEntry)),
});

export function readCommit(text: string): Commit | null {
  const parsed = commitSchema.safeParse(toJson(text));
  return parsed.success ? parsed.data : null;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
