import { isDeepStrictEqual } from "node:util";
import { collectionOf, documentName, type DocumentId, type StoredDocument } from "./document.ts";
import type { JsonObject } from "./flag.ts";
import type { Outcome } from "./flag-draft.ts";
import type { PlanContext, PlanState } from "./plan.ts";

/** A document as a write changes it. */
export class DocumentDraft {
  readonly id: DocumentId;
  readonly #stored: StoredDocument | null;
  /** The store has a record that nobody can read. */
  readonly #unreadable: boolean;
  #value: JsonObject | null;

  constructor(id: DocumentId, state: PlanState) {
    this.id = id;
    this.#stored = state.documents.get(id) ?? null;
    this.#unreadable = state.unreadable?.includes(id) ?? false;
    this.#value = this.#stored?.value ?? null;
  }

  get exists(): boolean {
    return this.#value !== null || this.#unreadable;
  }

  /** null: there is none afterwards. */
  get value(): JsonObject | null {
    return this.#value;
  }

  put(value: JsonObject): void {
    this.#value = value;
  }

  remove(): void {
    this.#value = null;
  }

  /** null: it is as it was. */
  outcome({ version, at, by }: Pick<PlanContext, "version" | "at" | "by">): Outcome | null {
    const [before, after] = [this.#stored?.value ?? null, this.#value];
    if (!this.#unreadable && isDeepStrictEqual(before, after)) return null;
    const { id } = this;
    const collection = collectionOf(id);
    const subject = documentName(id);
    const edited = {
      action: `${collection}-${after === null ? "removed" : "set"}`,
      subject,
      before,
      after,
      members: [],
    } as const;
    const change =
      after === null
        ? ({ kind: "removed", id } as const)
        : ({ kind: "set", document: { id, value: after, version, updatedAt: at, updatedBy: by } } as const);
    return { flags: [], lists: [], documents: [change], edited };
  }
}
