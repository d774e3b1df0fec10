/**
 * Counting. The data plane tallies in memory and is drawn off in numbered batches; the control thread's book is what
 * they add up to as long as a process lives: ledger, metrics, groups of divergences, exchanges. An archive, whose port is
 * here, adds up what is kept for all instances. Pure, bounded at both ends, exact whatever details are given up. Holds
 * nothing personal, knows no I/O, and never throws on the data plane's thread.
 */
export {
  archiveLimits,
  instanceMs,
  type Archive,
  type ArchiveBatch,
  type ArchivedGroupDelta,
  type ArchivedTwin,
  type ArchiveLimits,
  type CellDelta,
  type Erased,
} from "./archive.ts";
export type { Batch, CountDelta, GaugeValue, GroupDelta, HistogramDelta, Labels } from "./batch.ts";
export {
  createBook,
  type Applied,
  type Book,
  type BookLimits,
  type CounterValue,
  type Events,
  type HistogramValue,
  type Series,
} from "./book.ts";
export { Budget } from "./budget.ts";
export { readsOf } from "./book-reads.ts";
export { cellOf, cellsName, gravities, partsOf, slotMs, type Cell } from "./cell.ts";
export { without } from "./erase.ts";
export type { Exemplar } from "./exemplars.ts";
export { isOverflow, maxHours, overflowOf } from "./group.ts";
export { eachGroup, foldGroups, kindsText, severityText, type Fold } from "./fold.ts";
export { groupOf, type Group, type GroupCounts } from "./group-shape.ts";
export { noiseOf, type GroupNoise } from "./group-noise.ts";
export type { Subject } from "./group-tally.ts";
export type { Minute, Stretch } from "./history.ts";
export { ledgerOf, type Ledger } from "./ledger.ts";
export { metricOf, metrics, type CounterName, type LabelsOf, type Metric, type MetricName } from "./metrics.ts";
export {
  hiddenIn,
  pageOf,
  type AccountReads,
  type AccountSource,
  type Cells,
  type GroupPage,
  type GroupQuery,
  type HiddenBy,
  type LedgerView,
} from "./reads.ts";
export { hasValues, keptAt, withoutValues } from "./values.ts";
export type { StreamTally } from "./evidence-tally.ts";
export type { Histogram } from "./histogram.ts";
export { createTally, type Counter, type Tally, type TallyOptions } from "./tally.ts";
export { markSet, marks, measures, populations } from "./evidence.ts";
export type { EvidenceScope } from "../model/index.ts";
export type {
  EvidenceDelta,
  Mark,
  MarkCounts,
  MarkSet,
  Measure,
  OwnEvidence,
  Population,
  Sketches,
  SketchCounts,
  Stream,
  StreamEvidence,
} from "./evidence.ts";
