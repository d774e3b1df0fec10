import { serialize } from "node:v8";
import type { Edit, FlagList, Problem } from "../flags/index.ts";
import type { AdminWrite } from "./deps.ts";
import { readEdits, type EditForm } from "./edits.ts";
import { fewMembers, listNames } from "./in-force.ts";
import { parseJson } from "./json.ts";

/** What a body asks for, as far as this thread has to know. */
export interface Wanted {
  /** What the registry gets: as they are, or long lists as bytes that only it unpacks. */
  readonly edits: AdminWrite["edits"];
  /** Flags that are edited, in their order. */
  readonly keys: readonly string[];
  /** The flag that the guide's form is about. */
  readonly key: string | null;
  /** Whether lists are put in the place of others: by naming them, or by a whole flag that does not. */
  readonly replacesLists: boolean;
  /** Lists that an answer which is cut could have shown. */
  readonly short: readonly ShortList[];
}

export interface ShortList {
  /** null: a stored list. */
  readonly list: FlagList | null;
  /** Key of the flag or name of the stored list. */
  readonly subject: string;
  readonly members: readonly string[];
}

/** What became of a body. `refused`: 400 with a sentence. */
export type Reading =
  | { readonly kind: "wanted"; readonly wanted: Wanted }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

export function readBytes(bytes: ArrayBuffer, form: EditForm): Reading {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return { kind: "refused", detail: parsed.detail };
  const read = readEdits(form, parsed.value);
  if (!read.ok) return { kind: "invalid", problems: read.problems };
  return { kind: "wanted", wanted: wantedOf(read.edits, read.key) };
}

export function wantedOf(edits: readonly Edit[], key: string | null = null): Wanted {
  return {
    edits,
    key,
    keys: edits.flatMap((edit) => ("key" in edit ? [edit.key] : [])),
    replacesLists: edits.some((edit) => edit.kind === "put" || edit.kind === "audience" || namedLists(edit).length > 0),
    short: edits.flatMap(namedLists).filter(({ members }) => members.length === fewMembers),
  };
}

/** For another thread. */
export function packed(reading: Reading): Reading {
  if (reading.kind !== "wanted" || reading.wanted.edits instanceof Uint8Array) return reading;
  return { kind: "wanted", wanted: { ...reading.wanted, edits: new Uint8Array(serialize(reading.wanted.edits)) } };
}

function namedLists(edit: Edit): readonly ShortList[] {
  if (edit.kind === "audience") return [{ list: null, subject: edit.name, members: edit.members }];
  if (edit.kind !== "put" && edit.kind !== "patch") return [];
  const { key, fields } = edit;
  return listNames.flatMap((list) => {
    const members = fields[list];
    return Array.isArray(members) ? [{ list, subject: key, members }] : [];
  });
}
