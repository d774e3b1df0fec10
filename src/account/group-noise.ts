import { isTwinNoise, type TwinCounts } from "../stats/index.ts";

/** How often legacy differs from its own twin, for a group of divergences. */
export interface GroupNoise {
  /** Share of the items that the twin did as well in which the twin differed: 0 to 1; null: there were none. */
  readonly noise_rate: number | null;
  /** Legacy's own noise does not explain it: it counts; null as above. */
  readonly exceeds_noise: boolean | null;
}

/** `twinned`: items of the group's route and kind that all three sides did. */
export function noiseOf(counts: TwinCounts | null, twinned: number): GroupNoise {
  if (twinned === 0) return { noise_rate: null, exceeds_noise: null };
  if (counts === null) return { noise_rate: 0, exceeds_noise: true };
  return {
    noise_rate: Math.min(1, (counts.both + counts.twinOnly) / twinned),
    exceeds_noise: !isTwinNoise(counts),
  };
}
