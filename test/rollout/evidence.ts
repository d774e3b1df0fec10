import {
  marks,
  slotMs,
  type MarkSet,
  type Measure,
  type SketchCounts,
  type Stream,
  type StreamEvidence,
} from "../../src/account/index.ts";
import { bucketOf } from "../../src/stats/index.ts";

/** What all instances of a simulated world know, as the archive would tell it. */
export interface SimulatedEvidence {
  /** Where items of a stream go. */
  to(stream: Stream): (item: SimulatedItem) => void;
  of(scope: string): readonly StreamEvidence[];
}

export interface SimulatedItem {
  readonly set: MarkSet;
  readonly shopper: string;
  readonly atMs: number;
  readonly took: Readonly<Partial<Record<Measure, number>>>;
}

interface Gathered {
  readonly stream: Stream;
  readonly firstSeen: number;
  /** The last one is open: the others change no more. */
  readonly slots: { slot: number; raw: number[]; cells: number[] }[];
  readonly sketches: Map<Measure, Map<number, number>>;
  readonly shoppers: Set<string>;
  /** Of the open slot. */
  seen: Map<string, MarkSet>;
}

export function createEvidence(): SimulatedEvidence {
  const scopes = new Map<string, Map<string, Gathered>>();
  return {
    to(stream) {
      const streams = scopes.get(stream.scope) ?? new Map<string, Gathered>();
      scopes.set(stream.scope, streams);
      const key = [stream.route, stream.population, stream.legacyVersion, stream.candidateVersion, stream.rules].join();
      return (item) => {
        const gathered = streams.get(key) ?? begin(stream, item.atMs);
        streams.set(key, gathered);
        gather(gathered, item);
      };
    },
    of: (scope) => [...(scopes.get(scope)?.values() ?? [])].map(told),
  };
}

function begin(stream: Stream, firstSeen: number): Gathered {
  return { stream, firstSeen, slots: [], sketches: new Map(), shoppers: new Set(), seen: new Map() };
}

function gather(gathered: Gathered, { set, shopper, atMs, took }: SimulatedItem): void {
  const { slots, sketches, shoppers } = gathered;
  const slot = Math.floor(atMs / slotMs);
  let open = slots.at(-1);
  if (open?.slot !== slot) {
    open = { slot, raw: marks.map(() => 0), cells: marks.map(() => 0) };
    slots.push(open);
    gathered.seen = new Map();
  }
  const before = gathered.seen.get(shopper) ?? 0;
  gathered.seen.set(shopper, before | set);
  count(open.raw, set);
  count(open.cells, set & ~before);
  shoppers.add(shopper);
  for (const [measure, ms] of entriesOf(took)) {
    const buckets = sketches.get(measure) ?? new Map<number, number>();
    sketches.set(measure, buckets);
    const bucket = bucketOf(ms);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  }
}

function entriesOf(took: SimulatedItem["took"]): readonly (readonly [Measure, number])[] {
  const found: (readonly [Measure, number])[] = [];
  if (took.legacy !== undefined) found.push(["legacy", took.legacy]);
  if (took.candidate !== undefined) found.push(["candidate", took.candidate]);
  if (took.added !== undefined) found.push(["added", took.added]);
  return found;
}

function count(counts: number[], set: MarkSet): void {
  for (let mark = 0; set >> mark !== 0; mark += 1) {
    if ((set & (1 << mark)) !== 0) counts[mark] = (counts[mark] ?? 0) + 1;
  }
}

/** A copy of what may still change. */
function told({ stream, firstSeen, slots, sketches, shoppers }: Gathered): StreamEvidence {
  const open = slots.at(-1);
  const closed = slots.slice(0, -1);
  const sketch = (measure: Measure): SketchCounts => [...(sketches.get(measure) ?? [])];
  return {
    stream,
    firstSeen,
    slots: open === undefined ? closed : [...closed, { ...open, raw: [...open.raw], cells: [...open.cells] }],
    sketches: { legacy: sketch("legacy"), candidate: sketch("candidate"), added: sketch("added") },
    shoppers: { count: shoppers.size, atLeast: false },
  };
}
