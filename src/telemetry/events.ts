import type { Mode } from "../model/index.ts";

/** What happens to the process rather than to a delivery. Carries nothing personal: of an error its name or code only. */
export type SombraEvent =
  | {
      readonly event: "started";
      readonly plane: "data" | "admin" | "egress";
      readonly port: number;
      /** The process to signal. */
      readonly pid: number;
    }
  | {
      readonly event: "mode";
      readonly route: string;
      readonly enabled: boolean;
      readonly shadow: boolean;
      readonly dual_run: boolean;
      readonly mode: Mode;
      readonly reason: string;
    }
  | { readonly event: "kill"; readonly killed: boolean; readonly actor: string }
  | {
      readonly event: "flag_changed";
      readonly flag_name: string;
      /** null: unset or taken out. */
      readonly enabled: boolean | null;
      /** A change is about nobody in particular. */
      readonly shopper_id: null;
      /** Of the store after the change. */
      readonly version: number;
      readonly actor: string;
      readonly reason: string | null;
    }
  /** A rollout entered a phase, or stands still in it; of what is written of it once a phase is `before`. */
  | {
      readonly event: "rollout_phase";
      readonly rollout: string;
      readonly flag: string;
      readonly phase: string;
      readonly before: string | null;
      readonly reason: string;
    }
  | {
      readonly event: "checkpoint";
      readonly rollout: string;
      readonly flag: string;
      readonly phase: string;
      readonly name: string;
      readonly status: string;
      readonly determinism: string;
      /** What follows from it. */
      readonly conclusion: string;
      readonly reason: string;
      readonly config: object;
      readonly metrics: Readonly<Record<string, number>>;
      /** Verdicts by gate. */
      readonly gates: Readonly<Record<string, string>>;
      readonly alerts: readonly string[];
    }
  | {
      readonly event: "rollback";
      readonly rollout: string;
      readonly flag: string;
      readonly phase: string;
      readonly to: string;
      readonly reason: string;
      readonly by: string;
    }
  /** Somebody has to decide. */
  | { readonly event: "rollout_due"; readonly rollout: string; readonly phase: string; readonly reason: string }
  /** One try to tell people of something; `failed`: it is tried again. */
  | {
      readonly event: "notification";
      readonly channel: string;
      readonly outcome: "sent" | "failed" | "given-up";
      readonly about: string;
      readonly rollout: string | null;
      readonly key: string;
      /** What the receiver said, or why it did not take it. */
      readonly reason: string;
    }
  /** This instance moves rollouts from now on, or no more. */
  | { readonly event: "rollout_leader"; readonly leads: boolean; readonly instance: string }
  /** The store of flags went away or came back. */
  | { readonly event: "store"; readonly up: boolean; readonly message: string }
  | { readonly event: "alarm"; readonly alarm: string; readonly message: string }
  /** What an alarm was about is so no more. */
  | { readonly event: "alarm_over"; readonly alarm: string; readonly message: string }
  | { readonly event: "problem"; readonly operation: string; readonly error: string }
  | { readonly event: "config"; readonly message: string }
  /** A setting that is not a default, at start. */
  | { readonly event: "setting"; readonly name: string; readonly value: string; readonly from: string }
  /** Lines that stdout did not take in time. */
  | { readonly event: "logs_dropped"; readonly lines: number }
  | { readonly event: "stopped" };
