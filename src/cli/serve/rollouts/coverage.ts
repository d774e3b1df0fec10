import type { Ledger } from "../../../account/index.ts";
import type { Clock } from "../../../lib/clock.ts";

/** Items that are not to be compared, so that they are missing in nothing. */
const notMeant: ReadonlySet<string> = new Set([
  "total",
  "not-enabled",
  "cut-over",
  "sampled-out",
  "redelivery",
  "bad-signature",
]);

interface Sums {
  readonly atMs: number;
  readonly compared: number;
  readonly missed: number;
}

const everyMs = 60_000;
const windowMs = 3_600_000;

/** Of items that were to be compared in the last hour, the share that was. */
export interface Coverage {
  /** Of the routes together, always the same ones; null: there were none. */
  of(ledgers: readonly Counted[]): number | null;
}

type Counted = Pick<Ledger, "skipped" | "compared" | "failed">;

/** The ledger counts for ever: what came of the last hour is told by what it said then. */
export function createCoverage(clock: Clock): Coverage {
  let looks: readonly Sums[] = [];
  return {
    of(ledgers) {
      const sums = ledgers.map(sumsOf);
      const sum = (name: "compared" | "missed"): number => sums.reduce((total, one) => total + one[name], 0);
      const now = { atMs: clock(), compared: sum("compared"), missed: sum("missed") };
      looks = looks.filter(({ atMs }) => now.atMs - atMs <= windowMs);
      const [first] = looks;
      const last = looks.at(-1);
      // A ledger that shrank is another one.
      if (first !== undefined && (first.compared > now.compared || first.missed > now.missed)) looks = [];
      if (last === undefined || now.atMs - last.atMs >= everyMs) looks = [...looks, now];
      const since = looks[0] ?? now;
      const from = since === now ? { compared: 0, missed: 0 } : since;
      const [compared, missed] = [now.compared - from.compared, now.missed - from.missed];
      const all = compared + missed > 0 ? { compared, missed } : now;
      return all.compared + all.missed === 0 ? null : all.compared / (all.compared + all.missed);
    },
  };
}

function sumsOf({ skipped, compared, failed }: Counted): Omit<Sums, "atMs"> {
  const missed = Object.entries(skipped).reduce((sum, [name, n]) => (notMeant.has(name) ? sum : sum + n), 0);
  return { compared: (compared["total"] ?? 0) + (failed["total"] ?? 0), missed };
}
