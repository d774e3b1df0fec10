import type { Batch, GaugeValue } from "../../../account/index.ts";
import type { RolloutsDeps } from "../../../admin/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { Config } from "../../config/index.ts";
import type { ArchiveLine } from "../archive-line.ts";
import type { KnownFlags } from "../known-flags.ts";
import type { RegistryLine } from "../registry-line.ts";
import type { LocalTrip } from "./trip.ts";

export interface RolloutsOptions {
  readonly config: Config;
  readonly instance: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly known: KnownFlags;
  readonly registry: Pick<RegistryLine, "deps" | "notes">;
  readonly archive: Pick<ArchiveLine, "reads" | "evidence" | "journal">;
  /** Of the flags that the data plane decides by. */
  readonly dataVersion: () => number;
  /** The least share of planted differences that was found on a route; null: nothing was planted. */
  readonly sensitivity: () => number | null;
  /** Whether telemetry gets there; null: nobody knows yet. */
  readonly telemetry: () => boolean | null;
  /** What this process held off before, and what it is to hold off: data plane and disk. */
  readonly tripped: readonly LocalTrip[];
  readonly hold: (trips: readonly LocalTrip[], version: number) => void;
  readonly event: (event: SombraEvent) => void;
  readonly count: (event: "checkpoint" | "rollback", verdict: string) => void;
  readonly fault: (operation: string, error: unknown) => void;
}

/** Rollouts on the control thread: whoever leads moves them, everybody watches, and anybody may be asked. */
export interface Rollouts {
  readonly deps: RolloutsDeps;
  /** What the data plane counted since. */
  saw(batch: Pick<Batch, "evidence">): void;
  sawEvent(event: SombraEvent): void;
  /** What the data plane decides by has changed. */
  switched(): void;
  gauges(): readonly GaugeValue[];
  stop(): Promise<void>;
}
