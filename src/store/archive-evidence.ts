import {
  marks,
  measures,
  populations,
  type MarkCounts,
  type MarkSet,
  type Measure,
  type Population,
  type SketchCounts,
  type Sketches,
} from "../account/index.ts";

/** Evidence as stores keep it. */

/** Counts by mark, separated by commas: what was written before there was a mark has none of it. */
export function countsText(counts: MarkCounts): string {
  return counts.join(",");
}

export function readCounts(text: string): number[] {
  const read = text.split(",").map(Number);
  return marks.map((_, at) => read[at] ?? 0);
}

/** Adds each mark of a set. */
export function countSet(counts: number[], set: MarkSet): void {
  for (let at = 0; at < counts.length; at += 1) if ((set & (1 << at)) !== 0) counts[at] = (counts[at] ?? 0) + 1;
}

export function addCounts(counts: number[], more: MarkCounts): void {
  for (const [at, n] of more.entries()) counts[at] = (counts[at] ?? 0) + n;
}

/** null: a later version's, of which nothing is known here. */
export function readPopulation(text: string): Population | null {
  return populations.find((one) => one === text) ?? null;
}

/** Of buckets as they come. */
export function sketchesOf(
  found: readonly { readonly measure: string; readonly bucket: number; readonly count: number }[],
): Sketches {
  const sketches: { [M in Measure]?: SketchCounts } = {};
  for (const measure of measures) {
    const buckets = found.filter((one) => one.measure === measure);
    if (buckets.length > 0)
      sketches[measure] = buckets.map(({ bucket, count }) => [bucket, count] as const).toSorted(([a], [b]) => a - b);
  }
  return sketches;
}
