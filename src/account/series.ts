import type { Labels } from "./batch.ts";
import { metricOf } from "./metrics.ts";

/** What label values become beyond the limit. */
const other = "other";

/** The series of many metrics, told apart by name and labels, so many label sets of each at most. */
export class SeriesTable<T> {
  readonly #limit: number;
  readonly #make: (name: string, labels: Labels) => T;
  readonly #series = new Map<string, T>();
  readonly #sizes = new Map<string, number>();

  constructor(limit: number, make: (name: string, labels: Labels) => T) {
    this.#limit = limit;
    this.#make = make;
  }

  /** The series of these labels; beyond the limit one whose labels all are `other`. */
  at(name: string, labels: Labels): T {
    const key = keyOf(name, labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const size = this.#sizes.get(name) ?? 0;
    if (size < this.#limit) return this.#add(key, name, labels);
    const rest = Object.fromEntries(Object.keys(labels).map((label) => [label, other]));
    const restKey = keyOf(name, rest);
    return this.#series.get(restKey) ?? this.#add(restKey, name, rest);
  }

  values(): IterableIterator<T> {
    return this.#series.values();
  }

  #add(key: string, name: string, labels: Labels): T {
    const made = this.#make(name, labels);
    this.#series.set(key, made);
    this.#sizes.set(name, (this.#sizes.get(name) ?? 0) + 1);
    return made;
  }
}

/** The same whatever order the labels are written in. */
function keyOf(name: string, labels: Labels): string {
  let key = name;
  for (const label of metricOf(name)?.labels ?? Object.keys(labels).toSorted()) key += `\u0000${labels[label] ?? ""}`;
  return key;
}
