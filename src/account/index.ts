/**
 * Counting. The data plane tallies in memory and is drawn off in numbered batches; the control thread's book is what
 * they add up to: ledger, metrics, groups of divergences, exchanges. Pure, bounded at both ends, exact whatever details
 * are given up. Holds nothing personal, knows no I/O, and never throws on the data plane's thread.
 */
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
export type { Group } from "./group-shape.ts";
export type { Ledger } from "./ledger.ts";
export { metricOf, metrics, type CounterName, type LabelsOf, type Metric, type MetricName } from "./metrics.ts";
export { createTally, type Counter, type Histogram, type Tally, type TallyOptions } from "./tally.ts";
