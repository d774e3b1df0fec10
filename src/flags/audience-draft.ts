import type { ListChange, ListId } from "./change.ts";
import type { Outcome } from "./flag-draft.ts";
import { ListDraft } from "./list-draft.ts";
import type { Edited } from "./plan.ts";
import type { ShopperTable } from "./shopper-list.ts";

/** A stored list of shoppers as a write changes it. */
export class AudienceDraft {
  readonly name: string;
  readonly #stored: ShopperTable | null;
  readonly #list: ListDraft;
  #exists: boolean;

  constructor(name: string, stored: ShopperTable | null) {
    this.name = name;
    this.#stored = stored;
    this.#list = new ListDraft(stored);
    this.#exists = stored !== null;
  }

  get exists(): boolean {
    return this.#exists;
  }

  get size(): number {
    return this.#list.size;
  }

  put(members: readonly string[]): void {
    this.#list.become(members);
    this.#exists = true;
  }

  edit(add: readonly string[], remove: readonly string[]): void {
    for (const member of remove) this.#list.remove(member);
    for (const member of add) this.#list.add(member);
  }

  remove(): void {
    this.#list.become([]);
    this.#exists = false;
  }

  /** null: it is as it was. */
  outcome(): Outcome | null {
    const change = this.#change(`audience:${this.name}`);
    if (change === null) return null;
    const edited: Edited = {
      action: this.#exists ? "audience-set" : "audience-removed",
      subject: this.name,
      before: this.#stored?.size ?? null,
      after: this.#exists ? this.#list.size : null,
      members: this.#list.isChanged ? [{ list: change.list, ...this.#list.difference() }] : [],
    };
    return { flags: [], lists: [change], edited };
  }

  #change(list: ListId): ListChange | null {
    if (!this.#exists) return this.#stored === null ? null : { kind: "dropped", list };
    // An audience has no record besides its list: an empty one is written as well.
    if (this.#stored === null && this.#list.size === 0) return { kind: "replaced", list, members: [] };
    return this.#list.change(list);
  }
}
