import type { Batch, GaugeValue } from "../../../account/index.ts";
import type { RolloutsDeps } from "../../../admin/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import type { ArchiveLine } from "../control/archive-line.ts";
import type { KnownFlags } from "../control/known-flags.ts";
import type { RegistryLine } from "../control/registry-line.ts";
import type { Declared } from "./declared.ts";
import type { Notifying } from "../notify/notifying.ts";
import type { LocalTrip } from "./trip.ts";

export interface RolloutsOptions {
  readonly config: Config;
  readonly instance: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly known: KnownFlags;
  readonly registry: Pick<RegistryLine, "deps" | "notes">;
  readonly archive: Pick<ArchiveLine, "reads" | "evidence" | "journal" | "outbox" | "counts">;
  /** Of the flags that the data plane decides by. */
  readonly dataVersion: () => number;
  /** By route, the share of planted differences that was found; where nothing was planted it is not there. */
  readonly sensitivity: () => ReadonlyMap<string, number>;
  /** Events that sides declared on this instance in the last hour. */
  readonly declared: () => Declared;
  /** Whether telemetry gets there; null: nobody knows yet. */
  readonly telemetry: () => boolean | null;
  /** What this process held off before, and what it is to hold off: data plane and disk. */
  readonly tripped: readonly LocalTrip[];
  readonly hold: (trips: readonly LocalTrip[], version: number) => void;
  readonly event: (event: SombraEvent) => void;
  readonly count: (event: "checkpoint" | "rollback", verdict: string) => void;
  /** One try to tell people of something. */
  readonly notified: (labels: { readonly channel: string; readonly outcome: string }) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Rollouts on the control thread: whoever leads moves them, everybody watches, and anybody may be asked. */
export interface Rollouts {
  readonly deps: RolloutsDeps;
  /** The channels that people are told by. */
  readonly channels: Pick<Notifying, "deps" | "checks" | "degraded">;
  /** What the data plane counted since. */
  saw(batch: Pick<Batch, "evidence">): void;
  sawEvent(event: SombraEvent): void;
  /** What the data plane decides by has changed. */
  switched(): void;
  gauges(): readonly GaugeValue[];
  stop(): Promise<void>;
}
