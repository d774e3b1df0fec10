import type { Book } from "../../../account/index.ts";
import type { Surroundings } from "../../../rollout/index.ts";

/** Events that sides declared on one instance in the last hour. */
export interface Declared {
  /** Since when it counts, milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly counts: readonly { readonly side: string; readonly type: string; readonly n: number }[];
}

/** What a sign has room for; the rest is one. */
const mostTypes = 50;
const rest = "other";

export function declaredOn(
  book: Pick<Book, "events">,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Declared {
  const counts = (book.events(nowMs)?.counts ?? []).toSorted((one, other) => other.n - one.n);
  return {
    sinceMs,
    counts: summed([...counts.slice(0, mostTypes), ...counts.slice(mostTypes).map((one) => ({ ...one, type: rest }))]),
  };
}

/** On all instances; null: one of them does not say. */
export function declaredOnAll(all: readonly (Declared | null)[]): Surroundings["events"] {
  const said = all.filter((one) => one !== null);
  if (said.length < all.length || said.length === 0) return null;
  return {
    sinceMs: Math.max(...said.map(({ sinceMs }) => sinceMs)),
    counts: summed(said.flatMap(({ counts }) => counts)),
  };
}

function summed(counts: Declared["counts"]): Declared["counts"] {
  const sums = Map.groupBy(counts, ({ side, type }) => JSON.stringify([side, type]));
  return [...sums.values()].flatMap((ones) => {
    const [one] = ones;
    return one === undefined ? [] : [{ side: one.side, type: one.type, n: ones.reduce((sum, { n }) => sum + n, 0) }];
  });
}
