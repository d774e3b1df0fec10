import {
  marks,
  slotMs,
  type MarkSet,
  type Measure,
  type SketchCounts,
  type Stream,
  type StreamEvidence,
} from "../account/index.ts";
import { bucketOf } from "../stats/index.ts";

/** What all instances of a simulated world know, as the archive would tell it. */
export interface SimulatedEvidence {
  /** Where items of a stream go. */
  to(stream: Stream): Gathering;
  of(scope: string): readonly StreamEvidence[];
}

/** One stream, as it grows. */
export interface Gathering {
  /** So many items with these marks, all of one slot, and so many cells that had not all of them before. */
  count(atMs: number, items: Counted, cells: Counted): void;
  /** So many items took so long. */
  took(measure: Measure, ms: number, items: number): void;
  /** Shoppers that had not been seen. */
  met(shoppers: number): void;
}

export interface Counted {
  readonly set: MarkSet;
  readonly count: number;
}

interface Slot {
  readonly slot: number;
  readonly raw: number[];
  readonly cells: number[];
}

/** Times are told in steps of 5 %: a p95 is no surer than that, and what is told often has to be little. */
const COARSE = 1.05;
const LN_COARSE = Math.log(COARSE);

export function createEvidence(): SimulatedEvidence {
  const scopes = new Map<string, Map<string, Gathered>>();
  return {
    to(stream) {
      const streams = scopes.get(stream.scope) ?? new Map<string, Gathered>();
      scopes.set(stream.scope, streams);
      const key = [stream.route, stream.population, stream.legacyVersion, stream.candidateVersion, stream.rules].join();
      const gathered = streams.get(key) ?? new Gathered(stream);
      streams.set(key, gathered);
      return gathered;
    },
    of: (scope) => [...(scopes.get(scope)?.values() ?? [])].flatMap((gathered) => gathered.told()),
  };
}

class Gathered implements Gathering {
  readonly #stream: Stream;
  /** The last one is open: the others change no more. */
  readonly #slots: Slot[] = [];
  readonly #sketches = new Map<Measure, Map<number, number>>();
  #firstSeen: number | null = null;
  #shoppers = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  count(atMs: number, items: Counted, cells: Counted): void {
    this.#firstSeen ??= atMs;
    const slot = Math.floor(atMs / slotMs);
    let open = this.#slots.at(-1);
    if (open?.slot !== slot) {
      open = { slot, raw: marks.map(() => 0), cells: marks.map(() => 0) };
      this.#slots.push(open);
    }
    add(open.raw, items);
    add(open.cells, cells);
  }

  took(measure: Measure, ms: number, items: number): void {
    const buckets = this.#sketches.get(measure) ?? new Map<number, number>();
    this.#sketches.set(measure, buckets);
    const bucket = bucketAt(Math.round(Math.log(ms) / LN_COARSE));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + items);
  }

  met(shoppers: number): void {
    this.#shoppers += shoppers;
  }

  /** Nothing before the first item. A copy of what may still change; times are read seldom, and then as they are. */
  told(): readonly StreamEvidence[] {
    const open = this.#slots.at(-1);
    if (open === undefined || this.#firstSeen === null) return [];
    const sketches = this.#sketches;
    const sketch = (measure: Measure): SketchCounts => [...(sketches.get(measure) ?? [])];
    const slots = this.#slots.slice();
    slots[slots.length - 1] = { slot: open.slot, raw: open.raw.slice(), cells: open.cells.slice() };
    return [
      {
        stream: this.#stream,
        firstSeen: this.#firstSeen,
        slots,
        sketches: {
          get legacy() {
            return sketch("legacy");
          },
          get candidate() {
            return sketch("candidate");
          },
          get added() {
            return sketch("added");
          },
        },
        shoppers: { count: this.#shoppers, atLeast: false },
      },
    ];
  }
}

/** Of so many steps; asked again and again of the same few hundred. */
function bucketAt(steps: number): number {
  const bucket = buckets.get(steps) ?? bucketOf(COARSE ** steps);
  buckets.set(steps, bucket);
  return bucket;
}

const buckets = new Map<number, number>();

function add(counts: number[], { set, count }: Counted): void {
  if (count === 0) return;
  for (let mark = 0; set >> mark !== 0; mark += 1) {
    if ((set & (1 << mark)) !== 0) counts[mark] = (counts[mark] ?? 0) + count;
  }
}
