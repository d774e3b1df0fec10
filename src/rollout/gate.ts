import type { JsonObject } from "../flags/index.ts";
import type { Severity } from "../model/index.ts";
import type { RollbackTarget } from "./rollback-target.ts";

/**
 * What a gate that fails does. `lower`: back to an earlier phase, in which it runs on and holds until somebody resumes it; `shed`:
 * nobody is mirrored any more, and the phase holds; `adjust`: settings of the flag are written, once, and the phase holds.
 */
export type OnFail = "rollback" | "lower" | "shed" | "adjust" | "hold" | "warn";

export interface Said {
  /** Of what it is in figures, alerts and acknowledgements. */
  readonly name: string;
  readonly onFail: OnFail;
  /** Passes after so much running time without a break in which it would have passed; a failure begins it anew. */
  readonly withinMs?: number | undefined;
  /** Of `rollback` and `lower`; without: as phase and plan say, and the phase before. */
  readonly to?: RollbackTarget | undefined;
  /** Of `adjust`: these members of the flag's settings. */
  readonly settings?: JsonObject | undefined;
}

/** Judged by an always-valid test on cells (EVIDENCE 6.1, 6.2), as often as one likes. */
export interface Tested extends Said {
  /** Difference that is too small to matter, as a share of items. */
  readonly minEffect: number;
}

/** Judged by comparing a figure with a limit: so many checkpoints in a row have to fail. */
export interface Limited extends Said {
  readonly consecutive: number;
}

/** One question that a checkpoint asks. Shares are 0 to 1, times milliseconds. */
export type Gate =
  /** The candidate fails where legacy does not: more often than the reverse; and in more than `budget` of cells. */
  | (Tested & { readonly type: "errorRate"; readonly budget: number })
  /** Cells with a divergence at least so grave. */
  | (Tested & { readonly type: "divergence"; readonly severity: Exclude<Severity, "noise">; readonly budget: number })
  /** Divergences as they come, of the phase: at most so many. */
  | (Said & { readonly type: "divergenceCount"; readonly severity: Exclude<Severity, "noise">; readonly max: number })
  /** At most 5 % of items are later than this (p95). */
  | (Tested & { readonly type: "addedLatency"; readonly maxMs: number })
  /** Of what the candidate answers, so many cells at most are later than this: 5 % is a limit on its p95. */
  | (Tested & { readonly type: "latency"; readonly maxMs: number; readonly budget: number })
  /** The candidate is slower than legacy's p95 of the start where legacy is not: more often than the reverse. */
  | (Tested & { readonly type: "candidateLatency" })
  /** The candidate differs from legacy more often than legacy's twin does. */
  | (Tested & { readonly type: "determinism" })
  /** A sample of shoppers is decided alike on every instance. */
  | (Said & { readonly type: "bucketDeterminism" })
  /** Flags are as the phase set them. */
  | (Said & { readonly type: "configDrift" })
  /** Of items that are to be compared so many are. */
  | (Limited & { readonly type: "coverage"; readonly min: number })
  /** Of planted differences so many are found. */
  | (Limited & { readonly type: "sensitivity"; readonly min: number })
  /** Legacy fails or is slow on compared items more often than on those that are not. */
  | (Tested & { readonly type: "observerEffect" })
  /** Shoppers that the candidate answers fare worse than those that legacy answers; and there are as many as there should be. */
  | (Tested & { readonly type: "cohorts" })
  /** Legacy now is no worse than in the baseline. */
  | (Tested & { readonly type: "baseline" })
  /** Answers of 500 and above, or none, of whoever answered or of the candidate: at most this share in the window. */
  | (Limited & { readonly type: "serverErrors"; readonly max: number; readonly side?: "all" | "candidate" | undefined })
  /** Events that a side declared in the last hour, of all types or one, while the candidate answers. */
  | (Limited & {
      readonly type: "events";
      readonly side: "legacy" | "candidate";
      readonly event: string | null;
      readonly min: number | null;
      readonly max: number | null;
    })
  /** No alarm of Sombra's is on, other than those that are acknowledged. */
  | (Said & { readonly type: "alerts" })
  /** A figure from outside. */
  | (Limited & {
      readonly type: "metric";
      readonly source: MetricSource;
      readonly min: number | null;
      readonly max: number | null;
    });

export type GateType = Gate["type"];

/** Where a figure comes from; credentials are named, never written: `${NAME}` in a header is the value of a variable. */
export type MetricSource =
  | {
      readonly kind: "prometheus";
      readonly url: string;
      readonly query: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** `pointer`: RFC 6901. */
  | {
      readonly kind: "json";
      readonly url: string;
      readonly pointer: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** ERROR: it could not be computed. INCONCLUSIVE: there is not enough to say; `missing` says how much. */
export type GateVerdict = "PASS" | "WARN" | "FAIL" | "INCONCLUSIVE" | "ERROR";

/** What a gate said, with everything that it said it by. */
export interface GateResult {
  readonly gate: string;
  readonly type: GateType;
  readonly verdict: GateVerdict;
  /** A sentence for people, with the figures. Nothing personal. */
  readonly text: string;
  /** The same in Brazilian Portuguese; not there: an earlier release judged. */
  readonly pt?: string;
  /** By name: K, N, b, c, lnE, estimate, limit, value... */
  readonly figures: Readonly<Record<string, number>>;
  /** Cells more that it takes before it can pass, where that is known; null: no number would help. */
  readonly missing: number | null;
  /** Somebody said that this is expected: it is shown and holds nothing. */
  readonly expected: boolean;
}
