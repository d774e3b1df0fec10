import type { Divergence } from "../model/index.ts";
import type { ArchivedGroupDelta } from "./archive.ts";
import type { Cell } from "./cell.ts";
import { latestHours, maxExamples, overflowOf, overflowSignature, saw, type GrowingGroup } from "./group.ts";
import { ToldCells } from "./told-cells.ts";

/** What divergences were found in: one item. */
export interface Subject {
  readonly route: string;
  readonly itemKind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of the shopper; null: unknown. */
  readonly cell: Cell | null;
}

/** How many cells are told apart in all, and who is told of each that is not. */
export interface CellLimit {
  readonly max: number;
  readonly lost: () => void;
}

export interface DrainLimit {
  readonly groups: number;
  readonly cells: number;
}

const everything: DrainLimit = { groups: Number.POSITIVE_INFINITY, cells: Number.POSITIVE_INFINITY };

interface Tallied {
  readonly group: GrowingGroup;
  readonly hours: Map<number, number>;
  readonly cells: Set<Cell>;
  alone: number;
  /** Whose divergences came last: those of one item come one after the other. */
  latest: Subject | null;
}

const hourMs = 3_600_000;

/** Divergences since the last batch by signature, so many signatures at most: none goes uncounted. */
export class GroupTally {
  readonly #limit: number;
  readonly #cellLimit: CellLimit | null;
  readonly #groups = new Map<string, Tallied>();
  readonly #told: ToldCells;
  #cells = 0;

  /** `cells` null: they are of no interest. */
  constructor(limit: number, cells: CellLimit | null) {
    this.#limit = limit;
    this.#cellLimit = cells;
    this.#told = new ToldCells(cells?.max ?? 0);
  }

  add(exchange: string, subject: Subject, divergence: Divergence): void {
    const tallied = this.#find(subject, divergence);
    const { group } = tallied;
    const { at } = subject;
    const { severity } = divergence;
    group.count += 1;
    if (severity === "noise") group.noise += 1;
    // Of a group that counts, noise is counted and nothing else.
    if (severity === "noise" && group.severity !== "noise") return;
    // Examples are of what counts, where there is such.
    if (severity !== "noise" && group.severity === "noise") group.examples = [];
    saw(group, { severity, firstSeen: at, lastSeen: at });
    if (severity === "noise") return this.#show(group, exchange);
    if (divergence.downstream) group.downstream += 1;
    const hour = Math.floor(at / hourMs);
    tallied.hours.set(hour, (tallied.hours.get(hour) ?? 0) + 1);
    this.#show(group, exchange);
    if (tallied.latest === subject) return;
    tallied.latest = subject;
    group.items += 1;
    this.#found(tallied, subject);
  }

  /** At most so many groups, and cells of them: what is left comes with the next. */
  drain(most: DrainLimit = everything): readonly ArchivedGroupDelta[] {
    const drained: ArchivedGroupDelta[] = [];
    let room = most.cells;
    for (const [signature, tallied] of this.#groups) {
      if (drained.length >= most.groups || (room < tallied.cells.size && drained.length > 0)) break;
      const cells = [...tallied.cells].slice(0, room);
      for (const cell of cells) this.#told.add(signature, cell, 0);
      room -= cells.length;
      this.#cells -= cells.length;
      this.#groups.delete(signature);
      drained.push({ ...tallied.group, hours: latestHours(tallied.hours), cells, alone: tallied.alone });
      if (cells.length < tallied.cells.size) this.#leave(tallied, cells.length);
    }
    return drained;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  forget(shoppers: readonly string[]): void {
    this.#told.forget(shoppers);
  }

  /** A group of which everything was drawn off but these cells. */
  #leave({ group, cells }: Tallied, from: number): void {
    const none = { count: 0, noise: 0, downstream: 0, items: 0, examples: [] };
    this.#put({ ...group, ...none });
    const left = this.#groups.get(group.signature);
    for (const cell of [...cells].slice(from)) left?.cells.add(cell);
  }

  #show(group: GrowingGroup, exchange: string): void {
    if (group.examples.length >= maxExamples || group.examples.at(-1) === exchange) return;
    group.examples = [...group.examples, exchange];
  }

  #found(tallied: Tallied, { cell }: Subject): void {
    const limit = this.#cellLimit;
    if (limit === null) return;
    if (cell === null) {
      tallied.alone += 1;
      return;
    }
    if (tallied.cells.has(cell) || this.#told.has(tallied.group.signature, cell, 0)) return;
    if (this.#cells >= limit.max) return limit.lost();
    tallied.cells.add(cell);
    this.#cells += 1;
  }

  #find(subject: Subject, divergence: Divergence): Tallied {
    const known = this.#groups.get(divergence.signature);
    if (known !== undefined) return known;
    const group = emptyGroup(subject, divergence);
    if (this.#groups.size < this.#limit) return this.#put(group);
    return this.#groups.get(overflowSignature(subject.route)) ?? this.#put(overflowOf(group));
  }

  #put(group: GrowingGroup): Tallied {
    const tallied = { group, hours: new Map(), cells: new Set<Cell>(), alone: 0, latest: null };
    this.#groups.set(group.signature, tallied);
    return tallied;
  }
}

function emptyGroup({ route, itemKind, at }: Subject, divergence: Divergence): GrowingGroup {
  const { signature, where, path, kind, change, severity } = divergence;
  const about = { signature, route, itemKind, where, path: generalPath(path), kind, change, severity };
  const none = { count: 0, noise: 0, downstream: 0, items: 0, hours: [], examples: [] };
  return { ...about, ...none, firstSeen: at, lastSeen: at };
}

const index = /\/\d+(?=\/|$)/g;
const hiddenName = /\{[0-9a-f]*\}/g;

/** A divergence's pointer without what varies from item to item. */
function generalPath(pointer: string): string {
  return pointer.replaceAll(index, "/*").replaceAll(hiddenName, "{*}");
}
