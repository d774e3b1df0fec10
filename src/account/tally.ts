import type { Clock } from "../lib/clock.ts";
import type { Divergence, ExchangeRecord, LoneCallRecord, Severity } from "../model/index.ts";
import { archivedCounters, type ArchiveBatch } from "./archive.ts";
import type { Batch, CountDelta, GaugeValue, Labels } from "./batch.ts";
import { Budget } from "./budget.ts";
import { CellTally } from "./cell-tally.ts";
import { cellsName, gravities, gravityOf } from "./cell.ts";
import { compareSeverity } from "./group.ts";
import { EvidenceTally, type StreamTally } from "./evidence-tally.ts";
import type { Stream } from "./evidence.ts";
import { GroupTally, type Subject } from "./group-tally.ts";
import { Buckets, type Histogram } from "./histogram.ts";
import type { CounterName, HistogramName, LabelsOf } from "./metrics.ts";
import { SeriesTable } from "./series.ts";
import { TwinTally } from "./twin-tally.ts";
import type { TwinCounts } from "../stats/index.ts";

/** A count that only grows. To be held on to where it is used often: adding is one addition. */
export interface Counter {
  add(n?: number): void;
}

export interface TallyOptions {
  /** Records kept per second: of ordinary exchanges, of those that are divergent or failed, of those that are traced. */
  readonly ordinaryPerSecond: number;
  readonly notablePerSecond: number;
  readonly sampledPerSecond: number;
  /** Records that may wait to be drawn off. */
  readonly records: number;
  /** Signatures told apart per batch; what is beyond them counts as one group per route. */
  readonly groups: number;
  /** Cells told apart until the archive has them: of routes, of groups, and of evidence (until their ten minutes are over). */
  readonly cells: number;
  /** Streams of evidence told apart. */
  readonly streams: number;
  /** Label sets told apart per metric. */
  readonly series: number;
}

const defaults: TallyOptions = {
  ordinaryPerSecond: 50,
  notablePerSecond: 100,
  sampledPerSecond: 2_000,
  records: 500,
  groups: 2_000,
  cells: 200_000,
  streams: 500,
  series: 1_000,
};

/** Why an exchange may be looked at. */
export type Interest = "ordinary" | "notable" | "sampled";

/** What the data plane counts, in memory, until it is drawn off as a batch. Never waits, never throws. */
export interface Tally {
  counter<N extends CounterName>(name: N, labels: LabelsOf<N>): Counter;
  histogram<N extends HistogramName>(name: N, labels: LabelsOf<N>): Histogram;
  /** Counts an item that was compared, or that had divergences without being; `subject`: one object for each item. */
  compared(exchange: string, subject: Subject, divergences: readonly Divergence[]): void;
  /** Counts a signature of an item that the twin did as well. */
  readonly twinned: (signature: string, field: keyof TwinCounts) => void;
  /** Where items of a stream are counted that end: to be held on to, as finding it takes as long as counting many. */
  readonly evidence: (stream: Stream) => StreamTally;
  /** Lets go of these hashes of shoppers in what is known of cells; what was counted of them stays. */
  readonly forget: (hashes: readonly string[]) => void;
  /** Whether there is room for the details of one more exchange; the room is taken then. If not, that is counted. */
  admits(interest: Interest): boolean;
  /** Whether `admits` would say yes now. */
  hasRoom(interest: Interest): boolean;
  /** Puts an admitted exchange into the next batch; `archived`: what of it is to be kept, where it differs. */
  keep(record: ExchangeRecord, archived?: ExchangeRecord): void;
  /** Puts a call outside that no record tells of into the next batch, where there is room. */
  keepCall(call: LoneCallRecord): void;
  /** Everything since the last batch. `at`: milliseconds since the epoch. */
  drain(at: number, now: { pending: Pending; gauges: readonly GaugeValue[] }): Batch;
  /** What is to be kept of everything since the last call of this: what is not drawn off goes on adding up. */
  drainArchive(at: number, pending: Pending): ArchiveBatch;
}

