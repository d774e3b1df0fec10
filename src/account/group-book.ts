import type { GroupDelta } from "./batch.ts";
import type { ExchangeShelf } from "./exchange-shelf.ts";
import { compareSeverity, grow, maxExamples, overflowOf, type GrowingGroup } from "./group.ts";

/** Every group seen, so many at most; what is beyond them counts as one group per route. */
export class GroupBook {
  readonly #limit: number;
  readonly #shelf: ExchangeShelf;
  readonly #groups = new Map<string, GrowingGroup>();

  constructor(limit: number, shelf: ExchangeShelf) {
    this.#limit = limit;
    this.#shelf = shelf;
  }

  add(delta: GroupDelta): void {
    const fits = this.#groups.has(delta.signature) || this.#groups.size < this.#limit;
    const about = fits ? delta : overflowOf(delta);
    const known = this.#groups.get(about.signature);
    const group = known ?? { ...about, examples: [] };
    if (known === undefined) this.#groups.set(about.signature, group);
    else grow(known, delta);
    if (delta.severity === "noise" && group.severity !== "noise") return;
    for (const id of delta.examples) this.#show(group, id);
  }

  get(signature: string): GroupDelta | null {
    return this.#groups.get(signature) ?? null;
  }

  /** Gravest first, then by count. */
  list(): readonly GroupDelta[] {
    return [...this.#groups.values()].toSorted(
      (a, b) =>
        compareSeverity(b.severity, a.severity) || b.count - a.count || a.signature.localeCompare(b.signature, "en"),
    );
  }

  /** A group shows the first exchange whose details were kept and the latest ones: they stay while it shows them. */
  #show(group: GrowingGroup, id: string): void {
    if (group.examples.includes(id) || !this.#shelf.pin(id)) return;
    const [first, second, ...rest] = group.examples;
    if (first === undefined || second === undefined || group.examples.length < maxExamples) {
      group.examples = [...group.examples, id];
      return;
    }
    this.#shelf.unpin(second);
    group.examples = [first, ...rest, id];
  }
}
