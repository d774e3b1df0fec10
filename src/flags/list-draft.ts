import type { ListChange, ListId } from "./change.ts";
import { NOBODY, type ShopperTable } from "./shopper-list.ts";

/** A list as a write changes it, held as what differs from the stored one. */
export class ListDraft {
  readonly #stored: ShopperTable | null;
  /** true: added; false: taken out. */
  readonly #changed = new Map<string, boolean>();
  #size: number;

  /** null: the store has no such list. */
  constructor(stored: ShopperTable | null) {
    this.#stored = stored;
    this.#size = stored?.size ?? 0;
  }

  get size(): number {
    return this.#size;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  has(shopper: string): boolean {
    return this.#changed.get(shopper) ?? this.#isStored(shopper);
  }

  /** False: was in it. */
  add(shopper: string): boolean {
    if (this.has(shopper)) return false;
    this.#size += 1;
    if (this.#isStored(shopper)) this.#changed.delete(shopper);
    else this.#changed.set(shopper, true);
    return true;
  }

  /** False: was not in it. */
  remove(shopper: string): boolean {
    if (!this.has(shopper)) return false;
    this.#size -= 1;
    if (this.#isStored(shopper)) this.#changed.set(shopper, false);
    else this.#changed.delete(shopper);
    return true;
  }

  /** Whose members are exactly these. */
  become(members: readonly string[]): void {
    const wanted = new Set(members);
    for (const member of this.members()) if (!wanted.has(member)) this.remove(member);
    for (const member of wanted) this.add(member);
  }

  *members(): Iterable<string> {
    for (const member of this.#stored?.members() ?? []) if (this.#changed.get(member) !== false) yield member;
    for (const [member, added] of this.#changed) if (added) yield member;
  }

  difference(): { readonly added: readonly string[]; readonly removed: readonly string[] } {
    const changed = [...this.#changed];
    return {
      added: changed.flatMap(([member, added]) => (added ? [member] : [])),
      removed: changed.flatMap(([member, added]) => (added ? [] : [member])),
    };
  }

  /** By differences where those are less than the whole. */
  change(list: ListId): ListChange | null {
    if (!this.isChanged) return null;
    const asDifference = this.#stored !== null && this.#changed.size < this.#size;
    if (asDifference) return { kind: "edited", list, ...this.difference() };
    return { kind: "replaced", list, members: [...this.members()] };
  }

  #isStored(shopper: string): boolean {
    return (this.#stored ?? NOBODY).has(shopper);
  }
}