/** Items waiting for an outcome, by route. */
type Pending = Readonly<Record<string, number>>;

export function createTally(clock: Clock, options: Partial<TallyOptions> = {}): Tally {
  const limits = { ...defaults, ...options };
  const counts = new SeriesTable(limits.series, (name, labels) => new Count(name, labels));
  const histograms = new SeriesTable(limits.series, (name, labels) => new Buckets(name, labels));
  const counter: Tally["counter"] = (name, labels) => counts.at(name, labels);
  const lost = (detail: string): Counter => counter("sombra_details_dropped_total", { detail });
  const recordsLost = lost("record");
  const cellsLost = lost("cell");
  const examplesLost = lost("example");
  const cellLost = (): void => cellsLost.add();
  const groups = new GroupTally(limits.groups, null);
  const found = new Map<string, Counter>();
  /** Of each divergence: looked up by fewer labels than others have. */
  const divergencesOf = (route: string, severity: LabelsOf<"divergence_count">["severity"]): Counter => {
    const key = `${severity} ${route}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const made = counter("divergence_count", { route, severity });
    found.set(key, made);
    return made;
  };
  const twinLost = lost("twin");
  const twin = new TwinTally(limits.groups, () => undefined);
  const archive = createArchiveTally(limits, { cell: cellLost, twin: () => twinLost.add() });
  const streamsLost = lost("evidence");
  const evidence = new EvidenceTally(limits, { cell: cellLost, stream: () => streamsLost.add() });
  const budgets: Readonly<Record<Interest, Budget>> = {
    ordinary: new Budget(limits.ordinaryPerSecond, clock),
    notable: new Budget(limits.notablePerSecond, clock),
    sampled: new Budget(limits.sampledPerSecond, clock),
  };
  let records: ExchangeRecord[] = [];
  let calls: LoneCallRecord[] = [];
  let recordsDropped = 0;
  let seq = 0;
  const dropped = (): void => {
    recordsDropped += 1;
    recordsLost.add();
  };
  return {
    counter,
    histogram: (name, labels) => histograms.at(name, labels),
    compared(exchange, subject, divergences) {
      archive.compared(exchange, subject, divergences);
      for (const divergence of divergences) {
        divergencesOf(subject.route, divergence.expected === true ? "expected" : divergence.severity).add();
        groups.add(exchange, subject, divergence);
      }
    },
    twinned(signature, field) {
      twin.add(signature, field);
      archive.twinned(signature, field);
    },
    evidence: (stream) => evidence.of(stream),
    forget(hashes) {
      evidence.forget(hashes);
      archive.forget(hashes);
    },
    admits(interest) {
      if (records.length < limits.records && budgets[interest].take()) return true;
      dropped();
      return false;
    },
    hasRoom: (interest) => records.length < limits.records && budgets[interest].hasRoom,
    keep(record, archived = record) {
      records.push(record);
      if (!archive.keep(archived)) examplesLost.add();
    },
    keepCall(call) {
      if (calls.length < limits.records && budgets.sampled.take()) calls.push(call);
      else dropped();
    },
    drain(at, { pending, gauges }) {
      seq += 1;
      const batch: Batch = {
        seq,
        at,
        counts: grown(counts.values()),
        histograms: grown(histograms.values()),
        gauges,
        groups: groups.drain().map(({ cells: _cells, alone: _alone, ...delta }) => delta),
        twin: twin.drain(),
        evidence: evidence.drainOwn(),
        pending,
        records,
        recordsDropped,
        calls,
      };
      records = [];
      calls = [];
      recordsDropped = 0;
      return batch;
    },
    drainArchive(at, pending) {
      const kept = Array.from(counts.values(), (count) => count.takeArchived()).filter((delta) => delta !== null);
      const drained = archive.drain({ at, pending, counts: kept, evidence: evidence.drain(at) });
      return { ...drained, more: drained.more || !evidence.isDrained };
    },
  };
}

/** What a batch for the archive takes at most: some 2 ms of the data plane's thread to hand over, however long it waited. */
const archivedAtOnce = { groups: 200, cells: 2_000, twin: 1_000, records: 100 };

/** What the archive gets; a tally of its own, as it may be away for longer than the control thread. */
function createArchiveTally(limits: TallyOptions, lost: Readonly<Record<"cell" | "twin", () => void>>) {
  const groups = new GroupTally(limits.groups, { max: limits.cells, lost: lost.cell });
  const cells = new CellTally(limits.cells, lost.cell);
  const twin = new TwinTally(limits.groups, lost.twin);
  /** Items of no known shopper, each a cell of its own. */
  const alone = new SeriesTable(limits.series, (name, labels) => new Count(name, labels));
  const records: ExchangeRecord[] = [];
  let seq = 0;
  return {
    compared(exchange: string, subject: Subject, divergences: readonly Divergence[]): void {
      let gravest: Severity | null = null;
      for (const divergence of divergences) {
        groups.add(exchange, subject, divergence);
        if (gravest === null || compareSeverity(divergence.severity, gravest) > 0) gravest = divergence.severity;
      }
      const { route, cell } = subject;
      if (cell !== null) return cells.add(route, cell, gravest);
      const gravity = gravities[gravityOf(gravest)];
      alone.at(cellsName, { route, gravity: "all" }).add();
      if (gravity !== "all") alone.at(cellsName, { route, gravity }).add();
    },
    twinned: (signature: string, field: keyof TwinCounts): void => twin.add(signature, field),
    forget(shoppers: readonly string[]): void {
      groups.forget(shoppers);
      cells.forget(shoppers);
    },
    /** Exchanges without divergences nobody will ask the archive for; false: there is no room. */
    keep(record: ExchangeRecord): boolean {
      if (record.items.every(({ divergences }) => divergences.length === 0)) return true;
      if (records.length >= limits.records) return false;
      records.push(record);
      return true;
    },
    drain({
      at,
      pending,
      counts,
      evidence,
    }: Pick<ArchiveBatch, "at" | "pending" | "counts" | "evidence">): ArchiveBatch {
      seq += 1;
      const grownGroups = groups.drain(archivedAtOnce);
      const grownCells = cells.drain(archivedAtOnce.cells);
      const grownTwin = twin.drain(archivedAtOnce.twin);
      const shown = records.splice(0, archivedAtOnce.records);
      return {
        seq,
        at,
        counts: [...counts, ...grown(alone.values())],
        groups: grownGroups,
        cells: grownCells,
        twin: grownTwin,
        evidence,
        pending,
        records: shown,
        more: !groups.isEmpty || !cells.isEmpty || !twin.isEmpty || records.length > 0,
      };
    },
  };
}

function grown<T>(series: Iterable<{ take(): T | null }>): readonly T[] {
  const deltas: T[] = [];
  for (const one of series) {
    const delta = one.take();
    if (delta !== null) deltas.push(delta);
  }
  return deltas;
}

class Count implements Counter {
  readonly #name: string;
  readonly #labels: Labels;
  #n = 0;
  #taken = 0;
  #archived = 0;

  constructor(name: string, labels: Labels) {
    this.#name = name;
    this.#labels = labels;
  }

  add(n = 1): void {
    this.#n += n;
  }

  take(): CountDelta | null {
    const delta = this.#since(this.#taken);
    this.#taken = this.#n;
    return delta;
  }

  takeArchived(): CountDelta | null {
    if (!archivedCounters.has(this.#name)) return null;
    const delta = this.#since(this.#archived);
    this.#archived = this.#n;
    return delta;
  }

  #since(before: number): CountDelta | null {
    return this.#n === before ? null : { name: this.#name, labels: this.#labels, delta: this.#n - before };
  }
}
