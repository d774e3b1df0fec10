import type { Checkpoint } from "../checkpoint.ts";
import type { Measured } from "../ports.ts";
import type { Rollout } from "../state.ts";
import type { Memory } from "./memory.ts";

/** A rollout as the registry has it. */
export interface Known {
  readonly rollout: Rollout;
  readonly version: number;
}

export interface Looking {
  readonly known: Known;
  /** Grows with the look. */
  readonly memory: Memory;
  readonly token: number;
  /** Somebody wants a checkpoint now, with figures that have come already. */
  readonly asked: { readonly name: string | null; readonly measured: ReadonlyMap<string, Measured> } | null;
}

/** `overtaken`: another leads. `moved`: somebody wrote what was decided on. */
export type Looked =
  /** `check`: prechecks are to be looked at. */
  | { readonly kind: "looked"; readonly checkpoint: Checkpoint | null; readonly check: boolean }
  | { readonly kind: "overtaken" | "moved" };
