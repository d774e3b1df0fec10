import { createRecent } from "../lib/recent.ts";
import { isTwinNoise, type TwinCounts } from "../stats/index.ts";

/** What legacy's second instance shows of legacy's own noise, one signature at a time. */
export interface TwinNoise {
  /** An item that all three sides did: how candidate and twin differ from legacy, by signature. */
  saw(candidate: ReadonlySet<string>, twin: ReadonlySet<string>): void;
  /** Takes over what is known of others, in place of what was taken over before: nothing that was seen here. */
  readonly learn: (others: ReadonlyMap<string, TwinCounts>) => void;
  /** Signatures that the twin shows too, and the candidate not provably more often. */
  has(signature: string): boolean;
}

/** Told of each signature that an item was found to have. */
export type CountTwin = (signature: string, field: keyof TwinCounts) => void;

const MAX_SIGNATURES = 10_000;
const NONE: TwinCounts = { both: 0, candidateOnly: 0, twinOnly: 0 };

export function createTwinNoise(counted: CountTwin): TwinNoise {
  const own = createRecent<TwinCounts>(MAX_SIGNATURES);
  let taken: ReadonlyMap<string, TwinCounts> = new Map();
  const count: CountTwin = (signature, field) => {
    const before = own.get(signature) ?? NONE;
    own.set(signature, { ...before, [field]: before[field] + 1 });
    counted(signature, field);
  };
  return {
    saw(candidate, twin) {
      for (const signature of candidate) count(signature, twin.has(signature) ? "both" : "candidateOnly");
      for (const signature of twin) if (!candidate.has(signature)) count(signature, "twinOnly");
    },
    learn(others) {
      taken = others;
    },
    has(signature) {
      const [ours, theirs] = [own.get(signature) ?? NONE, taken.get(signature) ?? NONE];
      return isTwinNoise({
        both: ours.both + theirs.both,
        candidateOnly: ours.candidateOnly + theirs.candidateOnly,
        twinOnly: ours.twinOnly + theirs.twinOnly,
      });
    },
  };
}
