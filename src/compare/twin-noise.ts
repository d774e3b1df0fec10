import { createRecent } from "../lib/recent.ts";
import { isTwinNoise, type TwinCounts, type TwinOf } from "../stats/index.ts";

/** What legacy's second instance shows of legacy's own noise, one signature at a time. */
export interface TwinNoise {
  /** An item that all three sides did: how candidate and twin differ from legacy, by signature. */
  saw(candidate: ReadonlySet<string>, twin: ReadonlySet<string>): void;
  /** What was seen here is on its way to where all instances add it up, under an ascending number. */
  readonly gave: (seq: number, counts: readonly TwinOf[]) => void;
  /** What all instances have added up. */
  readonly learn: (known: TwinKnown) => void;
  /** Signatures that the twin shows too, and the candidate not provably more often. */
  has(signature: string): boolean;
}

export interface TwinKnown {
  /** What was given here up to this number is in it: it is counted no longer. */
  readonly seq: number;
  /** As they stand, of those signatures that have changed; all 0: it is known no more. */
  readonly changed: readonly TwinOf[];
}

/** Told of each signature that an item was found to have. */
export type CountTwin = (signature: string, field: keyof TwinCounts) => void;

const MAX_SIGNATURES = 10_000;
const NONE: TwinCounts = { both: 0, candidateOnly: 0, twinOnly: 0 };

export function createTwinNoise(counted: CountTwin): TwinNoise {
  /** Seen here and not learned again yet. */
  const own = createRecent<TwinCounts>(MAX_SIGNATURES);
  const taken = new Map<string, TwinCounts>();
  let given: { readonly seq: number; readonly counts: readonly TwinOf[] }[] = [];
  const add = (signature: string, more: TwinCounts, times: 1 | -1): void => {
    const sum = plus(own.get(signature) ?? NONE, more, times);
    // What was forgotten here meanwhile cannot be taken from what came since.
    if (isNone(sum)) own.delete(signature);
    else own.set(signature, sum);
  };
  const count: CountTwin = (signature, field) => {
    add(signature, { ...NONE, [field]: 1 }, 1);
    counted(signature, field);
  };
  return {
    saw(candidate, twin) {
      for (const signature of candidate) count(signature, twin.has(signature) ? "both" : "candidateOnly");
      for (const signature of twin) if (!candidate.has(signature)) count(signature, "twinOnly");
    },
    gave(seq, counts) {
      if (counts.length > 0) given.push({ seq, counts });
    },
    learn({ seq, changed }) {
      for (const { signature, ...counts } of changed) {
        if (isNone(counts)) taken.delete(signature);
        else taken.set(signature, counts);
      }
      for (const batch of given) {
        if (batch.seq > seq) continue;
        for (const { signature, ...counts } of batch.counts) add(signature, counts, -1);
      }
      given = given.filter((batch) => batch.seq > seq);
    },
    has: (signature) => isTwinNoise(plus(own.get(signature) ?? NONE, taken.get(signature) ?? NONE, 1)),
  };
}

/** Nothing is less than 0. */
function plus(one: TwinCounts, other: TwinCounts, times: 1 | -1): TwinCounts {
  const sum = (field: keyof TwinCounts): number => Math.max(0, one[field] + times * other[field]);
  return { both: sum("both"), candidateOnly: sum("candidateOnly"), twinOnly: sum("twinOnly") };
}

function isNone({ both, candidateOnly, twinOnly }: TwinCounts): boolean {
  return both + candidateOnly + twinOnly === 0;
}
