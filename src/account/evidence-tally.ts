import { bucketOf } from "../stats/index.ts";
import { slotMs, type Cell } from "./cell.ts";
import {
  marks,
  measures,
  type EvidenceDelta,
  type MarkSet,
  type Measure,
  type OwnEvidence,
  type SketchCounts,
  type Sketches,
  type Stream,
} from "./evidence.ts";

/** Counts items of one stream as they end. */
export interface StreamTally {
  /** `shopper`: a keyed hash; null: nobody that is known. `at`: milliseconds since the epoch. */
  add(set: MarkSet, shopper: string | null, at: number): void;
  took(measure: Measure, ms: number): void;
}

export interface EvidenceLimits {
  /** Told apart in all, those that the archive has already included as long as their ten minutes last. */
  readonly cells: number;
  readonly streams: number;
}

/** Called for each cell, and each item of a stream, that there is no room for. */
export interface EvidenceLost {
  readonly cell: () => void;
  readonly stream: () => void;
}

/** Items still end so long after the ten minutes in which they came; one that ends later may count as a new cell here. */
const graceMs = 120_000;

/** What a batch for the archive takes: cells and buckets together, some 2 ms to hand over. */
const atOnce = 4_000;

/** Evidence as items end, for the control thread and the archive, each of which draws off what it has not got yet. */
export class EvidenceTally {
  readonly #limits: EvidenceLimits;
  readonly #lost: EvidenceLost;
  readonly #known = new Map<string, TalliedStream>();
  /** Those that have something. */
  readonly #active = new Set<TalliedStream>();
  #cells = 0;

  constructor(limits: EvidenceLimits, lost: EvidenceLost) {
    this.#limits = limits;
    this.#lost = lost;
  }

