import { AudienceDraft } from "./audience-draft.ts";
import { documentId, type DocumentId } from "./document.ts";
import { DocumentDraft } from "./document-draft.ts";
import { applyChange, type Change, type FlagState } from "./change.ts";
import type { Edit } from "./edit.ts";
import { editProblems } from "./edit-problems.ts";
import { FlagDraft } from "./flag-draft.ts";
import type { Plan, PlanContext, PlanState } from "./plan.ts";
import { lockRefusal } from "./lock.ts";
import { editRefusal, resultRefusal } from "./refusal.ts";
import { resultProblems } from "./result-problems.ts";
import { flagRoles, type FlagRole } from "./roles.ts";

/** What several edits, in their order, come to as one write, or why they may not be written. Pure; nothing is half done. */
export function planWrite(state: PlanState, edits: readonly Edit[], context: PlanContext): Plan {
  const problems = edits.flatMap((edit) => editProblems(edit));
  if (problems.length > 0) return { kind: "invalid", problems };
  const draft = new WriteDraft(state, context);
  for (const edit of edits) {
    const fault = draft.apply(edit);
    if (fault !== null) return fault;
  }
  return draft.plan(edits);
}

class WriteDraft {
  readonly #state: PlanState;
  readonly #context: PlanContext;
  readonly #roles: ReadonlyMap<string, FlagRole>;
  readonly #flags = new Map<string, FlagDraft>();
  readonly #audiences = new Map<string, AudienceDraft>();
  readonly #documents = new Map<DocumentId, DocumentDraft>();

  constructor(state: PlanState, context: PlanContext) {
    this.#state = state;
    this.#context = context;
    this.#roles = flagRoles(context.routes);
  }

  /** null: applied. */
  apply(edit: Edit): Extract<Plan, { kind: "unknown" | "refused" }> | null {
    if ("collection" in edit) return this.#applyToDocument(edit);
    if (!("key" in edit)) return this.#applyToAudience(edit);
    const flag = this.#flag(edit.key);
    const said = editRefusal(edit, flag, this.#roles.get(edit.key));
    if (said !== null) return { kind: "refused", why: said.text, pt: said.pt };
    if (edit.kind === "put") flag.put(edit.fields);
    else if (edit.kind === "patch") flag.patch(edit.fields);
    else if (!flag.isKnown) return { kind: "unknown", subject: edit.key };
    else if (edit.kind === "kill") flag.kill();
    else if (edit.kind === "remove") flag.remove();
    else flag.editMembers(edit);
    return null;
  }

  plan(edits: readonly Edit[]): Plan {
    const problems = resultProblems(
      {
        flags: [...this.#flags.values()],
        audiences: [...this.#audiences.values()],
        documents: [...this.#documents.values()],
      },
      this.#state,
    );
    if (problems.length > 0) return { kind: "invalid", problems };
    const drafts = [...this.#audiences.values(), ...this.#flags.values(), ...this.#documents.values()];
    const outcomes = drafts.flatMap((draft) => draft.outcome(this.#context) ?? []);
    if (outcomes.length === 0) return { kind: "unchanged" };
    const documents = outcomes.flatMap((outcome) => outcome.documents ?? []);
    const change: Change = {
      flags: outcomes.flatMap(({ flags }) => flags),
      lists: outcomes.flatMap(({ lists }) => lists),
      ...(documents.length === 0 ? {} : { documents }),
    };
    const next = applyChange(this.#state, change);
    const edited = outcomes.map((outcome) => outcome.edited);
    const step = { before: this.#state, after: this.#after(next, change) };
    const said = resultRefusal(edits, step, this.#context) ?? lockRefusal({ edits, edited }, step, this.#context);
    if (said !== null) return { kind: "refused", why: said.text, pt: said.pt };
    return { kind: "change", change, next, edited };
  }

  #applyToDocument(edit: Extract<Edit, { collection: string }>): Extract<Plan, { kind: "unknown" }> | null {
    const document = this.#document(documentId(edit.collection, edit.id));
    if (edit.kind === "document") document.put(edit.value);
    else if (!document.exists) return { kind: "unknown", subject: edit.id };
    else document.remove();
    return null;
  }

  #applyToAudience(edit: Extract<Edit, { name: string }>): Extract<Plan, { kind: "unknown" }> | null {
    const audience = this.#audience(edit.name);
    if (edit.kind === "audience") audience.put(edit.members);
    else if (!audience.exists) return { kind: "unknown", subject: edit.name };
    else if (edit.kind === "remove-audience") audience.remove();
    else audience.edit(edit.add, edit.remove);
    return null;
  }

  #after(next: FlagState, { flags }: Change): PlanState {
    const written = new Set(flags.map((one) => (one.kind === "set" ? one.flag.key : one.key)));
    return { ...next, unreadable: (this.#state.unreadable ?? []).filter((key) => !written.has(key)) };
  }

  #flag(key: string): FlagDraft {
    const draft = this.#flags.get(key) ?? new FlagDraft(key, this.#state, this.#context);
    this.#flags.set(key, draft);
    return draft;
  }

  #document(id: DocumentId): DocumentDraft {
    const draft = this.#documents.get(id) ?? new DocumentDraft(id, this.#state);
    this.#documents.set(id, draft);
    return draft;
  }

  #audience(name: string): AudienceDraft {
    const draft = this.#audiences.get(name) ?? new AudienceDraft(name, this.#state.audiences.get(name) ?? null);
    this.#audiences.set(name, draft);
    return draft;
  }
}
