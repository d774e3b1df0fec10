import type { Batch } from "../../account/index.ts";
import type { Environment, Flag } from "../../flags/index.ts";
import type { SombraEvent } from "../../telemetry/index.ts";
import type { Config } from "../config/index.ts";

/** A flag in force and where it comes from. */
export interface FlagInForce {
  readonly flag: Flag;
  readonly source: "redis" | "sqlite" | "snapshot" | "env" | "code";
}

/** What the control thread starts with. */
export interface ControlData {
  readonly config: Config;
  readonly hashKey: string;
  readonly flags: readonly FlagInForce[];
  readonly killed: boolean;
  /** What is to be found in the data directory: written again, should it not be there. */
  readonly facts: Facts;
  readonly pid: number;
  /** Lines for people instead of JSON: stdout is a terminal. */
  readonly pretty: boolean;
  readonly logs: boolean;
  readonly env: Environment;
}

/** What outlives the process; null: nothing to remember. */
export type Facts = Readonly<Record<"killed" | "candidate-egress", string | null>>;

/** From the data plane's thread to the control thread. */
export type ToControl =
  | { readonly kind: "start"; readonly data: ControlData }
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "event"; readonly event: SombraEvent }
  | { readonly kind: "killed"; readonly killed: boolean }
  | { readonly kind: "remember"; readonly fact: keyof Facts; readonly text: string | null }
  | { readonly kind: "done"; readonly id: number }
  | { readonly kind: "stop" };

/** From the control thread to the data plane's. `id`: answered by `done`. */
export type ToData =
  | { readonly kind: "ready"; readonly port: number }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "applied"; readonly seq: number }
  | { readonly kind: "flush"; readonly id: number }
  | { readonly kind: "kill"; readonly id: number; readonly killed: boolean; readonly actor: string };