  of(stream: Stream): StreamTally {
    const { scope, route, population, legacyVersion, candidateVersion, rules } = stream;
    const key = [scope, route, population, legacyVersion, candidateVersion, rules].join("\n");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#limits.streams) this.#letGo();
    if (this.#known.size >= this.#limits.streams) return { add: this.#lost.stream, took: () => undefined };
    const tallied = new TalliedStream(stream, {
      active: (one) => this.#active.add(one),
      take: () => this.#take(),
    });
    this.#known.set(key, tallied);
    return tallied;
  }

  drainOwn(): readonly OwnEvidence[] {
    return Array.from(this.#active, (stream) => stream.takeOwn()).filter((own) => own !== null);
  }

  /** So much at most: what is left comes with the next. */
  drain(at: number): readonly EvidenceDelta[] {
    const drained: EvidenceDelta[] = [];
    let room = atOnce;
    for (const stream of this.#active) {
      while (room > 0) {
        const delta = stream.takeDelta(room);
        if (delta === null) break;
        drained.push(delta);
        room -= sizeOf(delta);
      }
      this.#cells -= stream.leave(at);
      if (stream.isIdle) this.#active.delete(stream);
    }
    return drained;
  }

  /** Whether the archive has got everything. */
  get isDrained(): boolean {
    for (const stream of this.#active) if (!stream.isDrained) return false;
    return true;
  }

  forget(shoppers: readonly string[]): void {
    for (const stream of this.#active) this.#cells -= stream.forget(shoppers);
  }

  #take(): boolean {
    if (this.#cells >= this.#limits.cells) {
      this.#lost.cell();
      return false;
    }
    this.#cells += 1;
    return true;
  }

  /** Of those that nothing is counted for. Whoever still holds one may go on counting by it. */
  #letGo(): void {
    for (const [key, stream] of this.#known) if (!this.#active.has(stream)) this.#known.delete(key);
  }
}

interface Whole {
  readonly active: (stream: TalliedStream) => void;
  /** Room for one more cell; false: there is none. */
  readonly take: () => boolean;
}

type Counts = number[];

/** Of one stream. */
interface Slot {
  readonly slot: number;
  /** Since the archive got them last. */
  raw: Counts;
  alone: Counts;
  isCounted: boolean;
  /** Who came here, with all marks. */
  readonly seen: Map<string, MarkSet>;
  /** Whose marks the archive has not got yet. */
  readonly grown: Set<string>;
}

class TalliedStream implements StreamTally {
  readonly #stream: Stream;
  readonly #whole: Whole;
  #own: { slot: number; readonly raw: Counts; readonly cells: Counts } | null = null;
  #slots: Slot[] = [];
  #sketches = new Map<Measure, Map<number, number>>();

  constructor(stream: Stream, whole: Whole) {
    this.#stream = stream;
    this.#whole = whole;
  }

  add(set: MarkSet, shopper: string | null, at: number): void {
    const slot = this.#slotOf(Math.floor(at / slotMs));
    this.#own ??= { slot: slot.slot, raw: none(), cells: none() };
    this.#own.slot = Math.max(this.#own.slot, slot.slot);
    const { raw, cells } = this.#own;
    slot.isCounted = true;
    count(raw, set);
    count(slot.raw, set);
    if (shopper === null) {
      count(cells, set);
      return count(slot.alone, set);
    }
    const before = slot.seen.get(shopper) ?? 0;
    const now = before | set;
    if (now === before || (before === 0 && !this.#whole.take())) return;
    slot.seen.set(shopper, now);
    slot.grown.add(shopper);
    count(cells, now & ~before);
  }

  took(measure: Measure, ms: number): void {
    let buckets = this.#sketches.get(measure);
    if (buckets === undefined) {
      buckets = new Map();
      this.#sketches.set(measure, buckets);
      this.#whole.active(this);
    }
    const bucket = bucketOf(ms);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }

  takeOwn(): OwnEvidence | null {
    const own = this.#own;
    this.#own = null;
    return own === null ? null : { stream: this.#stream, ...own };
  }

  /** Of one slot, with so many cells at most; null: the archive has everything. */
  takeDelta(room: number): EvidenceDelta | null {
    const slot = this.#slots.find(({ isCounted, grown }) => isCounted || grown.size > 0);
    if (slot === undefined) return null;
    const cells: (readonly [Cell, MarkSet])[] = [];
    for (const shopper of slot.grown) {
      if (cells.length >= room) break;
      slot.grown.delete(shopper);
      cells.push([`${slot.slot}:${shopper}`, slot.seen.get(shopper) ?? 0]);
    }
    const { raw, alone } = slot;
    slot.raw = none();
    slot.alone = none();
    slot.isCounted = false;
    return { stream: this.#stream, slot: slot.slot, raw, cells, alone, sketches: this.#takeSketches() };
  }

  get isDrained(): boolean {
    return this.#slots.every(({ isCounted, grown }) => !isCounted && grown.size === 0);
  }

  get isIdle(): boolean {
    return this.#own === null && this.#slots.length === 0 && this.#sketches.size === 0;
  }

  /** Of ten minutes that are over, whom the archive has got; how many. */
  leave(at: number): number {
    const isOver = ({ slot, isCounted, grown }: Slot): boolean =>
      !isCounted && grown.size === 0 && (slot + 1) * slotMs + graceMs < at;
    const over = this.#slots.filter(isOver);
    if (over.length > 0) this.#slots = this.#slots.filter((slot) => !over.includes(slot));
    return over.reduce((sum, { seen }) => sum + seen.size, 0);
  }

  /** How many cells were of them. */
  forget(shoppers: readonly string[]): number {
    let gone = 0;
    for (const { seen, grown } of this.#slots) {
      for (const shopper of shoppers) {
        grown.delete(shopper);
        if (seen.delete(shopper)) gone += 1;
      }
    }
    return gone;
  }

  #slotOf(number: number): Slot {
    const last = this.#slots.at(-1);
    if (last?.slot === number) return last;
    const known = this.#slots.find(({ slot }) => slot === number);
    if (known !== undefined) return known;
    const slot: Slot = {
      slot: number,
      raw: none(),
      alone: none(),
      isCounted: false,
      seen: new Map(),
      grown: new Set(),
    };
    this.#slots.push(slot);
    this.#whole.active(this);
    return slot;
  }

  #takeSketches(): Sketches {
    if (this.#sketches.size === 0) return {};
    const taken: { [M in Measure]?: SketchCounts } = {};
    for (const measure of measures) {
      const buckets = this.#sketches.get(measure);
      if (buckets !== undefined) taken[measure] = [...buckets];
    }
    this.#sketches = new Map();
    return taken;
  }
}

function none(): Counts {
  return marks.map(() => 0);
}

function count(counts: Counts, set: MarkSet): void {
  for (let mark = 0; mark < counts.length; mark += 1) {
    if ((set & (1 << mark)) !== 0) counts[mark] = (counts[mark] ?? 0) + 1;
  }
}

/** Even one without cells takes its place. */
function sizeOf({ cells, sketches }: EvidenceDelta): number {
  return measures.reduce((sum, measure) => sum + (sketches[measure]?.length ?? 0), cells.length + 1);
}
