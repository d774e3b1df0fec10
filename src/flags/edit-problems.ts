import { maxDocumentBytes } from "./document.ts";
import type { Edit, FlagFields } from "./edit.ts";
import { listProblem } from "./member.ts";
import { showKind, showValue, type Problem } from "./problem.ts";
import { NAME, fieldPath, isFlagKey, isJson, parseFields } from "./schema.ts";

const MAX_DOCUMENT_DEPTH = 20;

/** What is wrong with an edit, whatever it is applied to. */
export function editProblems(edit: Edit): readonly Problem[] {
  if ("collection" in edit) return documentProblems(edit);
  const [kind, name] = "key" in edit ? ["flags", edit.key] : ["audiences", edit.name];
  if (!isFlagKey(name)) return [{ where: "key" in edit ? "key" : "name", is: showValue(name), must: NAME }];
  const where = `${kind}.${name}`;
  switch (edit.kind) {
    case "put":
    case "patch":
      return fieldProblems(edit.fields, where);
    case "members":
    case "audience-members":
      return memberProblems(edit, where);
    case "audience":
      return listOf(listProblem(edit.members, `${where}.members`));
    case "kill":
    case "remove":
    case "remove-audience":
      return [];
  }
}

function documentProblems(edit: Extract<Edit, { collection: string }>): readonly Problem[] {
  if (!isFlagKey(edit.id)) return [{ where: "id", is: showValue(edit.id), must: NAME }];
  if (edit.kind === "remove-document") return [];
  const where = `${edit.collection}.${edit.id}`;
  if (!isJson(edit.value, MAX_DOCUMENT_DEPTH))
    return [{ where, is: "something else", must: "JSON that is not deeper than 20" }];
  const bytes = Buffer.byteLength(JSON.stringify(edit.value));
  const most = maxDocumentBytes[edit.collection];
  return bytes <= most ? [] : [{ where, is: `${bytes} bytes`, must: `at most ${most} bytes of JSON` }];
}

function memberProblems(
  { add, remove }: Extract<Edit, { kind: "members" | "audience-members" }>,
  where: string,
): readonly Problem[] {
  const problems = [...listOf(listProblem(add, `${where}.add`)), ...listOf(listProblem(remove, `${where}.remove`))];
  if (problems.length > 0) return problems;
  const added = new Set(add);
  const both = remove.findIndex((member) => added.has(member));
  if (both === -1) return [];
  return [{ where: `${where}.remove[${both}]`, is: showKind(remove[both]), must: "none of those in `add`" }];
}

function fieldProblems(fields: FlagFields, where: string): readonly Problem[] {
  const parsed = parseFields(fields);
  if (parsed.ok) return [];
  return parsed.problems.map((problem) => ({ ...problem, where: fieldPath(where, problem.where) }));
}

function listOf<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}
