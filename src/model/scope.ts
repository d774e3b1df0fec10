/** What evidence is gathered for now, on one route: told with the flags that it is evidence of. */
export interface EvidenceScope {
  /** Of one stay of one rollout in one phase: `<rollout>.<visit>`. */
  readonly id: string;
  /** Milliseconds; null: no item is late, or slow. */
  readonly lateMs: number | null;
  readonly slowMs: number | null;
  /** What the candidate answers is over it. */
  readonly overMs: number | null;
  /** Legacy is to be left alone: whatever flags say, nobody is compared, and whoever was to be is `sampled-out`. */
  readonly shed: boolean;
}
