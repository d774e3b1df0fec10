import type { AudienceDraft } from "./audience-draft.ts";
import type { FlagState } from "./change.ts";
import { collectionOf, collections, documentsOf, maxDocuments } from "./document.ts";
import type { DocumentDraft } from "./document-draft.ts";
import { withLists, type FlagOf, type JsonObject } from "./flag.ts";
import type { FlagDraft } from "./flag-draft.ts";
import type { ListDraft } from "./list-draft.ts";
import { LIST, MAX_LISTED_SHOPPERS } from "./member.ts";
import { showValue, type Problem } from "./problem.ts";
import { fieldPath, parseFlag } from "./schema.ts";

/** Every change hands all flags to the data plane: a thousand cost it less than a millisecond, 100,000 more than a second. */
const MAX_STORED = 1_000;
const MAX_ALL_SETTINGS_BYTES = 1_048_576;

interface Drafts {
  readonly flags: readonly FlagDraft[];
  readonly audiences: readonly AudienceDraft[];
  readonly documents: readonly DocumentDraft[];
}

/** What is wrong with what a write comes to: a list that is too long, a flag whose audience is not stored, too much of all. */
export function resultProblems({ flags, audiences, documents }: Drafts, state: FlagState): readonly Problem[] {
  const stored = new Set(state.audiences.keys());
  for (const { name, exists } of audiences) if (exists) stored.add(name);
  const gone = audiences.filter(({ name, exists }) => !exists && stored.has(name)).length;
  return [
    ...audiences.flatMap(({ name, size }) => sizeProblem(`audiences.${name}`, size)),
    ...flags.flatMap((draft) => (draft.flag === null ? [] : flagProblems(draft, draft.flag, stored))),
    ...countProblem("audiences", state.audiences.size, stored.size - gone),
    ...allFlagsProblems(flags, state),
    ...documentsProblems(documents, state),
  ];
}

function documentsProblems(drafts: readonly DocumentDraft[], { documents }: FlagState): readonly Problem[] {
  return collections.flatMap((collection) => {
    const added = drafts.filter(
      ({ id, value }) => collectionOf(id) === collection && value !== null && !documents.has(id),
    );
    if (added.length === 0) return [];
    const gone = drafts.filter(
      ({ id, value }) => collectionOf(id) === collection && value === null && documents.has(id),
    );
    const count = documentsOf(documents, collection).size + added.length - gone.length;
    const most = maxDocuments[collection];
    return count <= most ? [] : [{ where: collection, is: `${count} of them`, must: `at most ${most} in the store` }];
  });
}

/** A store that holds too much already may be written as long as it does not grow. */
function allFlagsProblems(drafts: readonly FlagDraft[], state: FlagState): readonly Problem[] {
  const settings = new Map([...state.flags.values()].map((flag) => [flag.key, flag.settings]));
  const before = bytesOf(settings.values());
  for (const { key, flag } of drafts) {
    if (flag === null) settings.delete(key);
    else settings.set(key, flag.settings);
  }
  const after = bytesOf(settings.values());
  const isTooMuch = after > MAX_ALL_SETTINGS_BYTES && after > before;
  const must = `at most ${MAX_ALL_SETTINGS_BYTES} bytes of settings in all flags together`;
  // A record of a flag that is known anyway is no more to decide: its kill is never refused.
  const added = drafts.filter(({ flag, isNew }) => flag !== null && isNew).length;
  return [
    ...(added === 0 ? [] : countProblem("flags", state.flags.size, settings.size)),
    ...(isTooMuch ? [{ where: "flags", is: `${after} bytes`, must }] : []),
  ];
}

function bytesOf(settings: Iterable<JsonObject>): number {
  let bytes = 0;
  for (const one of settings) if (Object.keys(one).length > 0) bytes += Buffer.byteLength(JSON.stringify(one));
  return bytes;
}

function countProblem(where: string, before: number, after: number): readonly Problem[] {
  if (after <= MAX_STORED || after <= before) return [];
  return [{ where, is: `${after} of them`, must: `at most ${MAX_STORED} in the store` }];
}

function flagProblems(
  { key, stored }: FlagDraft,
  flag: FlagOf<ListDraft>,
  audiences: ReadonlySet<string>,
): readonly Problem[] {
  const where = `flags.${key}`;
  const { audience } = flag;
  const isNew = audience !== null && audience !== stored?.audience;
  // The environment and the definitions have a part in it too.
  const parsed = parseFlag(withLists(flag, () => []));
  return [
    ...(parsed.ok ? [] : parsed.problems.map((problem) => ({ ...problem, where: fieldPath(where, problem.where) }))),
    ...(isNew && !audiences.has(audience)
      ? [{ where: `${where}.audience`, is: showValue(audience), must: "the name of a stored audience, or null" }]
      : []),
    ...sizeProblem(`${where}.allowlist`, flag.allowlist?.size ?? 0),
    ...sizeProblem(`${where}.denylist`, flag.denylist.size),
    ...sizeProblem(`${where}.forceOn`, flag.forceOn.size),
  ];
}

function sizeProblem(where: string, size: number): readonly Problem[] {
  if (size <= MAX_LISTED_SHOPPERS) return [];
  return [{ where, is: `a list of ${size} shoppers`, must: LIST }];
}
